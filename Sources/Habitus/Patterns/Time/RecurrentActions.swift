internal import HabitusKernels
internal import HabitusModel

/// The things that a user did, with the visits in which they were done: each event type, and each with an item or a
/// category.
struct RecurrentActions {
  /// What was done.
  struct Action: Hashable {
    /// What ``code`` is in; `.eventType` for the type alone.
    let dimension: EventDimension
    let type: UInt32
    let code: UInt32
  }

  /// An action on enough days.
  struct Candidate {
    let action: Action
    /// The first visit with it of each day.
    let visits: [Int]
    let days: [Int]
  }

  private struct Entry: Comparable {
    let typeAndCode: UInt64
    let dimensionAndVisit: UInt64

    static func < (a: Entry, b: Entry) -> Bool {
      a.typeAndCode != b.typeAndCode
        ? a.typeAndCode < b.typeAndCode : a.dimensionAndVisit < b.dimensionAndVisit
    }
  }

  private static let dimensions: [EventDimension] = [.eventType, .category, .item]

  /// The actions that were done on enough days. Of those of one type that were done on the same days only the
  /// narrowest: with an item rather than with a category, and that rather than the type alone. O(*n* log *n*) in
  /// events.
  static func candidates(_ timeline: UserTimeline, _ visits: Visits, minimumDayCount: Int) -> [Candidate] {
    let entries = entries(timeline, visits)
    var byTypeAndDays: [[Int]: Candidate] = [:]
    var (candidates, type): ([Candidate], UInt32?) = ([], nil)
    func close() {
      candidates += byTypeAndDays.values
      byTypeAndDays.removeAll(keepingCapacity: true)
    }
    var first = 0
    while first < entries.count {
      let (key, dimension) = (entries[first].typeAndCode, entries[first].dimensionAndVisit >> 32)
      var (last, days, places) = (first, [Int](), [Int]())
      while last < entries.count, entries[last].typeAndCode == key, entries[last].dimensionAndVisit >> 32 == dimension {
        let visit = Int(entries[last].dimensionAndVisit & 0xFFFF_FFFF)
        let day = visits.day(visit)
        if days.last.map({ day > $0 }) ?? true {
          days.append(day)
          places.append(visit)
        }
        last += 1
      }
      first = last
      guard days.count >= minimumDayCount else { continue }
      let action = Action(
        dimension: dimensions[Int(dimension)], type: UInt32(key >> 32), code: UInt32(truncatingIfNeeded: key))
      if action.type != type { close() }
      type = action.type
      if let known = byTypeAndDays[days], isNarrower(known.action, action) { continue }
      byTypeAndDays[days] = Candidate(action: action, visits: places, days: days)
    }
    close()
    return candidates.sorted { precedes($0.action, $1.action) }
  }

  /// One entry for each action of each event.
  private static func entries(_ timeline: UserTimeline, _ visits: Visits) -> [Entry] {
    let frame = timeline.frame
    let (types, categories, items) = (frame.types, frame.categories, frame.items)
    let base = timeline.range.lowerBound
    var entries: [Entry] = []
    entries.reserveCapacity(timeline.count * 3)
    for (visit, range) in visits.ranges.enumerated() {
      for position in range {
        let place = base + position
        let type = UInt64(types[place]) << 32
        entries.append(Entry(typeAndCode: type, dimensionAndVisit: UInt64(visit)))
        if !categories.isEmpty, categories[place] != TermDictionary.missing {
          entries.append(
            Entry(typeAndCode: type | UInt64(categories[place]), dimensionAndVisit: 1 << 32 | UInt64(visit)))
        }
        if !items.isEmpty, items[place] != TermDictionary.missing {
          entries.append(Entry(typeAndCode: type | UInt64(items[place]), dimensionAndVisit: 2 << 32 | UInt64(visit)))
        }
      }
    }
    entries.sort()
    return entries
  }

  private static func rank(_ dimension: EventDimension) -> Int { dimensions.firstIndex(of: dimension) ?? 0 }

  private static func isNarrower(_ a: Action, _ b: Action) -> Bool {
    let (x, y) = (rank(a.dimension), rank(b.dimension))
    return x != y ? x > y : a.code < b.code
  }

  private static func precedes(_ a: Action, _ b: Action) -> Bool {
    (a.type, rank(a.dimension), a.code) < (b.type, rank(b.dimension), b.code)
  }
}

