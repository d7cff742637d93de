internal import HabitusModel

/// The columns of a segment as they are stored, each a blob of its own so that a scan reads only what it needs.
enum SegmentColumn: Int, CaseIterable {
  case users = 0
  case times, types, items, categories, values, sessions, pages, sources, identifiers, properties, bots

  /// The identifier of the row that holds this column of `segment`.
  func row(of segment: Int64) -> Int64 { segment << 4 | Int64(rawValue) }

  /// The columns to read for a frame with `columns`.
  static func needed(for columns: EventColumns) -> [SegmentColumn] {
    allCases.filter { column in
      switch column {
      case .users, .times, .types: true
      case .items: columns.contains(.items)
      case .categories: columns.contains(.categories)
      case .values: columns.contains(.values)
      case .sessions: columns.contains(.sessions)
      case .pages: columns.contains(.pages)
      case .sources: columns.contains(.sources)
      case .identifiers: columns.contains(.ids)
      case .properties: columns.contains(.properties)
      case .bots: columns.contains(.bots)
      }
    }
  }
}

/// What is known about a segment without reading its columns.
struct SegmentHeader {
  var id: Int64
  var firstUser: UInt32
  var lastUser: UInt32
  var userCount: Int
  var eventCount: Int
  var earliest: Int64
  var latest: Int64
}

/// A segment ready to be written.
struct EncodedSegment {
  var header: SegmentHeader
  var columns: [(SegmentColumn, [UInt8])]

  /// Encodes a whole frame with all its columns.
  ///
  /// - Parameter identifiers: the encoded identifiers, where they are not in the frame.
  init(_ frame: EventFrame, identifiers: [UInt8]? = nil) throws {
    let earliest = frame.times.min() ?? 0
    header = SegmentHeader(
      id: 0, firstUser: frame.users.first ?? 0, lastUser: frame.users.last ?? 0, userCount: frame.users.count,
      eventCount: frame.eventCount, earliest: earliest, latest: frame.times.max() ?? 0)
    let times = frame.times.withUnsafeBufferPointer {
      TimeColumn.encode($0, offsets: frame.offsets, earliest: earliest)
    }
    let all: [(SegmentColumn, [UInt8])] = [
      (.times, times),
      (.types, frame.types.withUnsafeBufferPointer { CodeColumn.encode($0) }),
      (.items, frame.items.withUnsafeBufferPointer { CodeColumn.encode($0) }),
      (.categories, frame.categories.withUnsafeBufferPointer { CodeColumn.encode($0) }),
      (.values, frame.values.withUnsafeBufferPointer { ValueColumn.encode($0) }),
      (.sessions, frame.sessions.withUnsafeBufferPointer { CodeColumn.encode($0) }),
      (.pages, frame.pages.withUnsafeBufferPointer { CodeColumn.encode($0) }),
      (.sources, frame.sources.withUnsafeBufferPointer { CodeColumn.encode($0) }),
      (.identifiers, try identifiers ?? IdentifierColumn.encode(frame.ids)),
      (.properties, try TextColumn.encode(frame.properties)),
      (.bots, MarkColumn.encode(frame.bots)),
    ]
    let present = all.filter { !$0.1.isEmpty }
    columns = [(.users, Self.users(frame, header, present.map(\.0)))] + present
  }
}

extension EncodedSegment {
  /// The users with their numbers of events, behind a copy of what is known about the segment and the set of its columns:
  /// so a row of the database that was damaged or lost is noticed.
  private static func users(_ frame: EventFrame, _ header: SegmentHeader, _ columns: [SegmentColumn]) -> [UInt8] {
    var writer = ByteWriter()
    writer.append(columns.reduce(UInt16(0)) { $0 | 1 << UInt16($1.rawValue) })
    writer.append(variableLength: UInt64(header.eventCount))
    writer.append(variableLength: UInt64(header.userCount))
    writer.append(header.earliest)
    writer.append(header.latest)
    var previous: UInt32 = 0
    for (index, user) in frame.users.enumerated() {
      writer.append(variableLength: UInt64(user - previous))
      writer.append(variableLength: UInt64(frame.offsets[index + 1] - frame.offsets[index]))
      previous = user
    }
    return writer.bytes
  }
}

