/// What one user has shown in one dimension, such as category or page: by day and value the decayed weights for and
/// against, kept up to date event by event.
///
/// Events may come in any order, each goes to its day; the sums equal those over all events to rounding, whatever the
/// order and however the events were spread over states that were merged. Taking an event does not depend on how many
/// came before. Days can be dropped from the front, so that a window of whole days is exact. At most days × values
/// cells of 48 bytes.
public struct PreferenceState: Hashable, Sendable {
  /// What was seen of one value on one day, ascending by day and value.
  private(set) var cells: [PreferenceCell] = []
  /// Events before this day are not taken; `nil` for no limit.
  public private(set) var firstDay: Int?

  /// Starts without events.
  public init() {}

  /// Takes cells in order, none before the first day.
  init(cells: [PreferenceCell], firstDay: Int?) {
    self.cells = cells
    self.firstDay = firstDay
  }

  /// Whether nothing was taken, or nothing is left.
  public var isEmpty: Bool { cells.isEmpty }
  /// How many cells are held: pairs of a day and a value.
  public var cellCount: Int { cells.count }
  /// The day of the latest event; `nil` without events.
  public var lastDay: Int? { cells.last?.day }

  /// Takes an event.
  ///
  /// - Parameters:
  ///   - weight: for the value, or against it where negative, at the event's own time; of 0 the event is left out.
  ///   - value: code of the value.
  ///   - day: number of the local day, on the caller's count, such as days since 1970.
  ///   - time: milliseconds on the caller's time line.
  ///   - decay: the same for all events.
  /// - Throws: ``KernelError/parameter(name:value:allowed:)`` for a weight or a day out of range.
  /// - Complexity: O(1) for events in order; otherwise O(log cells), and a cell that is new moves those behind it.
  public mutating func add(
    _ weight: Double = 1, value: UInt32, day: Int, time: Int64, _ decay: ExponentialDecay
  ) throws(KernelError) {
    guard weight.magnitude <= 1e150 else {
      throw .parameter(name: "weight", value: weight, allowed: "a number of at most 1e150 in size")
    }
    guard Int32(exactly: day) != nil else {
      throw .parameter(name: "day", value: Double(day), allowed: "a number of 32 bits")
    }
    guard weight != 0, day >= firstDay ?? .min else { return }
    let key = PreferenceCell.key(day: day, value: value)
    let index = self.index(of: key)
    if index == cells.count || cells[index].key != key {
      cells.insert(PreferenceCell(key: key, time: time), at: index)
    }
    cells[index].add(weight, at: time, decay)
  }

  /// Takes everything that `other` has taken under the same decay, except what lies before the first day. O(cells).
  public mutating func merge(_ other: PreferenceState, _ decay: ExponentialDecay) {
    if let theirs = other.firstDay, theirs > firstDay ?? .min { removeDays(before: theirs) }
    var merged: [PreferenceCell] = []
    merged.reserveCapacity(cells.count + other.cells.count)
    var own = 0
    for cell in other.cells where cell.day >= firstDay ?? .min {
      while own < cells.count, cells[own].key < cell.key {
        merged.append(cells[own])
        own += 1
      }
      if own < cells.count, cells[own].key == cell.key {
        cells[own].merge(cell, decay)
      } else {
        merged.append(cell)
      }
    }
    merged += cells[own...]
    cells = merged
  }

  /// Drops the days before `day`, of which late events are not taken any more either. O(cells).
  public mutating func removeDays(before day: Int) {
    guard day > firstDay ?? .min else { return }
    firstDay = day
    cells.removeSubrange(..<(cells.firstIndex { $0.day >= day } ?? cells.count))
  }

  /// The same with one event of weight 1 for each value with evidence for it on a day, at the latest event's time: for
  /// values that events of one visit share, such as the hour, which would count as often as the user clicks. O(cells).
  public var dailyPresence: PreferenceState {
    let present = cells.lazy.filter { $0.countFor > 0 }.map { cell in
      var once = PreferenceCell(key: cell.key, time: cell.time)
      (once.evidenceFor, once.squares, once.countFor) = (1, 1, 1)
      return once
    }
    return PreferenceState(cells: Array(present), firstDay: firstDay)
  }

  /// Drops everything and keeps the memory, for the next user.
  public mutating func removeAll() {
    cells.removeAll(keepingCapacity: true)
    firstDay = nil
  }

  /// Where the cell with this key is or belongs.
  private func index(of key: Int64) -> Int {
    guard let last = cells.last, last.key >= key else { return cells.count }
    if last.key == key { return cells.count - 1 }
    var (low, high) = (0, cells.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if cells[middle].key < key { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
