internal import HabitusKernels
internal import HabitusModel

/// Finds the signals of friction in sessions, and in the same sessions with their visits in random order.
///
/// Events at one place right after each other are one visit. In a random order visits change places, never two of one
/// place come together, and times stay where they are; every such order that can be reached by exchanging two visits at
/// a time is as likely as another. The copies are drawn with the session's own order among them as one of equals: some
/// exchanges lead from it to a common ancestor, and from that one each copy sets out by itself (Besag and Clifford,
/// "Generalized Monte Carlo significance tests", Biometrika 76, 1989, doi:10.1093/biomet/76.4.633).
struct FrictionScanner {
  /// What a signal was seen at; unused parts are ``TermDictionary/missing``.
  struct Place: Hashable, Sendable {
    var codes: SIMD4<UInt32>

    init(_ codes: UInt32...) {
      self.codes = SIMD4(repeating: TermDictionary.missing)
      for (index, code) in codes.prefix(4).enumerated() { self.codes[index] = code }
    }
  }

  /// What one session shows.
  struct Session {
    /// By signal, where it was seen, one entry for each time.
    var places = FrictionSignal.allCases.map { _ in [Place]() }
    /// By signal, how often it is seen in each of the copies in random order; empty where in none.
    var shuffledCounts = FrictionSignal.allCases.map { _ in [Int]() }
    /// The places entered from another one, in order, and whether the user turned round there.
    var visits: [(place: UInt32, isTurned: Bool)] = []
  }

  private let dimension: EventDimension
  /// How many copies of each session are drawn.
  let copyCount: Int
  private let click: UInt32
  private let search: UInt32

  /// The session's visits: places, and when they begin.
  private var steps: [UInt32] = []
  private var starts: [Int64] = []
  private var ancestor: [UInt32] = []
  private var copy: [UInt32] = []

  /// Exchanges tried on the way to the ancestor, and from there to each copy: so many for each visit, but no fewer.
  private static let exchangesPerVisit = 2
  private static let fewestExchanges = 16

  init(_ dimension: EventDimension, copyCount: Int, plan: FeaturePlan) {
    self.dimension = dimension
    self.copyCount = copyCount
    click = plan.types.code(of: plan.options.roles.click) ?? TermDictionary.missing
    search = plan.types.code(of: plan.options.roles.search) ?? TermDictionary.missing
  }

  /// What a session shows. O(events · copies).
  ///
  /// - Parameter positions: the session's, in the timeline.
  mutating func scan(_ positions: Range<Int>, of timeline: UserTimeline) -> Session {
    var found = Session()
    let first = timeline.range.lowerBound + positions.lowerBound
    let range = first..<timeline.range.lowerBound + positions.upperBound
    let frame = timeline.frame
    guard range.count > 1 || frame.types[first] == search else { return found }
    findRageClicks(frame, range, &found)
    var generator = SplitMix64(seed: UInt64(bitPattern: frame.times[first]) ^ UInt64(range.count))
    findDeadEnd(frame, range, &generator, &found)
    collectSteps(frame, range)
    guard steps.count > 1 else { return found }
    findReturns(&found)
    findLoops(&found)
    countShuffled(&generator, &found)
    return found
  }

  // MARK: The signals

  private func findRageClicks(_ frame: borrowing EventFrame, _ range: Range<Int>, _ found: inout Session) {
    guard click != TermDictionary.missing else { return }
    let gap = FrictionSignal.rageClickGap.wholeMilliseconds
    var start = range.lowerBound
    while start < range.upperBound {
      guard frame.types[start] == click else {
        start += 1
        continue
      }
      let (item, page) = (Self.code(frame.items, start), Self.code(frame.pages, start))
      var end = start + 1
      while end < range.upperBound, frame.types[end] == click, frame.times[end] - frame.times[end - 1] <= gap,
        Self.code(frame.items, end) == item, Self.code(frame.pages, end) == page
      {
        end += 1
      }
      if end - start >= FrictionSignal.rageClickCount, frame.times[end - 1] > frame.times[start] {
        found.places[FrictionSignal.rageClicks.index].append(Place(click, item, page))
      }
      start = end
    }
  }

  private func findDeadEnd(
    _ frame: borrowing EventFrame, _ range: Range<Int>, _ generator: inout SplitMix64, _ found: inout Session
  ) {
    guard search != TermDictionary.missing, !frame.values.isEmpty else { return }
    func isEmptySearch(_ place: Int) -> Bool { frame.types[place] == search && frame.values[place] == 0 }
    let count = range.count(where: isEmptySearch)
    guard count > 0 else { return }
    let last = range.upperBound - 1
    if isEmptySearch(last) {
      found.places[FrictionSignal.deadEnd.index].append(Place(search, Self.code(frame.pages, last)))
    }
    found.shuffledCounts[FrictionSignal.deadEnd.index] = (0..<copyCount).map { _ in
      generator.nextIndex(below: range.count) < count ? 1 : 0
    }
  }

