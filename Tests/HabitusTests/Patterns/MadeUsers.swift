import HabitusModel

@testable import Habitus

/// Made users who come in bunches of events, mostly in the evening, and whose events are independent draws of eight
/// types, unless something is planted.
struct MadeUsers {
  /// What is planted.
  enum Planted {
    case nothing
    /// Every type is followed by itself this often, whatever else is drawn.
    case repetition(Double)
    /// In three of ten sessions there is `x`, and with it, this often, `y`; otherwise `y` is in another session.
    case together(Double)
    /// In three of ten sessions there is `x`, followed this often by `y`, half an hour to 20 hours later; otherwise `y` is
    /// at any time.
    case followUp(Double)
  }

  static let names = ["view", "click", "search", "filter", "open", "share", "x", "y"]
  static let types = TermDictionary(names)

  let planted: Planted
  /// How many sessions users have.
  var sessions: ClosedRange<Int> = 3...60
  /// The window, in days.
  var days = 60

  private struct Draw {
    var time: Int64
    var type: UInt32
  }

  /// The frame of `count` users.
  func frame(count: Int, seed: UInt64) -> EventFrame {
    var random = SplitMix64(seed: seed)
    var frame = EventFrame()
    for user in 0..<count {
      frame.users.append(UInt32(user))
      for event in events(&random).sorted(by: { ($0.time, $0.type) < ($1.time, $1.type) }) {
        frame.times.append(event.time)
        frame.types.append(event.type)
      }
      frame.offsets.append(frame.times.count)
    }
    return frame
  }

  private func events(_ random: inout SplitMix64) -> [Draw] {
    // Types are as unequally frequent as 1, ½, ⅓ …, in an order of the user's own; x and y are kept for what is planted.
    let hasPlanted =
      switch planted {
      case .nothing, .repetition: false
      case .together, .followUp: true
      }
    let order = Array(0..<UInt32(hasPlanted ? 6 : 8)).shuffled(using: &random)
    let weights = order.indices.map { 1 / Double($0 + 1) }
    let total = weights.reduce(0, +)
    func type(_ random: inout SplitMix64) -> UInt32 {
      var point = Double.random(in: 0..<total, using: &random)
      for (type, weight) in zip(order, weights) {
        if point < weight { return type }
        point -= weight
      }
      return order[0]
    }
    let mean = Double.random(in: 2...12, using: &random)
    var draws: [Draw] = []
    var starts: [Int64] = []
    for _ in 0..<Int.random(in: sessions, using: &random) {
      let start = self.start(&random)
      starts.append(start)
      var (time, last) = (start, type(&random))
      repeat {
        draws.append(Draw(time: time, type: last))
        time += Int64.random(in: 2000...90_000, using: &random)
        var repeats = false
        if case .repetition(let share) = planted { repeats = Double.random(in: 0..<1, using: &random) < share }
        if !repeats { last = type(&random) }
      } while Double.random(in: 0..<1, using: &random) > 1 / mean
    }
    plant(&draws, starts, &random)
    return draws
  }

  /// Sessions begin at any day, two in three between 18:00 and 22:00.
  private func start(_ random: inout SplitMix64) -> Int64 {
    let hour =
      Int.random(in: 0..<3, using: &random) > 0
      ? Double.random(in: 18..<22, using: &random) : Double.random(in: 0..<24, using: &random)
    return monday + Int64(Int.random(in: 0..<days, using: &random)) * 86_400_000 + Int64(hour * 3_600_000)
  }

  private func plant(_ draws: inout [Draw], _ starts: [Int64], _ random: inout SplitMix64) {
    let (x, y): (UInt32, UInt32) = (6, 7)
    func moment(_ start: Int64, _ random: inout SplitMix64) -> Int64 {
      start + Int64.random(in: 1...300_000, using: &random)
    }
    for start in starts where Int.random(in: 0..<10, using: &random) < 3 {
      let time = moment(start, &random)
      switch planted {
      case .nothing, .repetition: return
      case .together(let strength):
        draws.append(Draw(time: time, type: x))
        let isLinked = Double.random(in: 0..<1, using: &random) < strength
        let other = isLinked ? start : starts[Int.random(in: starts.indices, using: &random)]
        draws.append(Draw(time: moment(other, &random), type: y))
      case .followUp(let strength):
        draws.append(Draw(time: time, type: x))
        let isLinked = Double.random(in: 0..<1, using: &random) < strength
        let later = time + Int64(Double.random(in: 0.5...20, using: &random) * 3_600_000)
        draws.append(Draw(time: isLinked ? later : self.start(&random), type: y))
      }
    }
  }

  /// What every user of a frame has, in the widest window.
  static func timelines(_ frame: EventFrame) throws -> [UserTimeline] {
    var options = FeatureOptions()
    options.windowDays = 400
    let plan = try FeaturePlan(
      options: options,
      window: AnalysisWindow(
        asOf: Timestamp(milliseconds: monday + 200 * 86_400_000), days: 400, timeZone: "UTC"), types: types)
    return frame.users.indices.compactMap { plan.timeline(of: frame, userAt: $0) }
  }
}
