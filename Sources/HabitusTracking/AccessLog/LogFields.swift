/// Reads the fields of a line, which blanks and tabs separate, from left to right.
struct LogFields {
  private let line: ArraySlice<UInt8>
  private(set) var position: Int

  init(_ line: ArraySlice<UInt8>) {
    self.line = line
    position = line.startIndex
  }

  /// Whether only blanks are left.
  var isAtEnd: Bool {
    mutating get {
      skipBlanks()
      return position == line.endIndex
    }
  }

  /// The first byte of the next field; 0 at the end.
  var next: UInt8 {
    mutating get { isAtEnd ? 0 : line[position] }
  }

  private mutating func skipBlanks() {
    while position < line.endIndex, Self.isBlank(line[position]) { position += 1 }
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  /// What stands up to the next blank.
  mutating func word() throws(AccessLogFault) -> ArraySlice<UInt8> {
    if isAtEnd { throw .tooFewFields }
    let start = position
    while position < line.endIndex, !Self.isBlank(line[position]) { position += 1 }
    return line[start..<position]
  }

  /// Passes over `count` words.
  mutating func skip(_ count: Int) throws(AccessLogFault) {
    for _ in 0..<count { _ = try word() }
  }

  /// What stands between the next character, which opens, and the first `closing` after it.
  mutating func group(closing: UInt8) throws(AccessLogFault) -> ArraySlice<UInt8> {
    if isAtEnd { throw .tooFewFields }
    guard let end = line.position(of: closing, from: position + 1) else { throw .unterminatedQuote }
    defer { position = end + 1 }
    return line[(position + 1)..<end]
  }

  /// What stands between quotes. The closing quote is followed by a blank or the end, and no backslash escapes it: so
  /// quotes inside are read even where the server did not escape them.
  mutating func quoted() throws(AccessLogFault) -> ArraySlice<UInt8> {
    if isAtEnd { throw .tooFewFields }
    guard line[position] == UInt8(ascii: "\"") else { throw .unknownFormat }
    let start = position + 1
    var search = start
    while let quote = line.position(of: UInt8(ascii: "\""), from: search) {
      search = quote + 1
      guard search == line.endIndex || Self.isBlank(line[search]) else { continue }
      var slash = quote
      while slash > start, line[slash - 1] == UInt8(ascii: "\\") { slash -= 1 }
      if (quote - slash).isMultiple(of: 2) {
        position = search
        return line[start..<quote]
      }
    }
    throw .unterminatedQuote
  }

  /// A word, or what stands between quotes.
  mutating func field() throws(AccessLogFault) -> ArraySlice<UInt8> {
    next == UInt8(ascii: "\"") ? try quoted() : try word()
  }

  /// Passes over everything before the next quote; returns whether there is one.
  mutating func skipToQuote() -> Bool {
    guard let quote = line.position(of: UInt8(ascii: "\""), from: position) else { return false }
    position = quote
    return true
  }
}
