/// A user's positive events by active day: how many of each value.
///
/// The most frequent values are told apart, all others are one, so that a long tail of rare values adds no noise.
struct DailyEvents {
  /// The days with events, ascending.
  private(set) var days: [Int] = []
  /// Events by day.
  private(set) var dayTotals: [Int] = []
  /// The values told apart, most frequent first; of equal ones the lower code. Index in it is the column.
  let values: [UInt32]
  /// Events by column; the last is of all other values.
  private(set) var totals: [Int]
  private var starts: [Int] = []
  private var entries: [(column: Int, count: Int)] = []

  /// O(cells · log cells).
  init(_ state: PreferenceState, valueLimit: Int) {
    var counts = EventCounts()
    counts.add(state.cells[...])
    values = counts.largest(valueLimit)
    let columns = Dictionary(uniqueKeysWithValues: values.enumerated().map { ($1, $0) })
    totals = Array(repeating: 0, count: values.count + 1)
    for cell in state.cells where cell.countFor > 0 {
      if days.last != cell.day {
        days.append(cell.day)
        dayTotals.append(0)
        starts.append(entries.count)
      }
      let (column, count) = (columns[cell.value] ?? values.count, Int(cell.countFor))
      entries.append((column, count))
      totals[column] += count
      dayTotals[days.count - 1] += count
    }
  }

  /// Number of events.
  var total: Int { totals.reduce(0, +) }

  /// What a day has of each column; a column may come several times.
  func entries(onDayAt index: Int) -> ArraySlice<(column: Int, count: Int)> {
    entries[starts[index]..<(index + 1 < starts.count ? starts[index + 1] : entries.count)]
  }
}
