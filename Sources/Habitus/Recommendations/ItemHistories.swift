internal import Foundation
internal import HabitusKernels
internal import HabitusModel
internal import HabitusStore

/// Which items users took to, when and how much.
struct ItemHistories: Sendable {
  /// A user's events with one item.
  struct Entry: Sendable {
    /// The item's code.
    let item: UInt32
    /// The sum of the weights of the events' types; not above 0 where the user turned away from it.
    var points: Double
    /// When the user last met it.
    var latest: Int64
  }

  /// Users' codes, each once.
  private(set) var users: [UInt32] = []
  private var offsets = [0]
  private var entries: [Entry] = []
  /// By item's code, how often each category came with it.
  private(set) var categories: [UInt32: [UInt32: Int]]

  /// Makes histories of nobody.
  ///
  /// - Parameter categories: how often each category came with each item elsewhere.
  init(categories: [UInt32: [UInt32: Int]] = [:]) { self.categories = categories }

  /// What the user at `index` met, by the items' codes.
  func entries(at index: Int) -> ArraySlice<Entry> { entries[offsets[index]..<offsets[index + 1]] }

  /// Adds the users of a frame, as far as their events lie before `end`. O(events · log items of the user).
  ///
  /// - Parameter weights: by type code.
  mutating func add(_ frame: EventFrame, before end: Timestamp, weights: [Double]) {
    var places: [UInt32: Int] = [:]
    for index in frame.users.indices {
      places.removeAll(keepingCapacity: true)
      let first = entries.count
      for position in frame.offsets[index]..<frame.offsets[index + 1] {
        let (item, time) = (frame.items[position], frame.times[position])
        guard time < end.milliseconds else { break }
        guard item != TermDictionary.missing else { continue }
        let points = weights[Int(frame.types[position])]
        if let place = places[item] {
          entries[place].points += points
          entries[place].latest = time
        } else {
          places[item] = entries.count
          entries.append(Entry(item: item, points: points, latest: time))
        }
        if frame.categories[position] != TermDictionary.missing {
          categories[item, default: [:]][frame.categories[position], default: 0] += 1
        }
      }
      guard entries.count > first else { continue }
      entries[first...].sort { $0.item < $1.item }
      users.append(frame.users[index])
      offsets.append(entries.count)
    }
  }

  /// Adds other users.
  mutating func add(_ other: ItemHistories) {
    users += other.users
    offsets += other.offsets.dropFirst().map { $0 + entries.count }
    entries += other.entries
    categories.merge(other.categories) { $0.merging($1, uniquingKeysWith: +) }
  }

  /// The category that an item came with most often; of equals the first by name.
  func category(of item: UInt32, _ names: TermDictionary) -> String? {
    categories[item]?.map { (name: names.text(of: $0.key), count: $0.value) }
      .min { ($1.count, $0.name) < ($0.count, $1.name) }?.name
  }
}

extension ItemHistories.Entry {
  /// What it counts: many events with one item say less each.
  var weight: Double { log1p(points) }
}