/// Actions that a user repeats after a stable interval.
///
/// Days with the action are what is counted, and the null is a day like any other between the first and the last with
/// the same probability of it. Benjamini and Hochberg over all actions of the user that were done on enough days.
struct RecurrentActionPatterns {
  /// Four days make three gaps, with which nothing but a clock is significant.
  private static let minimumDayCount = 4
  /// The coefficient of variation of gaps up to which an interval is stable.
  private static let stable = 0.6
  /// The most actions that are reported of a user.
  private static let reportedCount = 10

  private let settings: HabitusConfiguration.Patterns
  private let dictionaries: EventDictionaries
  private let calendar: LocalCalendar

  init(_ settings: HabitusConfiguration.Patterns, _ dictionaries: EventDictionaries, _ calendar: LocalCalendar) {
    self.settings = settings
    self.dictionaries = dictionaries
    self.calendar = calendar
  }

  /// By rising p-value.
  func patterns(of visits: Visits, _ timeline: UserTimeline, user: UserID) throws(KernelError) -> [Pattern] {
    let minimumDayCount = max(Self.minimumDayCount, settings.minimumOccurrences)
    guard visits.count >= minimumDayCount else { return [] }
    let candidates = RecurrentActions.candidates(timeline, visits, minimumDayCount: minimumDayCount)
    guard !candidates.isEmpty else { return [] }
    let pValues = try candidates.map(Self.pValue)
    let qValues = TimePatterns.qValues(pValues)
    return candidates.indices.filter { qValues[$0] <= settings.falseDiscoveryLevel }
      .sorted { (pValues[$0], $0) < (pValues[$1], $1) }
      .lazy.compactMap { index -> Pattern? in
        guard var pattern = pattern(candidates[index], timeline.plan.window.asOf) else { return nil }
        pattern.pValue = pValues[index]
        pattern.qValue = qValues[index]
        pattern.evidence = visits.evidence(candidates[index].visits, of: timeline, user: user)
        return pattern
      }
      .prefix(Self.reportedCount).map { $0 }
  }

  /// Probability of gaps as even if the days were any.
  private static func pValue(_ candidate: RecurrentActions.Candidate) throws(KernelError) -> Double {
    var generator = SplitMix64(seed: UInt64(bitPattern: Int64(candidate.days[0])))
    let gaps = Statistics.rescaledGaps(betweenDays: candidate.days, using: &generator)
    return try ReturnRegularity(gaps: gaps, resolution: 1e-6)?.regularPValue ?? 1
  }

  /// The pattern without what was tested; `nil` where the interval is not stable, or the action has no name.
  private func pattern(_ candidate: RecurrentActions.Candidate, _ asOf: Timestamp) -> Pattern? {
    let gaps = zip(candidate.days.dropFirst(), candidate.days).map { Double($0 - $1) }
    let moments = Moments(of: gaps)
    guard let elements = elements(candidate.action), let interval = Statistics.median(of: gaps),
      let mean = moments.mean, let variance = moments.sampleVariance, let last = candidate.days.last
    else { return nil }
    let variation = variance.squareRoot() / mean
    guard variation <= Self.stable else { return nil }
    let next = CivilDate(daysSince1970: last + Int(interval.rounded()))
    let support = gaps.count { abs($0 - interval) <= interval / 4 }
    return Pattern(
      kind: .recurrentAction, dimension: candidate.action.dimension, elements: elements, unit: .gaps, support: support,
      total: gaps.count, expectedShare: GapEvenness.nearMedianByChance,
      figures: [
        "interval_days": interval, "coefficient_of_variation": variation, "days": Double(candidate.days.count),
      ],
      sentence: PatternWords.recurrentAction(
        elements, every: interval, days: candidate.days.count, next: next,
        isOverdue: next < calendar.localTime(of: asOf).date))
  }

  /// The event type, then the item or the category.
  private func elements(_ action: RecurrentActions.Action) -> [String]? {
    let type = dictionaries.types
    guard Int(action.type) < type.count else { return nil }
    guard action.dimension != .eventType else { return [type.text(of: action.type)] }
    let terms = action.dimension.terms(in: dictionaries)
    guard Int(action.code) < terms.count else { return nil }
    return [type.text(of: action.type), terms.text(of: action.code)]
  }
}
