internal import HabitusModel

/// Events as columns in order of arrival, with the store's codes: what a run is made from.
///
/// The class owns its buffers. Sendable by hand: it is filled by one thread and then read by several.
final class Rows: @unchecked Sendable {
  let capacity: Int
  private(set) var count = 0
  let times: ColumnBuffer<Int64>
  let values: ColumnBuffer<Double>
  /// In the order of ``TermKind``.
  private(set) var codes: [CodeBuffer]
  /// Identifiers: see ``identifier(at:into:)``.
  private let identifierWords: ColumnBuffer<UInt64>
  private let identifierIsHexadecimal: ColumnBuffer<Bool>
  private var identifiers = ByteArena()
  private var propertyPlaces: ColumnBuffer<UInt64>?
  private var properties = ByteArena()
  private var bots: ColumnBuffer<Bool>?

  init(capacity: Int) {
    self.capacity = capacity
    times = ColumnBuffer(capacity: capacity)
    values = ColumnBuffer(capacity: capacity)
    codes = TermKind.allCases.map { _ in CodeBuffer(capacity: capacity) }
    identifierWords = ColumnBuffer(capacity: capacity)
    identifierIsHexadecimal = ColumnBuffer(capacity: capacity)
  }

  deinit {
    times.deallocate()
    values.deallocate()
    for column in codes { column.deallocate() }
    identifierWords.deallocate()
    identifierIsHexadecimal.deallocate()
    identifiers.deallocate()
    propertyPlaces?.deallocate()
    properties.deallocate()
    bots?.deallocate()
  }

  /// Bytes that identifiers and properties take: what grows with the length of the texts.
  var textByteCount: Int { identifiers.count + properties.count }

  /// Appends a batch.
  ///
  /// - Parameter tables: what the codes of the batch are among those of the store, a table for each ``TermKind``; `nil`
  ///   for a batch that has the store's codes.
  func append(_ batch: EventBatch, tables: [[UInt32]]? = nil) {
    precondition(count + batch.count <= capacity, "a batch is larger than the room for it")
    batch.times.withUnsafeBufferPointer { source in
      for index in 0..<source.count { times[count &+ index] = source[index] }
    }
    batch.values.withUnsafeBufferPointer { source in
      for index in 0..<source.count { values[count &+ index] = source[index] }
    }
    for kind in TermKind.allCases {
      codes[kind.rawValue].append(kind.codes(of: batch), translatedBy: tables?[kind.rawValue])
    }
    append(identifiers: batch.ids)
    append(properties: batch.properties)
    append(bots: batch.bots, count: batch.count)
    count += batch.count
  }

  private func append(identifiers column: ByteColumn) {
    column.bytes.withUnsafeBytes { bytes in
      var start = 0
      for (index, end) in column.ends.enumerated() {
        let text = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
        start = end
        if let word = Hexadecimal.word(text) {
          identifierWords[count &+ index] = word
          identifierIsHexadecimal[count &+ index] = true
        } else {
          identifierWords[count &+ index] = identifiers.append(text)
          identifierIsHexadecimal[count &+ index] = false
        }
      }
    }
  }