extension EventFrame {
  /// Sets the number of events and gives every asked-for column that length; its content is then overwritten.
  mutating func resize(to eventCount: Int, columns: EventColumns) {
    Self.resize(&times, to: eventCount, filler: 0)
    Self.resize(&types, to: eventCount, filler: 0)
    Self.resize(&items, to: columns.contains(.items) ? eventCount : 0, filler: 0)
    Self.resize(&categories, to: columns.contains(.categories) ? eventCount : 0, filler: 0)
    Self.resize(&values, to: columns.contains(.values) ? eventCount : 0, filler: 0)
    Self.resize(&sessions, to: columns.contains(.sessions) ? eventCount : 0, filler: 0)
    Self.resize(&pages, to: columns.contains(.pages) ? eventCount : 0, filler: 0)
    Self.resize(&sources, to: columns.contains(.sources) ? eventCount : 0, filler: 0)
    ids.removeAll()
    properties.removeAll()
    bots.removeAll(keepingCapacity: true)
  }

  private static func resize<Value>(_ column: inout [Value], to count: Int, filler: Value) {
    if column.count > count {
      column.removeLast(column.count - count)
    } else if column.count < count {
      column.append(contentsOf: repeatElement(filler, count: count - column.count))
    }
  }

  /// Fills the frame with a stored segment.
  ///
  /// - Parameter blob: calls its second argument with the bytes of a column, or with `nil` where the column is all missing.
  mutating func decode(
    _ header: SegmentHeader, columns: EventColumns,
    blob: (SegmentColumn, (UnsafeRawBufferPointer?) throws -> Void) throws -> Void
  ) throws {
    let count = header.eventCount
    var present: UInt16 = 0
    for column in SegmentColumn.needed(for: columns) {
      try blob(column) { bytes in
        if column != .users, (bytes != nil) != (present >> UInt16(column.rawValue) & 1 == 1) {
          throw StoreError.damaged("column \(column) of segment \(header.id) is missing")
        }
        switch column {
        case .users:
          present = try decodeUsers(bytes, header)
          resize(to: count, columns: columns)
        case .times:
          guard let bytes else { throw StoreError.damaged("segment \(header.id) has no times") }
          try times.withUnsafeMutableBufferPointer { try TimeColumn.decode(bytes, offsets: offsets, into: $0) }
        case .types: try types.withUnsafeMutableBufferPointer { try CodeColumn.decode(bytes, into: $0) }
        case .items: try items.withUnsafeMutableBufferPointer { try CodeColumn.decode(bytes, into: $0) }
        case .categories: try categories.withUnsafeMutableBufferPointer { try CodeColumn.decode(bytes, into: $0) }
        case .values: try values.withUnsafeMutableBufferPointer { try ValueColumn.decode(bytes, into: $0) }
        case .sessions: try sessions.withUnsafeMutableBufferPointer { try CodeColumn.decode(bytes, into: $0) }
        case .pages: try pages.withUnsafeMutableBufferPointer { try CodeColumn.decode(bytes, into: $0) }
        case .sources: try sources.withUnsafeMutableBufferPointer { try CodeColumn.decode(bytes, into: $0) }
        case .identifiers: try IdentifierColumn.decode(bytes, count: count, into: &ids)
        case .properties: try TextColumn.decode(bytes, count: count, into: &properties)
        case .bots: try MarkColumn.decode(bytes, count: count, into: &bots)
        }
      }
    }
  }

  /// Returns the set of the segment's columns.
  private mutating func decodeUsers(_ bytes: UnsafeRawBufferPointer?, _ header: SegmentHeader) throws -> UInt16 {
    guard let bytes else { throw StoreError.damaged("segment \(header.id) has no users") }
    var reader = ByteReader(bytes)
    let present = try reader.integer(UInt16.self)
    let isAsWritten =
      try reader.variableLength() == UInt64(truncatingIfNeeded: header.eventCount)
      && reader.variableLength() == UInt64(truncatingIfNeeded: header.userCount)
      && reader.integer(Int64.self) == header.earliest && reader.integer(Int64.self) == header.latest
    guard isAsWritten else { throw StoreError.damaged("segment \(header.id) is not as it was written") }
    users.removeAll(keepingCapacity: true)
    offsets.removeAll(keepingCapacity: true)
    offsets.append(0)
    var user: UInt64 = 0
    var end = 0
    for _ in 0..<header.userCount {
      user &+= try reader.variableLength()
      let eventCount = try reader.variableLength()
      guard user < UInt64(TermDictionary.missing), eventCount <= UInt64(header.eventCount - end) else {
        throw StoreError.damaged("segment \(header.id) has impossible users")
      }
      end += Int(eventCount)
      users.append(UInt32(user))
      offsets.append(end)
    }
    guard end == header.eventCount, users.first == header.firstUser, users.last == header.lastUser else {
      throw StoreError.damaged("segment \(header.id) has other users or another number of events")
    }
    return present
  }
}
