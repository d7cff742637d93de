/// Reads a yes or a no.
enum TruthParser {
  /// The longest text that means anything.
  private static let longest = 5

  /// True for `true`, `1` and `yes`; false for `false`, `0`, `no` and a text of blanks; `nil` for everything else. Letters
  /// may be of any size, blanks may stand around.
  static func parse(_ text: UnsafeRawBufferPointer) -> Bool? {
    var start = 0
    var end = text.count
    while start < end, text[start] == 0x20 || text[start] == 0x09 { start += 1 }
    while end > start, text[end - 1] == 0x20 || text[end - 1] == 0x09 { end -= 1 }
    guard end - start <= longest else { return nil }
    let word = text[start..<end].map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
    switch String(decoding: word, as: UTF8.self) {
    case "true", "1", "yes": return true
    case "false", "0", "no", "": return false
    default: return nil
    }
  }
}
