/// Tells programs from people by their user agents: crawlers, monitors, link previews, feed readers, browsers without
/// a window, command-line clients and HTTP libraries.
///
/// An agent is a program's if it
/// - holds the word `bot`, `bots` or `robot`, also at the end of a name (`Googlebot`, but not `Cubot`, which are phones);
/// - holds one of the `BotNames`, in any case: anywhere, at the start of the agent alone, or as the agent as a whole;
/// - gives the address of a page or a mailbox for questions, as no browser does.
///
/// Programs that call themselves what a browser calls itself cannot be told this way.
public enum BotRules {
  /// Whether `userAgent` is a program's. An empty agent is none: it says nothing.
  ///
  /// - Complexity: O(bytes), without memory of its own.
  public static func isBot(userAgent: String) -> Bool {
    var userAgent = userAgent
    let names = names
    return userAgent.withUTF8 { bytes in
      guard let start = bytes.first else { return false }
      if names.begin(bytes) { return true }
      var isMicrosoft: Bool?
      var first = lowercased(start)
      for index in bytes.indices {
        let second = index + 1 < bytes.count ? lowercased(bytes[index + 1]) : 0
        if names.contains(bytes, at: index, first, second) { return true }
        switch first {
        case UInt8(ascii: "b"): if isBotWord(bytes, index) { return true }
        case UInt8(ascii: "@"): if isMailbox(bytes, index) { return true }
        case UInt8(ascii: "h") where isAddressOfPage(bytes, index):
          // Old versions of Internet Explorer name the pages of their add-ons.
          let known = isMicrosoft ?? contains(bytes, "msie ")
          isMicrosoft = known
          if !known || index > 0 && bytes[index - 1] == UInt8(ascii: "+") { return true }
        default: break
        }
        first = second
      }
      return false
    }
  }

  private static let names = BotNames()

  /// `bot` or `bots` at the end of a word, but for `cubot`.
  private static func isBotWord(_ bytes: UnsafeBufferPointer<UInt8>, _ index: Int) -> Bool {
    guard matches(bytes, index, "bot") else { return false }
    var end = index + 3
    if end < bytes.count, bytes[end] | 0x20 == UInt8(ascii: "s") { end += 1 }
    guard end == bytes.count || !isLetter(bytes[end]) else { return false }
    return index < 2 || !matches(bytes, index - 2, "cu") || index > 2 && isLetter(bytes[index - 3])
  }

  private static func isAddressOfPage(_ bytes: UnsafeBufferPointer<UInt8>, _ index: Int) -> Bool {
    matches(bytes, index, "http://") || matches(bytes, index, "https://")
  }

  /// Whether the `@` at `index` stands between letters or digits.
  private static func isMailbox(_ bytes: UnsafeBufferPointer<UInt8>, _ index: Int) -> Bool {
    guard index > 0, index + 1 < bytes.count else { return false }
    return isLetterOrDigit(bytes[index - 1]) && isLetter(bytes[index + 1])
  }

  private static func contains(_ bytes: UnsafeBufferPointer<UInt8>, _ word: StaticString) -> Bool {
    bytes.indices.contains { matches(bytes, $0, word) }
  }

  /// Whether `word`, which is in lower case, stands at `index` in any case.
  private static func matches(
    _ bytes: UnsafeBufferPointer<UInt8>, _ index: Int, _ word: StaticString
  ) -> Bool {
    guard index + word.utf8CodeUnitCount <= bytes.count else { return false }
    for offset in 0..<word.utf8CodeUnitCount
    where lowercased(bytes[index + offset]) != word.utf8Start[offset] {
      return false
    }
    return true
  }

  @inline(__always)
  static func lowercased(_ byte: UInt8) -> UInt8 { byte &- 65 < 26 ? byte | 0x20 : byte }

  private static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 97 < 26 }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool { isLetter(byte) || byte &- 48 < 10 }
}
