/// The family of NCSA: `[host] address identity user [time] "request" status bytes ["referrer" "agent" …]`.
enum NCSALine {
  static func read(_ line: ArraySlice<UInt8>, zone: ZoneOffsets) throws(AccessLogFault) -> AccessLogEntry {
    var entry = AccessLogEntry()
    guard let bracket = timeStart(line), let timeEnd = line.position(of: UInt8(ascii: "]"), from: bracket) else {
      throw .unknownFormat
    }
    try readVisitor(line[..<bracket], into: &entry)
    var fields = LogFields(line[(timeEnd + 1)...])
    if fields.next == UInt8(ascii: "(") {
      entry.duration = LogFields.firstWord(try fields.group(closing: UInt8(ascii: ")"))).decimal
    }
    let request = try fields.quoted()
    entry.time = try LogTime.read(line[(bracket + 1)..<timeEnd].trimmed, zone: zone)
    guard entry.setRequest(request.unescaped) else { throw .noRequest }
    guard entry.setStatus(try fields.word()) else { throw .invalidStatus }
    entry.byteCount = try fields.word().wholeNumber
    if fields.skipToQuote() {
      entry.referrer = try fields.quoted().orEmpty.unescaped
      if fields.next == UInt8(ascii: "\"") { entry.userAgent = try fields.quoted().orEmpty.unescaped }
    }
    return entry
  }

  /// Where the bracket is that opens the time: the first one behind a blank.
  private static func timeStart(_ line: ArraySlice<UInt8>) -> Int? {
    var search = line.startIndex
    while let bracket = line.position(of: UInt8(ascii: "["), from: search) {
      if bracket > line.startIndex, line[bracket - 1] == 0x20 { return bracket }
      search = bracket + 1
    }
    return nil
  }

  /// Reads what stands before the time. A user's name may hold blanks, where an address shows which field is which.
  private static func readVisitor(
    _ text: ArraySlice<UInt8>, into entry: inout AccessLogEntry
  ) throws(AccessLogFault) {
    var rest = LogFields(text)
    var words: [ArraySlice<UInt8>] = []
    words.reserveCapacity(4)
    while !rest.isAtEnd { words.append(try rest.word()) }
    guard words.count >= 3 else { throw .unknownFormat }
    let startsWithAddress = words[0].looksLikeAddress
    if words.count > 3, words[1].looksLikeAddress || words.count == 4 && !startsWithAddress {
      entry.host = words.removeFirst()
    } else if words.count > 3, !startsWithAddress {
      throw .unknownFormat
    }
    guard words.count >= 3 else { throw .unknownFormat }
    entry.address = words[0].orEmpty
    if entry.host.isEmpty, words[1].contains(UInt8(ascii: ".")) { entry.host = words[1] }
    entry.user = text[words[2].startIndex...].trimmed.orEmpty
  }
}

extension LogFields {
  /// What stands before the first blank of a text.
  static func firstWord(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let text = text.trimmed
    return text.firstIndex(of: 0x20).map { text[..<$0] } ?? text
  }
}
