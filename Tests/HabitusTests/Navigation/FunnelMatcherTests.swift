import Testing

@testable import Habitus

@Suite("Funnel of one user")
struct FunnelMatcherTests {
  /// A stream: each character is an event a minute after the one before, or in the same millisecond where a `=` is
  /// between. `a` serves step 1, `b` step 2 …, other letters the steps of `kinds`, `x` ends attempts, `.`
  /// serves nothing.
  struct Stream {
    var times: [Int64] = []
    var masks: [UInt64] = []

    init(_ text: String, kinds: [Character: UInt64] = [:]) {
      var time: Int64 = -60_000
      var isTied = false
      for character in text {
        if character == "=" {
          isTied = true
          continue
        }
        if !isTied { time += 60_000 }
        isTied = false
        times.append(time)
        let letters: [Character: UInt64] = ["a": 1, "b": 2, "c": 4, "x": FunnelMatcher.excluded, ".": 0]
        masks.append(kinds[character] ?? letters[character] ?? 0)
      }
    }

    init(times: [Int64], masks: [UInt64]) {
      self.times = times
      self.masks = masks
    }

    /// The moments of the attempt that counts.
    func moments(_ stepCount: Int, _ order: FunnelDefinition.Order, window: Int64) -> [Int64] {
      var matcher = FunnelMatcher(stepCount: stepCount, order: order, window: window)
      // Twice, so that what one user leaves behind would show at the next.
      for _ in 0..<2 {
        matcher.begin()
        for position in times.indices where masks[position] != 0 {
          matcher.add(time: times[position], mask: masks[position], position: position)
        }
        matcher.match()
      }
      return matcher.moments
    }
  }

  /// The minutes of the attempt that counts.
  private func minutes(
    _ text: String, _ stepCount: Int = 3, _ order: FunnelDefinition.Order = .ordered, within minutes: Int64 = 60,
    kinds: [Character: UInt64] = [:]
  ) -> [Int64] {
    Stream(text, kinds: kinds).moments(stepCount, order, window: minutes * 60_000).map { $0 / 60_000 }
  }

  @Test("takes steps in order with any events between")
  func ordered() {
    #expect(minutes("a.b..c") == [0, 2, 5])
    #expect(minutes("cba") == [2])
    #expect(minutes("cbab") == [2, 3])
    #expect(minutes("bc") == [])
    #expect(minutes("") == [])
    #expect(minutes("...") == [])
  }

  @Test("counts the first of the longest attempts, each step as early as it can be")
  func firstTouch() {
    #expect(minutes("aabbcc") == [0, 2, 4])
    #expect(minutes("abab.c") == [0, 1, 5])
    #expect(minutes("ab.....abc", within: 3) == [7, 8, 9])
    #expect(minutes("a.....ab.a", within: 3) == [6, 7])
  }

  @Test("lets an attempt just reach the window")
  func edge() {
    #expect(minutes("a.b", 2, within: 2) == [0, 2])
    #expect(minutes("a..b", 2, within: 2) == [0])
    #expect(Stream("a.b").moments(2, .ordered, window: 119_999) == [0])
    // The first beginning is too early for the last step, the second is not.
    #expect(minutes("ab.abc", within: 2) == [3, 4, 5])
    #expect(minutes("aab..c", within: 4) == [1, 2, 5])
  }

  @Test("orders events of one millisecond as they stand, and uses none twice")
  func ties() {
    #expect(Stream("a=b=c").moments(3, .ordered, window: 1) == [0, 0, 0])
    #expect(Stream("b=a").moments(2, .ordered, window: 1) == [0])
    let both: [Character: UInt64] = ["d": 0b11]
    #expect(minutes("d", 2, kinds: both) == [0])
    #expect(minutes("dd", 2, kinds: both) == [0, 1])
    #expect(minutes("dbd", 2, kinds: both) == [0, 1])
  }

  @Test("ends attempts at excluded events")
  func exclusions() {
    #expect(minutes("axbc") == [0])
    #expect(minutes("abxc") == [0, 1])
    #expect(minutes("axabc") == [2, 3, 4])
    #expect(minutes("xabcx") == [1, 2, 3])
    #expect(minutes("axb", 2, .any) == [0])
    #expect(minutes("axba", 2, .any) == [2, 3])
    #expect(minutes("xx") == [])
  }