  private func append(properties column: ByteColumn) {
    if propertyPlaces == nil {
      guard !column.bytes.isEmpty else { return }
      let places = ColumnBuffer<UInt64>(capacity: capacity)
      for index in 0..<count { places[index] = 0 }
      propertyPlaces = places
    }
    guard let places = propertyPlaces else { return }
    column.bytes.withUnsafeBytes { bytes in
      var start = 0
      for (index, end) in column.ends.enumerated() {
        places[count &+ index] = properties.append(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
        start = end
      }
    }
  }

  /// Takes no memory before the first event that is marked.
  private func append(bots marks: [Bool], count added: Int) {
    if bots == nil {
      guard marks.contains(true) else { return }
      let fresh = ColumnBuffer<Bool>(capacity: capacity)
      fresh.base.initialize(repeating: false, count: count)
      bots = fresh
    }
    guard let bots else { return }
    for index in 0..<added { bots[count &+ index] = marks.isEmpty ? false : marks[index] }
  }

  /// Gives row `index` an identifier in place of the one it has.
  func setIdentifier(at index: Int, to text: UnsafeRawBufferPointer) {
    identifierIsHexadecimal[index] = false
    identifierWords[index] = identifiers.append(text)
  }

  func hasIdentifier(at index: Int) -> Bool {
    identifierIsHexadecimal[index] || identifierWords[index] & 0xff_ffff > 0
  }

  /// The identifier of row `index` as a word, if it is one of sixteen hexadecimal digits.
  @inline(__always)
  func hexadecimalWord(at index: Int) -> UInt64? {
    identifierIsHexadecimal[index] ? identifierWords[index] : nil
  }

  /// Calls `body` with the identifier of row `index` as text.
  @inline(__always)
  func withIdentifier<Result>(at index: Int, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    guard identifierIsHexadecimal[index] else { return body(identifiers[identifierWords[index]]) }
    var digits = Hexadecimal.digits(identifierWords[index])
    return withUnsafeBytes(of: &digits) { body($0) }
  }

  /// All identifiers as texts.
  func allIdentifiers() -> ByteColumn {
    var column = ByteColumn()
    column.reserveCapacity(count, byteCount: count * 16)
    for index in 0..<count { withIdentifier(at: index) { column.append($0) } }
    return column
  }

  func properties(at index: Int) -> UnsafeRawBufferPointer {
    guard let propertyPlaces else { return UnsafeRawBufferPointer(start: nil, count: 0) }
    return properties[propertyPlaces[index]]
  }

  /// Whether row `index` is a bot's.
  func isBot(at index: Int) -> Bool { bots.map { $0[index] } ?? false }

  var hasBots: Bool { bots != nil }

  var hasProperties: Bool { propertyPlaces != nil }

  /// Forgets the rows and keeps the memory.
  func removeAll() {
    count = 0
    for kind in codes.indices { codes[kind].removeAll() }
    identifiers.removeAll()
    properties.removeAll()
  }
}

/// Sixteen lower-case hexadecimal digits as one word: the commonest form of a tracker's identifiers.
enum Hexadecimal {
  /// The word that the digits write, or `nil` if the text has another form.
  static func word(_ text: UnsafeRawBufferPointer) -> UInt64? {
    guard text.count == 16 else { return nil }
    let high = text.loadUnaligned(as: UInt64.self)
    let low = text.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
    let word = UInt64(gathered(high)) &<< 32 | UInt64(gathered(low))
    // What is not a digit does not come back as it was.
    let again = digits(word)
    return again.0 == high && again.1 == low ? word : nil
  }

  /// The number that eight digits write, the highest in the lowest byte.
  private static func gathered(_ digits: UInt64) -> UInt32 {
    let isLetter = (digits &>> 6) & 0x0101_0101_0101_0101
    var nibbles = ((digits & 0x0f0f_0f0f_0f0f_0f0f) &+ isLetter &* 9).byteSwapped
    nibbles = (nibbles | nibbles &>> 4) & 0x00ff_00ff_00ff_00ff
    nibbles = (nibbles | nibbles &>> 8) & 0x0000_ffff_0000_ffff
    return UInt32(truncatingIfNeeded: nibbles | nibbles &>> 16)
  }

  /// The sixteen digits of `word`, as bytes.
  static func digits(_ word: UInt64) -> (UInt64, UInt64) {
    (spread(UInt32(truncatingIfNeeded: word &>> 32)), spread(UInt32(truncatingIfNeeded: word)))
  }

  /// Eight digits, the highest in the lowest byte.
  private static func spread(_ half: UInt32) -> UInt64 {
    var nibbles = UInt64(half)
    nibbles = (nibbles | nibbles &<< 16) & 0x0000_ffff_0000_ffff
    nibbles = (nibbles | nibbles &<< 8) & 0x00ff_00ff_00ff_00ff
    nibbles = (nibbles | nibbles &<< 4) & 0x0f0f_0f0f_0f0f_0f0f
    let isLetter = ((nibbles &+ 0x0606_0606_0606_0606) &>> 4) & 0x0101_0101_0101_0101
    return (nibbles &+ 0x3030_3030_3030_3030 &+ isLetter &* 39).byteSwapped
  }
}
