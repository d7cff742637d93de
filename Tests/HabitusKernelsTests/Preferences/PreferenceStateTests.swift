import Foundation
import HabitusKernels
import Testing

@Suite("Preference state")
struct PreferenceStateTests {
  struct Event {
    var weight: Double
    var value: UInt32
    var time: Int64
    var day: Int { Int(time / MadeTastes.day) }
  }

  let week = Duration.seconds(7 * 86_400)

  static func state(_ events: some Sequence<Event>, _ decay: ExponentialDecay) throws -> PreferenceState {
    var state = PreferenceState()
    for event in events { try state.add(event.weight, value: event.value, day: event.day, time: event.time, decay) }
    return state
  }

  @Test("weights halve with every half-life, exactly")
  func halves() throws {
    let decay = try ExponentialDecay(halfLife: week)
    let age = 7 * MadeTastes.day
    #expect((0...5).map { decay.weight(afterMilliseconds: $0 * age) } == [1, 0.5, 0.25, 0.125, 0.0625, 0.03125])
    #expect(decay.weight(afterMilliseconds: -age) == 2)
    #expect(agree(decay.weight(afterMilliseconds: MadeTastes.day), 0.9057236642639067, tolerance: 1e-15))
    #expect(throws: KernelError.parameter(name: "halfLife", value: 0, allowed: "a duration of 1 ms or more")) {
      try ExponentialDecay(halfLife: .zero)
    }
  }

  @Test("presence counts a value once a day, at its latest event, and only where something is for it")
  func presence() throws {
    let (decay, day) = (try ExponentialDecay(halfLife: .seconds(86_400)), MadeTastes.day)
    let state = try Self.state(
      [
        Event(weight: 3, value: 1, time: 5), Event(weight: 2, value: 1, time: 9), Event(weight: -4, value: 2, time: 9),
        Event(weight: 1, value: 1, time: day), Event(weight: 7, value: 3, time: day + 2),
      ], decay)
    let once = try Self.state(
      [
        Event(weight: 1, value: 1, time: 9), Event(weight: 1, value: 1, time: day),
        Event(weight: 1, value: 3, time: day + 2),
      ], decay)
    #expect(state.dailyPresence == once)
    #expect(PreferenceState().dailyPresence.isEmpty)
  }

  @Test("four events are worth what is worked by hand, in any order")
  func byHand() throws {
    let decay = try ExponentialDecay(halfLife: .seconds(86_400))
    let day = MadeTastes.day
    let events = [
      Event(weight: 4, value: 7, time: 0), Event(weight: 2, value: 7, time: day),
      Event(weight: -3, value: 7, time: 2 * day),
      Event(weight: 1, value: 9, time: 2 * day),
    ]
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1]] {
      let state = try Self.state(order.map { events[$0] }, decay)
      let evidence = try PreferenceEvidence(state, at: 3 * day, today: 3, decay)
      // As of day 2: 4/4 + 2/2 for and 3 against value 7, 1 for value 9; half is left a day later.
      #expect(evidence.values.map(\.value) == [7, 9])
      #expect(evidence.values.map(\.evidenceFor) == [2, 1] && evidence.values.map(\.evidenceAgainst) == [3, 0])
      #expect(evidence.values.map(\.countFor) == [2, 1] && evidence.values.map(\.countAgainst) == [1, 0])
      #expect(evidence.remaining == 0.5 && evidence.total == 6)
      // Weights 1, 1, 3 and 1: 36/12.
      #expect(evidence.effectiveCount == 3)
      // On day 3 evidence of 4 is one day old, 1 two days, 1 three: 1 + (2/6)² + (1/6)².
      #expect(agree(evidence.age, 1 + 4.0 / 36 + 1.0 / 36))
      #expect(state.cellCount == 4 && state.lastDay == 2)
    }
  }

  static func randomEvents(_ generator: inout SplitMix64, count: Int) -> [Event] {
    (0..<count).map { _ in
      Event(
        weight: generator.nextUnit() * 10 - 2, value: UInt32(generator.nextIndex(below: 6)),
        time: Int64(generator.nextIndex(below: Int(40 * MadeTastes.day))))
    }
  }

  @Test(
    "equals a recomputation from all events, in any order, merged from parts, with a window", .tags(.differential),
    arguments: 0..<UInt64(25))
  func equalsBatch(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let decay = try ExponentialDecay(halfLife: .seconds(3_600 * (12 + generator.nextIndex(below: 400))))
    let events = Self.randomEvents(&generator, count: 300)
    let firstDay = generator.nextIndex(below: 30)
    // Days go at any moment, and late events before the window stay out.
    var (whole, first, second) = (PreferenceState(), PreferenceState(), PreferenceState())
    for (index, event) in events.enumerated() {
      if index == 150 { whole.removeDays(before: firstDay) }
      try whole.add(event.weight, value: event.value, day: event.day, time: event.time, decay)
      if index.isMultiple(of: 3) {
        try first.add(event.weight, value: event.value, day: event.day, time: event.time, decay)
      } else {
        try second.add(event.weight, value: event.value, day: event.day, time: event.time, decay)
      }
    }
    second.removeDays(before: firstDay)
    first.merge(second, decay)
    let now = 41 * MadeTastes.day
    let kept = events.filter { $0.day >= firstDay && $0.weight != 0 }
    func aged(_ event: Event) -> Double { event.weight * decay.weight(afterMilliseconds: now - event.time) }
    let (sum, squares) = (kept.reduce(0) { $0 + abs(aged($1)) }, kept.reduce(0) { $0 + aged($1) * aged($1) })
    for state in [whole, first] {
      let evidence = try PreferenceEvidence(state, at: now, today: 41, decay)
      for value in evidence.values {
        let own = kept.filter { $0.value == value.value }
        let (positive, negative) = (own.filter { $0.weight > 0 }, own.filter { $0.weight < 0 })
        #expect(agree(value.evidenceFor * evidence.remaining, positive.reduce(0) { $0 + aged($1) }, tolerance: 1e-9))
        #expect(
          agree(value.evidenceAgainst * evidence.remaining, negative.reduce(0) { $0 - aged($1) }, tolerance: 1e-9))
        #expect(value.countFor == positive.count && value.countAgainst == negative.count)
      }
      #expect(agreeRelatively(evidence.total * evidence.remaining, sum, tolerance: 1e-9), "seed \(seed)")
      #expect(agreeRelatively(evidence.effectiveCount, sum * sum / squares, tolerance: 1e-9), "seed \(seed)")
      // The twin of the age: the younger of two events drawn by weight.
      let pairs = kept.reduce(0.0) { outer, event in
        outer + kept.reduce(0) { $0 + abs(aged(event) * aged($1)) * Double(41 - max(event.day, $1.day)) }
      }
      #expect(agreeRelatively(evidence.age, pairs / (sum * sum), tolerance: 1e-9), "seed \(seed)")
    }
  }

  @Test("a state read from what it wrote is the same; columns that no state has are refused")
  func codable() throws {
    var generator = SplitMix64(seed: 5)
    let decay = try ExponentialDecay(halfLife: week)
    var state = try Self.state(Self.randomEvents(&generator, count: 100), decay)
    state.removeDays(before: 10)
    let data = try JSONEncoder().encode(state)
    #expect(try JSONDecoder().decode(PreferenceState.self, from: data) == state)
    #expect(try JSONDecoder().decode(PreferenceState.self, from: JSONEncoder().encode(PreferenceState())).isEmpty)
    let sound =
      #"{"days":[1,2],"values":[0,0],"times":[5,6],"evidenceFor":[1,1],"evidenceAgainst":[0,0],"squares":[1,1],"#
      + #""countsFor":[1,1],"countsAgainst":[0,0]}"#
    #expect(throws: Never.self) { try JSONDecoder().decode(PreferenceState.self, from: Data(sound.utf8)) }
    for (part, bad) in [
      ("[1,2]", "[2,1]"), ("[1,2]", "[1,1]"), ("[5,6]", "[5]"), (#""squares":[1,1]"#, #""squares":[1,-1]"#),
      ("[1,2]", "[1,9999999999]"), (#"{"days""#, #"{"firstDay":2,"days""#),
    ] {
      let broken = sound.replacingOccurrences(of: part, with: bad)
      #expect(throws: DecodingError.self, "\(bad)") {
        try JSONDecoder().decode(PreferenceState.self, from: Data(broken.utf8))
      }
    }
  }

  @Test("without events there is no evidence; one event is one")
  func few() throws {
    let decay = try ExponentialDecay(halfLife: week)
    let none = try PreferenceEvidence(PreferenceState(), at: 5, today: 0, decay)
    #expect(none.values.isEmpty && none.total == 0 && none.effectiveCount == 0 && none.age == 0)
    let one = try PreferenceEvidence(Self.state([Event(weight: -3, value: 1, time: 0)], decay), at: 0, today: 0, decay)
    #expect(one.effectiveCount == 1 && one.age == 0 && one.remaining == 1)
    var state = PreferenceState()
    try state.add(0, value: 1, day: 0, time: 0, decay)
    #expect(state.isEmpty)
    try state.add(value: 1, day: 3, time: 0, decay)
    state.removeAll()
    #expect(state == PreferenceState())
  }

  @Test("evidence outlives any number of half-lives, and huge half-lives forget nothing")
  func extremeHalfLives() throws {
    let events = [Event(weight: 1, value: 0, time: 10), Event(weight: 1, value: 1, time: 11)]
    let short = try ExponentialDecay(halfLife: .milliseconds(1))
    let brief = try PreferenceEvidence(Self.state(events, short), at: 90 * MadeTastes.day, today: 90, short)
    #expect(brief.values.map(\.evidenceFor) == [0.5, 1] && brief.remaining == 0 && brief.total == 1.5)
    let long = try ExponentialDecay(halfLife: .seconds(1e12))
    let lasting = try PreferenceEvidence(Self.state(events, long), at: 90 * MadeTastes.day, today: 90, long)
    #expect(agree(lasting.effectiveCount, 2) && lasting.age == 90)
  }

  @Test("refuses weights that are none, days beyond 32 bits and a moment before the latest event")
  func refuses() throws {
    let decay = try ExponentialDecay(halfLife: week)
    var state = PreferenceState()
    for weight in [Double.nan, .infinity, -1e151] {
      #expect(throws: KernelError.self) { try state.add(weight, value: 0, day: 0, time: 0, decay) }
    }
    #expect(throws: KernelError.self) { try state.add(1, value: 0, day: 1 << 40, time: 0, decay) }
    #expect(state.isEmpty)
    try state.add(1, value: .max, day: -3, time: -5, decay)
    #expect(throws: KernelError.self) { try PreferenceEvidence(state, at: -6, today: 0, decay) }
    #expect(throws: KernelError.self) { try PreferenceEvidence(state, at: 0, today: -4, decay) }
    let evidence = try PreferenceEvidence(state, at: 0, today: 0, decay)
    #expect(evidence.values.map(\.value) == [.max] && evidence.age == 3)
  }
}
