internal import HabitusKernels
internal import HabitusModel
internal import HabitusStore

/// The local days on which users bought, and for how much, from the first stored event on.
///
/// A purchase is a day with events of the types that carry an amount; amounts of a day are added up. Those that are 0,
/// negative, infinite or missing are refunds or say nothing, and are left out.
struct PurchaseHistory: Sendable {
  /// What a customer did up to a day.
  struct Customer: Sendable, Equatable {
    /// When.
    let purchases: RecencyFrequency
    /// For how much, on the days after the first one.
    let values: RepeatValue
  }

  /// Users' codes, each once.
  private(set) var users: [UInt32] = []
  private var offsets = [0]
  /// The days since 1970 of each user, ascending.
  private var days: [Int32] = []
  private var amounts: [Double] = []

  /// The first and the last day on which anybody bought; `nil` without a purchase.
  var span: ClosedRange<Int>? {
    guard let first = days.min(), let last = days.max() else { return nil }
    return Int(first)...Int(last)
  }

  /// Adds one user of a frame, if there are purchases before `end`. O(events).
  ///
  /// - Parameter isPurchase: by type code.
  mutating func add(
    _ frame: borrowing EventFrame, userAt index: Int, before end: Timestamp, _ calendar: LocalCalendar,
    isPurchase: [Bool]
  ) {
    let first = days.count
    for position in frame.offsets[index]..<frame.offsets[index + 1] {
      let (time, amount) = (frame.times[position], frame.values[position])
      guard time < end.milliseconds else { break }
      guard isPurchase[Int(frame.types[position])], amount > 0, amount.isFinite else { continue }
      let day = calendar.day(ofMilliseconds: time)
      // Clocks that are set back over midnight make a day come twice.
      if days.count > first, day <= days[days.count - 1] {
        amounts[amounts.count - 1] += amount
      } else {
        days.append(day)
        amounts.append(amount)
      }
    }
    guard days.count > first else { return }
    users.append(frame.users[index])
    offsets.append(days.count)
  }

  /// Adds other users.
  mutating func add(_ other: PurchaseHistory) {
    users += other.users
    offsets += other.offsets.dropFirst().map { $0 + days.count }
    days += other.days
    amounts += other.amounts
  }

  /// What the user at `index` bought up to a day; `nil` if nothing yet, or more than numbers can tell.
  func customer(at index: Int, upTo lastDay: Int) -> Customer? {
    let own = offsets[index]..<offsets[index] + days[offsets[index]..<offsets[index + 1]].prefix { $0 <= lastDay }.count
    guard let first = days[own].first, let last = days[own].last else { return nil }
    let repeats = own.count - 1
    let mean = repeats > 0 ? amounts[own].dropFirst().reduce(0, +) / Double(repeats) : 0
    guard
      let purchases = try? RecencyFrequency(
        frequency: repeats, recency: Double(last - first), age: Double(lastDay - Int(first))),
      let values = try? RepeatValue(frequency: repeats, mean: mean)
    else { return nil }
    return Customer(purchases: purchases, values: values)
  }

  /// On how many of the `count` days after `day` the user at `index` bought, and for how much in all.
  func purchases(at index: Int, in count: Int, after day: Int) -> (days: Int, amount: Double) {
    (offsets[index]..<offsets[index + 1]).reduce(into: (0, 0)) { sum, place in
      guard (day + 1...day + count).contains(Int(days[place])) else { return }
      sum.0 += 1
      sum.1 += amounts[place]
    }
  }
}

extension Workspace {
  /// What everybody bought before a moment; `nil` where no event type carries amounts. O(events).
  func purchaseHistory(
    _ snapshot: EventSnapshot, before end: Timestamp, _ calendar: LocalCalendar
  ) throws -> PurchaseHistory? {
    let isPurchase = isPurchase(snapshot.dictionaries.types)
    guard isPurchase.contains(true) else { return nil }
    return try snapshot.scan(columns: .values, workers: workers, makeState: {}) { (_: inout Void, frame) in
      var history = PurchaseHistory()
      for index in frame.users.indices {
        history.add(frame, userAt: index, before: end, calendar, isPurchase: isPurchase)
      }
      return history
    }.reduce(into: PurchaseHistory()) { $0.add($1) }
  }

  /// By type code, whether the events' values are amounts.
  func isPurchase(_ types: TermDictionary) -> [Bool] {
    let names = Set(configuration.predictions.valueTypes)
    return (0..<UInt32(types.count)).map { names.contains(types.text(of: $0)) }
  }
}
