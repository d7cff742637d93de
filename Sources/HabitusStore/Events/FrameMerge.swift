internal import HabitusModel

extension EventFrame {
  /// Appends the events of one user that `frame` holds at `range`.
  mutating func append(_ range: Range<Int>, of frame: EventFrame) {
    appendBots(range, of: frame)
    times.append(contentsOf: frame.times[range])
    types.append(contentsOf: frame.types[range])
    if !frame.items.isEmpty { items.append(contentsOf: frame.items[range]) }
    if !frame.categories.isEmpty { categories.append(contentsOf: frame.categories[range]) }
    if !frame.values.isEmpty { values.append(contentsOf: frame.values[range]) }
    if !frame.sessions.isEmpty { sessions.append(contentsOf: frame.sessions[range]) }
    if !frame.pages.isEmpty { pages.append(contentsOf: frame.pages[range]) }
    if !frame.sources.isEmpty { sources.append(contentsOf: frame.sources[range]) }
    if frame.ids.count > 0 { ids.append(range, of: frame.ids) }
    if frame.properties.count > 0 { properties.append(range, of: frame.properties) }
  }

  /// Appends the marks of events that are appended themselves after this.
  private mutating func appendBots(_ range: Range<Int>, of frame: EventFrame) {
    if bots.isEmpty {
      guard !frame.bots.isEmpty, frame.bots[range].contains(true) else { return }
      bots.append(contentsOf: repeatElement(false, count: eventCount))
    }
    if frame.bots.isEmpty {
      bots.append(contentsOf: repeatElement(false, count: range.count))
    } else {
      bots.append(contentsOf: frame.bots[range])
    }
  }

  /// Closes the run of events that were appended for `user`.
  mutating func endRun(of user: UInt32) {
    users.append(user)
    offsets.append(eventCount)
  }

  /// Forgets all events and keeps the memory.
  mutating func removeAll() {
    users.removeAll(keepingCapacity: true)
    offsets.removeAll(keepingCapacity: true)
    offsets.append(0)
    resize(to: 0, columns: [])
  }

  /// The position of the first user that is not below `user`.
  ///
  /// - Complexity: O(log users).
  func position(notBelow user: UInt32) -> Int {
    var low = 0
    var end = users.count
    while low < end {
      let middle = (low + end) / 2
      if users[middle] < user { low = middle + 1 } else { end = middle }
    }
    return low
  }

  /// Fills the frame with the events of the users in `range`, taken from several sorted frames.
  mutating func merge(_ sources: [EventFrame], users range: ClosedRange<UInt32>, order: RowOrder) {
    removeAll()
    var cursors = sources.map { $0.position(notBelow: range.lowerBound) }
    while true {
      var user: UInt32?
      for (source, cursor) in zip(sources, cursors) where cursor < source.users.count {
        let next = source.users[cursor]
        if next <= range.upperBound, next < user ?? .max { user = next }
      }
      guard let user else { return }
      var runs: [(source: Int, range: Range<Int>)] = []
      for (index, source) in sources.enumerated() where cursors[index] < source.users.count {
        guard source.users[cursors[index]] == user else { continue }
        runs.append((index, source.offsets[cursors[index]]..<source.offsets[cursors[index] + 1]))
        cursors[index] += 1
      }
      appendMerged(runs, sources, order)
      endRun(of: user)
    }
  }

  /// Fills the frame with the events of `users`, which are ascending, taken from several sorted frames.
  ///
  /// - Complexity: O(users · sources · log users of a source + events).
  mutating func merge(_ sources: [EventFrame], only users: [UInt32], order: RowOrder) {
    removeAll()
    for user in users {
      var runs: [(source: Int, range: Range<Int>)] = []
      for (index, source) in sources.enumerated() {
        let place = source.position(notBelow: user)
        guard place < source.users.count, source.users[place] == user else { continue }
        runs.append((index, source.offsets[place]..<source.offsets[place + 1]))
      }
      guard !runs.isEmpty else { continue }
      appendMerged(runs, sources, order)
      endRun(of: user)
    }
  }

  /// Appends one user's events, which stand in several frames; stretches from one frame are copied as a whole.
  private mutating func appendMerged(
    _ runs: [(source: Int, range: Range<Int>)], _ sources: [EventFrame], _ order: RowOrder
  ) {
    var runs = runs
    while runs.count > 1 {
      var first = 0
      for index in runs.indices.dropFirst() {
        let (a, b) = (runs[index], runs[first])
        if order.precedes(a.range.lowerBound, in: sources[a.source], b.range.lowerBound, in: sources[b.source]) {
          first = index
        }
      }
      let (source, range) = runs[first]
      var end = range.lowerBound + 1
      while end < range.upperBound,
        runs.indices.allSatisfy({ index in
          index == first
            || order.precedes(end, in: sources[source], runs[index].range.lowerBound, in: sources[runs[index].source])
        })
      { end += 1 }
      append(range.lowerBound..<end, of: sources[source])
      if end == range.upperBound { runs.remove(at: first) } else { runs[first].range = end..<range.upperBound }
    }
    for run in runs { append(run.range, of: sources[run.source]) }
  }
}

extension ByteColumn {
  /// Appends the strings that `column` holds at `range`.
  mutating func append(_ range: Range<Int>, of column: ByteColumn) {
    guard !range.isEmpty else { return }
    let start = column.range(of: range.lowerBound).lowerBound
    let shift = bytes.count - start
    bytes.append(contentsOf: column.bytes[start..<column.ends[range.upperBound - 1]])
    for index in range { ends.append(column.ends[index] + shift) }
  }
}
