import Habitus

/// Invented events of a small job board; the same seed gives the same events.
struct DemoEvents {
  let userCount: Int
  let seed: UInt64

  /// A kind of visitor.
  private struct Persona {
    /// Sessions in a week.
    let sessions: Double
    /// Events in a session.
    let events: Int
    /// The hour that sessions begin around.
    let hour: Int
    /// Whether sessions are at weekends only, in the week only, or on any day.
    let days: ClosedRange<Int>
    /// What follows what: event types in the order in which they are usual.
    let path: [String]
    let categories: [String]
  }

  private static let personas = [
    Persona(
      sessions: 6, events: 9, hour: 9, days: 0...4, path: ["search", "filter", "page_view", "page_view", "apply"],
      categories: ["engineering", "data"]),
    Persona(
      sessions: 3, events: 6, hour: 20, days: 0...6, path: ["page_view", "click", "page_view", "save"],
      categories: ["design", "marketing"]),
    Persona(
      sessions: 1.5, events: 4, hour: 14, days: 5...6, path: ["search", "page_view", "click"],
      categories: ["hospitality", "sales"]),
    Persona(
      sessions: 0.7, events: 3, hour: 12, days: 0...6, path: ["page_view", "download"],
      categories: ["engineering", "sales", "design"]),
  ]

  private static let dayCount = 60
  /// 2026-01-05, a Monday, at midnight UTC.
  private static let start: Int64 = 1_767_571_200_000

  /// The events as CSV with a header, by user, then time.
  func csv() -> [UInt8] {
    var random = DemoRandom(state: seed)
    var text = RecordText(
      format: .csv,
      columns: ["event_id", "user_id", "timestamp", "event_type", "item_id", "category", "value", "page"])
    text.appendHeader()
    var number = 0
    for user in 1...userCount {
      let persona = Self.personas[random.next(below: Self.personas.count)]
      for day in 0..<Self.dayCount where persona.days.contains(day % 7) {
        let chance = persona.sessions / Double(persona.days.count)
        guard random.fraction() < chance else { continue }
        let hour = persona.hour + random.next(below: 3)
        var time = Self.start + Int64(day * 24 + hour) * 3_600_000 + Int64(random.next(below: 3_600_000))
        for step in 0..<max(1, persona.events - 2 + random.next(below: 5)) {
          number += 1
          let isUsual = random.fraction() < 0.85
          let type = isUsual ? persona.path[step % persona.path.count] : "click"
          let category = persona.categories[random.next(below: persona.categories.count)]
          text.append("demo-\(number)")
          text.append("demo-\(user)")
          text.append(Timestamp(milliseconds: time))
          text.append(type)
          text.append(type == "search" || type == "filter" ? nil : "job-\(category)-\(random.next(below: 40))")
          text.append(category)
          text.append(
            type == "page_view"
              ? Double(5 + random.next(below: 120)) : type == "search" ? Double(random.next(below: 80)) : nil)
          text.append(type == "search" || type == "filter" ? "/search" : "/jobs")
          text.endRow()
          time += Int64(2_000 + random.next(below: 90_000))
        }
      }
    }
    return text.bytes
  }
}

/// Pseudo-random numbers after Steele, Lea and Flood (2014), "Fast splittable pseudorandom number generators".
private struct DemoRandom {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ word &>> 30) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ word &>> 27) &* 0x94D0_49BB_1331_11EB
    return word ^ word &>> 31
  }

  mutating func next(below bound: Int) -> Int { Int(next().multipliedFullWidth(by: UInt64(bound)).high) }

  mutating func fraction() -> Double { Double(next() &>> 11) * 0x1p-53 }
}