  @Test("strict funnels let nothing come between")
  func strict() {
    #expect(minutes("abc", 3, .strict) == [0, 1, 2])
    #expect(minutes("ab.c", 3, .strict) == [0, 1])
    #expect(minutes("aabc", 3, .strict) == [1, 2, 3])
    #expect(minutes("abbc", 3, .strict) == [0, 1])
    #expect(minutes("ab.abc.abc", 3, .strict) == [3, 4, 5])
    #expect(minutes("abc", 3, .strict, within: 1) == [0, 1])
    #expect(minutes("a.", 2, .strict) == [0])
  }

  @Test("in any order, steps are whichever come first")
  func anyOrder() {
    #expect(minutes("c.ba", 3, .any) == [0, 2, 3])
    #expect(minutes("ccb", 3, .any) == [0, 2])
    #expect(minutes("c....ab", 3, .any, within: 3) == [5, 6])
    #expect(minutes("a....cab", 3, .any, within: 3) == [5, 6, 7])
    // Two events that serve the same two steps are two steps; one that serves both is one.
    let kinds: [Character: UInt64] = ["d": 0b011, "e": 0b111]
    #expect(minutes("d", 3, .any, kinds: kinds) == [0])
    #expect(minutes("ddd", 3, .any, kinds: kinds) == [0, 1])
    #expect(minutes("ead", 3, .any, kinds: kinds) == [0, 1, 2])
    #expect(minutes("ddc", 3, .any, kinds: kinds) == [0, 1, 2])
  }

  @Test("agrees with every attempt tried one by one", arguments: FunnelDefinition.Order.allCases)
  func twin(order: FunnelDefinition.Order) {
    var random = SmallGenerator(state: 42)
    var levels = Set<Int>()
    for _ in 0..<1500 {
      let stepCount = Int.random(in: 1...4, using: &random)
      let overlaps = Bool.random(using: &random)
      var time: Int64 = 0
      let count = Int.random(in: 0...9, using: &random)
      var stream = Stream(times: [], masks: [])
      for _ in 0..<count {
        time += Int64.random(in: 0...2, using: &random)
        stream.times.append(time)
        let step = UInt64.random(in: 0..<UInt64(stepCount), using: &random)
        switch Int.random(in: 0..<10, using: &random) {
        case 0: stream.masks.append(FunnelMatcher.excluded)
        case 1: stream.masks.append(0)
        default:
          stream.masks.append(overlaps ? UInt64.random(in: 1..<1 << UInt64(stepCount), using: &random) : 1 << step)
        }
      }
      let window = Int64.random(in: 1...10, using: &random)
      let expected = FunnelTwin(stream.times, stream.masks, stepCount, order, window).moments
      let found = stream.moments(stepCount, order, window: window)
      levels.insert(found.count)
      #expect(found == expected, "\(stream) \(stepCount) steps within \(window)")
      if found != expected { return }
    }
    #expect(levels == [0, 1, 2, 3, 4])
  }
}

/// All attempts of a short stream, one by one.
private struct FunnelTwin {
  let times: [Int64]
  let masks: [UInt64]
  let stepCount: Int
  let order: FunnelDefinition.Order
  let window: Int64
  private var best: [Int] = []

  init(_ times: [Int64], _ masks: [UInt64], _ stepCount: Int, _ order: FunnelDefinition.Order, _ window: Int64) {
    self.times = times
    self.masks = masks
    self.stepCount = stepCount
    self.order = order
    self.window = window
    extend([], [])
  }

  var moments: [Int64] { best.map { times[$0] } }

  /// Looks at the attempt `events`, which serve `steps`, and at all that begin with it.
  private mutating func extend(_ events: [Int], _ steps: [Int]) {
    if events.count > best.count || (events.count == best.count && events.lexicographicallyPrecedes(best)) {
      best = events
    }
    for event in times.indices where isPossible(events, event) {
      let next = order == .any ? (0..<stepCount).filter { !steps.contains($0) } : [events.count]
      for step in next where step < stepCount && masks[event] >> UInt64(step) & 1 == 1 {
        extend(events + [event], steps + [step])
      }
    }
  }

  private func isPossible(_ events: [Int], _ event: Int) -> Bool {
    guard masks[event] != FunnelMatcher.excluded else { return false }
    guard let first = events.first, let last = events.last else { return true }
    if event <= last || times[event] - times[first] > window { return false }
    if masks[first..<event].contains(FunnelMatcher.excluded) { return false }
    return order != .strict || event == last + 1
  }
}
