internal import Foundation

#if canImport(Glibc)
  internal import Glibc
#endif

/// An address of the internet protocol; one of version 4 is held as `::ffff:a.b.c.d`.
struct NetworkAddress: Hashable, Sendable {
  let high: UInt64
  let low: UInt64

  /// Whether it is one of version 4.
  var isVersion4: Bool { high == 0 && low >> 32 == 0xFFFF }

  /// Whether it is this machine's own.
  var isLoopback: Bool { isVersion4 ? (low >> 24) & 0xFF == 127 : high == 0 && low == 1 }

  /// Reads `192.0.2.1`, `2001:db8::1` or `::ffff:192.0.2.1`, without brackets, port or zone.
  init?(_ text: String) {
    // The longest text is one of version 6 with the last four bytes in decimals.
    guard text.utf8.count <= 45, !text.utf8.contains(0) else { return nil }
    var version4 = in_addr()
    if inet_pton(AF_INET, text, &version4) == 1 {
      high = 0
      low = 0xFFFF << 32 | UInt64(UInt32(bigEndian: version4.s_addr))
      return
    }
    var version6 = in6_addr()
    guard inet_pton(AF_INET6, text, &version6) == 1 else { return nil }
    (high, low) = withUnsafeBytes(of: &version6) { bytes in
      let halves = [0, 8].map { start in (start..<start + 8).reduce(UInt64(0)) { $0 << 8 | UInt64(bytes[$1]) } }
      return (halves[0], halves[1])
    }
  }
}

/// Addresses that begin with the same bits.
struct AddressRange: Sendable {
  private let first: NetworkAddress
  private let highMask: UInt64
  private let lowMask: UInt64

  /// Reads an address, or an address and a number of bits as in `10.0.0.0/8`.
  init?(_ text: String) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let address = parts.first.flatMap({ NetworkAddress(String($0)) }) else { return nil }
    let isShort = address.isVersion4 && !parts[0].contains(":")
    var bits = 128
    if parts.count == 2 {
      guard parts[1].allSatisfy({ $0.isASCII && $0.isNumber }), let given = Int(parts[1]), given <= (isShort ? 32 : 128)
      else { return nil }
      bits = isShort ? given + 96 : given
    }
    first = address
    highMask = bits >= 64 ? .max : ~(UInt64.max >> UInt64(bits))
    lowMask = bits <= 64 ? 0 : bits == 128 ? .max : ~(UInt64.max >> UInt64(bits - 64))
  }

  /// Whether an address is one of them.
  func contains(_ address: NetworkAddress) -> Bool {
    (address.high ^ first.high) & highMask == 0 && (address.low ^ first.low) & lowMask == 0
  }
}
