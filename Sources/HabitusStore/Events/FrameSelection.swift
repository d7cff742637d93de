internal import HabitusModel

extension EventFrame {
  /// Drops the events that are marked as a bot's, and users who have no other.
  mutating func removeBots() {
    guard !bots.isEmpty else { return }
    var selection = Selection()
    for (index, user) in users.enumerated() {
      var position = offsets[index]
      while position < offsets[index + 1] {
        let start = position
        while position < offsets[index + 1], !bots[position] { position += 1 }
        selection.append(start..<position)
        while position < offsets[index + 1], bots[position] { position += 1 }
      }
      selection.endRun(of: user)
    }
    keep(selection)
    // None of those that are left is marked.
    bots.removeAll(keepingCapacity: true)
  }

  /// Drops the events of the users for whom `isKept`, which is told where they stand in the frame as it is, says no.
  mutating func removeUsers(_ isKept: (_ frame: EventFrame, _ user: UInt32, _ events: Range<Int>) -> Bool) {
    var selection = Selection()
    for (index, user) in users.enumerated() {
      let events = offsets[index]..<offsets[index + 1]
      guard isKept(self, user, events) else { continue }
      selection.append(events)
      selection.endRun(of: user)
    }
    keep(selection)
  }

  /// Moves what is selected to the front of each column, and drops the rest.
  private mutating func keep(_ selection: Selection) {
    guard selection.count < eventCount else { return }
    users = selection.users
    offsets = selection.offsets
    Self.keep(selection, of: &times)
    Self.keep(selection, of: &types)
    Self.keep(selection, of: &items)
    Self.keep(selection, of: &categories)
    Self.keep(selection, of: &values)
    Self.keep(selection, of: &sessions)
    Self.keep(selection, of: &pages)
    Self.keep(selection, of: &sources)
    Self.keep(selection, of: &bots)
    Self.keep(selection, of: &ids)
    Self.keep(selection, of: &properties)
  }

  private static func keep<Value: BitwiseCopyable>(_ selection: Selection, of column: inout [Value]) {
    guard !column.isEmpty else { return }
    column.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      var place = 0
      for range in selection.ranges {
        if place < range.lowerBound { (base + place).update(from: base + range.lowerBound, count: range.count) }
        place += range.count
      }
    }
    column.removeLast(column.count - selection.count)
  }

  private static func keep(_ selection: Selection, of column: inout ByteColumn) {
    guard column.count > 0 else { return }
    var kept = ByteColumn()
    for range in selection.ranges { kept.append(range, of: column) }
    column = kept
  }

  /// Some events of a frame, user by user.
  private struct Selection {
    private(set) var users: [UInt32] = []
    private(set) var offsets = [0]
    /// Where they stand; stretches that touch are one.
    private(set) var ranges: [Range<Int>] = []
    private(set) var count = 0

    mutating func append(_ range: Range<Int>) {
      guard !range.isEmpty else { return }
      count += range.count
      if let last = ranges.last, last.upperBound == range.lowerBound {
        ranges[ranges.count - 1] = last.lowerBound..<range.upperBound
      } else {
        ranges.append(range)
      }
    }

    /// Closes the run of a user, who stays only if an event does.
    mutating func endRun(of user: UInt32) {
      guard offsets[offsets.count - 1] < count else { return }
      users.append(user)
      offsets.append(count)
    }
  }
}
