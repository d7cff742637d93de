/// Makes addresses of the Internet so short that they lead to no household: this is done before anything is stored.
public enum AddressTruncation {
  /// The network of an address: of IPv4 the last octet becomes 0 (`203.0.113.77` → `203.0.113.0`), of IPv6 the first
  /// 48 bits are kept (`2001:db8:7:8::9` → `2001:db8:7::`, written as RFC 5952 says).
  ///
  /// An IPv4 address inside IPv6 (`::ffff:203.0.113.77`) is taken as IPv4. Blanks around the address, brackets, a port
  /// and a zone, as proxies write them, are left out of the result.
  ///
  /// - Returns: `nil` for what is no address.
  public static func truncated(_ address: String) -> String? {
    var text = Array(address.trimmingBlanks.utf8)
    if text.first == UInt8(ascii: "[") {
      guard let end = text.firstIndex(of: UInt8(ascii: "]")), isPort(text[(end + 1)...]) else { return nil }
      text = Array(text[1..<end])
      guard text.contains(UInt8(ascii: ":")) else { return nil }
    }
    return text.withUnsafeBytes { bytes in
      let literals = AddressLiterals(bytes)
      if let address = literals.version4(at: 0) { return isPort(text[address.end...]) ? address.network : nil }
      guard let address = literals.version6(at: 0) else { return nil }
      return address.end == text.count || text[address.end] == UInt8(ascii: "%") ? address.network : nil
    }
  }

  /// The bytes with the network in place of every address that stands in them: for what is kept in the quarantine.
  ///
  /// It would rather shorten what is no address (`1.2.3.4` can be a version) than leave one. Colons and dots may be
  /// percent-encoded or escaped as in JSON.
  ///
  /// - Complexity: O(bytes).
  public static func truncatingAddresses(in bytes: [UInt8]) -> [UInt8] {
    bytes.withUnsafeBytes { text in
      let literals = AddressLiterals(text)
      var result: [UInt8] = []
      var copied = 0
      var index = 0
      while index < text.count {
        guard let address = literals.address(at: index) else {
          index += 1
          continue
        }
        result.append(contentsOf: text[copied..<index])
        result.append(contentsOf: address.network.utf8)
        copied = address.end
        index = address.end
      }
      if copied == 0 { return bytes }
      result.append(contentsOf: text[copied...])
      return result
    }
  }

  private static func isPort(_ text: ArraySlice<UInt8>) -> Bool {
    text.isEmpty
      || text.first == UInt8(ascii: ":") && (2...6).contains(text.count)
        && text.dropFirst().allSatisfy { $0 &- 48 < 10 }
  }
}
