import Glibc

/// Finds where the records of a text end, so that it can be cut into chunks of whole records.
enum RecordSplitter {
  /// What a search in the first bytes of a text found.
  struct Cut {
    /// How many bytes hold whole records.
    var end: Int
    /// Whether the text behind them ends inside quotes.
    var isInsideQuotes: Bool
  }

  /// The whole lines among `count` bytes.
  static func lines(_ base: UnsafePointer<UInt8>, _ count: Int) -> Cut {
    Cut(end: lineEnd(base, 0, count) ?? 0, isInsideQuotes: false)
  }

  /// The whole CSV records among `count` bytes, which begin with a record. Exactly ``CSVReader``'s rules for quotes
  /// hold.
  ///
  /// - Complexity: O(`count`); bytes between quotes are passed over with memchr.
  static func csv(_ base: UnsafePointer<UInt8>, _ count: Int, delimiter: UInt8) -> Cut {
    var cut = Cut(end: 0, isInsideQuotes: false)
    var regionStart = 0
    var position = 0
    while let quote = find(0x22, base, position, count) {
      let isOpening = quote == 0 || base[quote - 1] == delimiter || base[quote - 1] == 0x0A
      if !isOpening {
        position = quote + 1
        continue
      }
      if let end = lineEnd(base, regionStart, quote) { cut.end = end }
      position = quote + 1
      var isClosed = false
      while !isClosed, let next = find(0x22, base, position, count) {
        isClosed = next + 1 == count || base[next + 1] != 0x22
        position = next + (isClosed ? 1 : 2)
      }
      if !isClosed || position == count {
        // A quote as the very last byte may yet turn out to be the first of two.
        cut.isInsideQuotes = !isClosed
        return cut
      }
      regionStart = position
    }
    if let end = lineEnd(base, regionStart, count) { cut.end = end }
    return cut
  }

  /// The position after the first newline.
  static func firstLineEnd(_ base: UnsafePointer<UInt8>, _ count: Int) -> Int? {
    find(0x0A, base, 0, count).map { $0 + 1 }
  }

  /// The position after the last newline in `start..<end`.
  private static func lineEnd(_ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Int? {
    var position = end
    while position > start {
      if base[position &- 1] == 0x0A { return position }
      position &-= 1
    }
    return nil
  }

  private static func find(_ byte: Int32, _ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Int? {
    guard start < end, let hit = memchr(base + start, byte, end - start) else { return nil }
    return UnsafeRawPointer(hit) - UnsafeRawPointer(base)
  }
}
