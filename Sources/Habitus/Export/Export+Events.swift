internal import HabitusModel
internal import HabitusStore

extension Export {
  /// The columns of exported events; an import takes them as they are. A column `is_bot` follows where an event is marked.
  public static let eventColumns = [
    "event_id", "user_id", "timestamp", "event_type", "item_id", "category", "value", "page", "session_id", "source",
    "properties",
  ]

  /// Events whose text is in memory at a time, about.
  private static let eventsPerPass = 1 << 21

  /// Writes every stored event, by user, then time, with the id that it came with: this is the log, so bots and persons
  /// whom no analysis may see are in it.
  ///
  /// The store is scanned once for every 2,097,152 events or so, each time for users that follow each other, so that
  /// memory does not grow with the number of events.
  ///
  /// - Throws: ``HabitusError/emptyStore(directory:)``, `StoreError`, and what `sink` throws.
  public func events(to sink: @escaping Sink) async throws {
    try await workspace.offloaded {
      let snapshot = try workspace.store.snapshot()
      guard snapshot.eventCount > 0 else { throw HabitusError.emptyStore(directory: workspace.store.directory) }
      let codes = Self.codesByIdentifier(snapshot.dictionaries.users)
      let columns = Self.eventColumns + (try snapshot.hasBots() ? ["is_bot"] : [])
      try writeHeader(columns, to: sink)
      for users in try passes(snapshot, codes) { try write(users, of: codes, snapshot, columns, to: sink) }
    }
  }

  /// Cuts the users, given in the order of output, into stretches of about as many events as a pass may hold.
  private func passes(_ snapshot: EventSnapshot, _ codes: [UInt32]) throws -> [Range<Int>] {
    guard snapshot.eventCount > Self.eventsPerPass else { return [codes.indices] }
    var counts = [Int](repeating: 0, count: codes.count)
    let parts = try snapshot.scan(columns: [], workers: workspace.workers, makeState: {}) { (_: inout Void, frame) in
      frame.users.enumerated().map { ($0.element, frame.offsets[$0.offset + 1] - frame.offsets[$0.offset]) }
    }
    for (user, count) in parts.joined() { counts[Int(user)] = count }
    var passes: [Range<Int>] = []
    var start = 0
    var sum = 0
    for (position, code) in codes.enumerated() {
      if sum > 0, sum + counts[Int(code)] > Self.eventsPerPass {
        passes.append(start..<position)
        (start, sum) = (position, 0)
      }
      sum += counts[Int(code)]
    }
    passes.append(start..<codes.count)
    return passes
  }

  /// Writes the events of the users at `selected` positions of `codes`.
  private func write(
    _ selected: Range<Int>, of codes: [UInt32], _ snapshot: EventSnapshot, _ names: [String], to sink: Sink
  ) throws {
    let none = UInt32.max
    var position = [UInt32](repeating: none, count: codes.count)
    for place in selected { position[Int(codes[place])] = UInt32(place - selected.lowerBound) }
    let (dictionaries, places) = (snapshot.dictionaries, position)
    let parts = try snapshot.scan(
      columns: .all, workers: workspace.workers,
      makeState: { RecordText(format: format, columns: names) }
    ) { text, frame in
      text.removeAll()
      var users: [(place: UInt32, end: Int)] = []
      for (index, user) in frame.users.enumerated() where places[Int(user)] != none {
        let events = frame.offsets[index]..<frame.offsets[index + 1]
        text.append(events, of: frame, user: user, dictionaries, withBots: names.count > Self.eventColumns.count)
        users.append((places[Int(user)], text.bytes.count))
      }
      return EventText(users: users, bytes: text.bytes)
    }
    var order: [(place: UInt32, part: Int, range: Range<Int>)] = []
    for (index, part) in parts.enumerated() {
      var start = 0
      for (place, end) in part.users {
        order.append((place, index, start..<end))
        start = end
      }
    }
    order.sort { $0.place < $1.place }
    var piece: [UInt8] = []
    piece.reserveCapacity(Self.pieceByteCount * 5 / 4)
    for entry in order {
      parts[entry.part].bytes.withUnsafeBytes { piece.append(contentsOf: $0[entry.range]) }
      if piece.count >= Self.pieceByteCount {
        try sink(piece)
        piece.removeAll(keepingCapacity: true)
      }
    }
    if !piece.isEmpty { try sink(piece) }
  }
}

/// The text of some users' events, and where each user's ends.
private struct EventText: Sendable {
  var users: [(place: UInt32, end: Int)]
  var bytes: [UInt8]
}

extension RecordText {
  /// Writes a user's events, a row an event.
  fileprivate mutating func append(
    _ events: Range<Int>, of frame: borrowing EventFrame, user: UInt32, _ dictionaries: borrowing EventDictionaries,
    withBots: Bool
  ) {
    for index in events {
      append(index, of: frame.ids)
      append(user, of: dictionaries.users)
      append(Timestamp(milliseconds: frame.times[index]))
      append(frame.types[index], of: dictionaries.types)
      append(frame.items.isEmpty ? TermDictionary.missing : frame.items[index], of: dictionaries.items)
      append(frame.categories.isEmpty ? TermDictionary.missing : frame.categories[index], of: dictionaries.categories)
      append(frame.values.isEmpty ? .nan : frame.values[index])
      append(frame.pages.isEmpty ? TermDictionary.missing : frame.pages[index], of: dictionaries.pages)
      append(frame.sessions.isEmpty ? TermDictionary.missing : frame.sessions[index], of: dictionaries.sessions)
      append(frame.sources.isEmpty ? TermDictionary.missing : frame.sources[index], of: dictionaries.sources)
      if frame.properties.count == 0 {
        appendMissing()
      } else {
        let range = frame.properties.range(of: index)
        frame.properties.bytes.withUnsafeBytes { append(json: UnsafeRawBufferPointer(rebasing: $0[range])) }
      }
      if withBots { append(!frame.bots.isEmpty && frame.bots[index] ? true : nil) }
      endRow()
    }
  }

  private mutating func append(_ code: UInt32, of dictionary: borrowing TermDictionary) {
    guard code != TermDictionary.missing else { return appendMissing() }
    append(Int(code), of: dictionary.terms)
  }

  private mutating func append(_ index: Int, of column: borrowing ByteColumn) {
    guard column.count > 0 else { return appendMissing() }
    let range = column.range(of: index)
    column.bytes.withUnsafeBytes { append(utf8: UnsafeRawBufferPointer(rebasing: $0[range])) }
  }
}
