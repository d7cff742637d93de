/// A record that was refused, by its place in the chunk.
struct Refusal {
  var start: Int
  var end: Int
  var reason: RefusalReason
  var value: FieldSpan
}

/// The records of one chunk, as stretches of bytes by field: what a reader of a format makes and ``BatchBuilder`` turns
/// into columns. The memory is used again for the next chunk.
final class RecordTable {
  let arena = ByteArena()
  /// Which fields may have content; the spans of others are not touched.
  private(set) var isPresent = [Bool](repeating: false, count: EventField.allCases.count)
  var refusals: [Refusal] = []
  /// One JSON object in the arena for each row that has further properties.
  private(set) var hasProperties = false

  /// What the inner loops touch; behind a pointer for the reason given at ``ByteArena``.
  private struct State {
    var base: UnsafePointer<UInt8>
    var count = 0
    var spans: UnsafeMutablePointer<FieldSpan>
    var bounds: UnsafeMutablePointer<(start: UInt32, end: UInt32)>
    var capacity = 0
  }

  private let state: UnsafeMutablePointer<State>
  private static let propertiesColumn = EventField.allCases.count
  private static let columnCount = EventField.allCases.count + 1

  init() {
    state = .allocate(capacity: 1)
    state.initialize(
      to: State(
        base: UnsafePointer(arena.base), spans: .allocate(capacity: 0), bounds: .allocate(capacity: 0)))
  }

  deinit {
    state.pointee.spans.deallocate()
    state.pointee.bounds.deallocate()
    state.deallocate()
  }

  /// The place of the chunk; valid while it is being worked on.
  @inline(__always) var base: UnsafePointer<UInt8> { state.pointee.base }

  /// The records that became rows.
  @inline(__always) var count: Int { state.pointee.count }

  /// Empties the table for a chunk at `base` with at most `capacity` records.
  func begin(base: UnsafePointer<UInt8>, capacity: Int, present: [Bool], hasProperties: Bool) {
    state.pointee.base = base
    state.pointee.count = 0
    refusals.removeAll(keepingCapacity: true)
    arena.removeAll()
    isPresent = present
    self.hasProperties = hasProperties
    if capacity > state.pointee.capacity {
      let larger = capacity + capacity / 4
      state.pointee.spans.deallocate()
      state.pointee.bounds.deallocate()
      state.pointee.capacity = larger
      state.pointee.spans = .allocate(capacity: larger * Self.columnCount)
      state.pointee.bounds = .allocate(capacity: larger)
    }
  }

  /// The spans of a field, one for each row.
  @inline(__always)
  func column(_ field: EventField) -> UnsafeMutablePointer<FieldSpan> {
    state.pointee.spans + field.index &* state.pointee.capacity
  }

  /// The spans of the further properties.
  var properties: UnsafeMutablePointer<FieldSpan> {
    state.pointee.spans + Self.propertiesColumn &* state.pointee.capacity
  }

  /// Adds the row whose spans have been written at index ``count``.
  @inline(__always)
  func addRow(start: Int, end: Int) {
    state.pointee.bounds[count] = (UInt32(truncatingIfNeeded: start), UInt32(truncatingIfNeeded: end))
    state.pointee.count &+= 1
  }

  func refuse(start: Int, end: Int, _ reason: RefusalReason, _ value: FieldSpan = .missing) {
    refusals.append(Refusal(start: start, end: end, reason: reason, value: value))
  }

  /// Refuses row `row`, which stays in place until ``removeRows(marked:)``.
  func refuse(row: Int, _ reason: RefusalReason, _ value: FieldSpan) {
    let bounds = state.pointee.bounds[row]
    refuse(start: Int(bounds.start), end: Int(bounds.end), reason, value)
  }

  /// Keeps the rows that are not marked; `marks` has an entry for each row.
  func removeRows(marked marks: [Bool]) {
    var kept = 0
    for row in 0..<count where !marks[row] {
      for field in EventField.allCases where isPresent[field.index] { column(field)[kept] = column(field)[row] }
      if hasProperties { properties[kept] = properties[row] }
      state.pointee.bounds[kept] = state.pointee.bounds[row]
      kept += 1
    }
    state.pointee.count = kept
  }

  @inline(__always)
  func pointer(of span: FieldSpan) -> UnsafePointer<UInt8> {
    (span.isInArena ? UnsafePointer(arena.base) : base) + Int(span.offset)
  }

  @inline(__always)
  func bytes(of span: FieldSpan) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: pointer(of: span), count: span.length)
  }

  /// The span of what was added to the arena since it had `start` bytes.
  func arenaSpan(from start: Int) -> FieldSpan {
    FieldSpan(offset: start, length: arena.count - start, isInArena: true)
  }
}