  private mutating func collectSteps(_ frame: borrowing EventFrame, _ range: Range<Int>) {
    steps.removeAll(keepingCapacity: true)
    starts.removeAll(keepingCapacity: true)
    let column = frame[dimension]
    guard !column.isEmpty else { return }
    for place in range where column[place] != TermDictionary.missing && column[place] != steps.last {
      steps.append(column[place])
      starts.append(frame.times[place])
    }
  }

  private func findReturns(_ found: inout Session) {
    for index in steps.indices.dropFirst() {
      let isTurned = index + 1 < steps.count && Self.isQuickReturn(steps, starts, at: index - 1)
      found.visits.append((steps[index], isTurned))
      if isTurned { found.places[FrictionSignal.backAndForth.index].append(Place(steps[index - 1], steps[index])) }
    }
  }

  private func findLoops(_ found: inout Session) {
    Self.forEachLoop(in: steps) { start, length in
      let cycle = (0..<length).map { steps[start + $0] }
      let lowest = cycle.indices.min { cycle[$0] < cycle[$1] } ?? 0
      var place = Place()
      for offset in 0..<length { place.codes[offset] = cycle[(lowest + offset) % length] }
      found.places[FrictionSignal.loop.index].append(place)
    }
  }

  /// Whether the visit at `index` is followed by a short one elsewhere and by a return.
  private static func isQuickReturn(_ steps: [UInt32], _ starts: [Int64], at index: Int) -> Bool {
    guard steps[index] == steps[index + 2] else { return false }
    let stay = starts[index + 2] - starts[index + 1]
    return stay > 0 && stay <= quickReturn
  }

  private static let quickReturn = FrictionSignal.quickReturn.wholeMilliseconds

  /// Calls `body` with start and length of the cycle of every stretch that goes round often enough, by length, then by
  /// place.
  private static func forEachLoop(in steps: [UInt32], _ body: (Int, Int) -> Void) {
    for length in 2...FrictionSignal.longestLoop where steps.count >= length * FrictionSignal.loopRounds {
      var start = 0
      for end in length...steps.count where end == steps.count || steps[end] != steps[end - length] {
        if end - start >= length * FrictionSignal.loopRounds, isDistinct(steps, start, length) { body(start, length) }
        start = end - length + 1
      }
    }
  }

  private static func isDistinct(_ steps: [UInt32], _ start: Int, _ length: Int) -> Bool {
    for first in start..<start + length {
      for second in first + 1..<start + length where steps[first] == steps[second] { return false }
    }
    return true
  }

  // MARK: Random orders

  private mutating func countShuffled(_ generator: inout SplitMix64, _ found: inout Session) {
    guard copyCount > 0, steps.count > 2, hasRepeatedPlace else { return }
    let exchanges = max(Self.fewestExchanges, steps.count * Self.exchangesPerVisit)
    ancestor = steps
    Self.exchange(&ancestor, exchanges, &generator)
    var (returns, loops) = ([Int](), [Int]())
    for _ in 0..<copyCount {
      copy = ancestor
      Self.exchange(&copy, exchanges, &generator)
      returns.append((0..<copy.count - 2).count { Self.isQuickReturn(copy, starts, at: $0) })
      var count = 0
      Self.forEachLoop(in: copy) { _, _ in count += 1 }
      loops.append(count)
    }
    if returns.contains(where: { $0 > 0 }) { found.shuffledCounts[FrictionSignal.backAndForth.index] = returns }
    if loops.contains(where: { $0 > 0 }) { found.shuffledCounts[FrictionSignal.loop.index] = loops }
  }

  /// Without a place that comes back no order shows anything.
  private var hasRepeatedPlace: Bool {
    steps.count > 64 || steps.indices.contains { index in steps[..<index].contains(steps[index]) }
  }

  /// Tries to exchange two visits, so many times; what would bring two visits of one place together is left undone.
  private static func exchange(_ steps: inout [UInt32], _ count: Int, _ generator: inout SplitMix64) {
    steps.withUnsafeMutableBufferPointer { steps in
      func fits(_ place: Int) -> Bool {
        (place == 0 || steps[place - 1] != steps[place])
          && (place == steps.count - 1 || steps[place + 1] != steps[place])
      }
      for _ in 0..<count {
        let (first, second) = (generator.nextIndex(below: steps.count), generator.nextIndex(below: steps.count))
        guard steps[first] != steps[second] else { continue }
        steps.swapAt(first, second)
        if !fits(first) || !fits(second) { steps.swapAt(first, second) }
      }
    }
  }

  private static func code(_ column: [UInt32], _ place: Int) -> UInt32 {
    column.isEmpty ? TermDictionary.missing : column[place]
  }
}

extension FrictionSignal {
  /// Its place among all.
  var index: Int {
    switch self {
    case .rageClicks: 0
    case .backAndForth: 1
    case .loop: 2
    case .deadEnd: 3
    }
  }
}
