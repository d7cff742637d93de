import HabitusModel

/// Visitors that were met lately, so that not every line needs an HMAC and new texts.
struct VisitorCache {
  /// A visitor, as texts of an event.
  struct Visitor {
    var user: UserID
    var address: String
    var userAgent: String?
    fileprivate var addressBytes: [UInt8]
    fileprivate var agentBytes: [UInt8]
  }

  private let identity: VisitorIdentity
  private var visitors: [Visitor?] = Array(repeating: nil, count: 1024)

  init(_ identity: VisitorIdentity) { self.identity = identity }

  /// The visitor with this address and user agent.
  mutating func visitor(address: ArraySlice<UInt8>, userAgent: ArraySlice<UInt8>) -> Visitor {
    let place = Int(Self.hash(address, Self.hash(userAgent, 0)) >> 54)
    if let known = visitors[place], known.addressBytes.elementsEqual(address),
      known.agentBytes.elementsEqual(userAgent)
    {
      return known
    }
    let visitor = Visitor(
      user: identity.user(address: address, userAgent: userAgent), address: String(decoding: address, as: UTF8.self),
      userAgent: userAgent.isEmpty ? nil : String(decoding: userAgent, as: UTF8.self), addressBytes: Array(address),
      agentBytes: Array(userAgent))
    visitors[place] = visitor
    return visitor
  }

  /// Mixes bytes, eight at a time. It only chooses a place: visitors that share one are told apart by their bytes.
  private static func hash(_ bytes: ArraySlice<UInt8>, _ start: UInt64) -> UInt64 {
    bytes.withUnsafeBytes { bytes in
      var hash = start ^ UInt64(bytes.count)
      var index = 0
      while index + 8 <= bytes.count {
        hash = (hash ^ bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)) &* 0x9E37_79B9_7F4A_7C15
        hash ^= hash >> 29
        index += 8
      }
      while index < bytes.count {
        hash = (hash ^ UInt64(bytes[index])) &* 0x9E37_79B9_7F4A_7C15
        index += 1
      }
      return (hash ^ hash >> 32) &* 0x9E37_79B9_7F4A_7C15
    }
  }
}
