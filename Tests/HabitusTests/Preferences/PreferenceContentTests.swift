import Foundation
import Habitus
import HabitusKernels
import Testing

@testable import Habitus

@Suite("Preferences of content: properties, reasons, ratings")
struct PreferenceContentTests {
  private func job(_ minutes: Double, _ type: String, _ properties: String) -> Event {
    event("ann", minutes, type, properties: properties)
  }

  @Test("scores the values of configured properties: texts, lists, members of objects")
  func properties() async throws {
    let made = try TestWorkspace { $0.preferences.properties = ["location", "skills", "terms.contract"] }
    try made.workspace.store.append(
      [
        job(0, "x", #"{"location":"Lyon","skills":["swift","sql","swift"],"terms":{"contract":"full"}}"#),
        job(1, "x", #"{"location":"Lyon","skills":"sql"}"#),
        job(2, "x", #"{"location":null,"skills":[],"terms":{"contract":true}}"#),
        job(3, "x", "[1]"), job(4, "x", ""),
      ], namespace: "test")
    let preferences = try await PreferenceCalculator(made.workspace).calculatePreferences(userID: "ann")
    func counts(_ dimension: String) -> [String: Int] {
      Dictionary(
        uniqueKeysWithValues: preferences.filter { $0.dimension == dimension }.map { ($0.value, $0.eventsFor) })
    }
    #expect(counts("location") == ["Lyon": 2])
    #expect(counts("skills") == ["swift": 1, "sql": 2])
    #expect(counts("terms.contract") == ["full": 1, "true": 1])
  }

  @Test("tells many numbers by ranges of about as many events each, few by themselves")
  func ranges() throws {
    var few = PropertyCounts()
    for number in [1.5, 3] { few.add(.number(number), 10) }
    let plain = PropertyVocabulary(few)
    #expect(plain.bounds == nil)
    #expect((0..<2).map { plain.text(of: $0) } == ["1.5", "3"])

    // 16 numbers once each: eight ranges of two, bounds at every second number, to thousands: half of
    // their distance.
    var many = PropertyCounts()
    for number in 0..<16 { many.add(.number(Double(number) * 1_000 + 30_040)) }
    var ranged = PropertyVocabulary(many)
    #expect(ranged.bounds == [32_000, 34_000, 36_000, 38_000, 40_000, 42_000, 44_000])
    #expect(ranged.code(of: .number(20_000)) == 0)
    #expect(ranged.text(of: 0) == "<32000")
    #expect(ranged.code(of: .number(32_000)) == 1)
    #expect(ranged.text(of: 1) == "32000–34000")
    #expect(ranged.code(of: .number(1e9)) == 7)
    #expect(ranged.text(of: 7) == "≥44000")
    #expect(ranged.code(of: .text("much")) == nil)

    // Nearly all events have one number: there is one range at most on either side of it.
    var skewed = PropertyCounts()
    skewed.add(.number(5), 1_000)
    for number in 6..<20 { skewed.add(.number(Double(number))) }
    #expect(PropertyVocabulary(skewed).bounds == [6])
    // From 5 events in 1980 to 24 in 1999: 45 before 1986 are the first eighth of 290 and more; shares keep their digits.
    var years = PropertyCounts()
    for year in 1980..<2000 { years.add(.number(Double(year)), year - 1975) }
    #expect(PropertyVocabulary(years).bounds == [1986, 1989, 1991, 1994, 1996, 1997, 1999])
    var shares = PropertyCounts()
    for step in 0..<16 { shares.add(.number(Double(step) * 0.0125)) }
    #expect(PropertyVocabulary(shares).bounds == [0.03, 0.05, 0.08, 0.1, 0.12, 0.15, 0.18])
    let kept = try JSONDecoder().decode(PropertyVocabulary.self, from: JSONEncoder().encode(ranged))
    #expect(kept == ranged)
  }

  @Test("takes reasons for turning away as speaking against what they name alone")
  func reasons() async throws {
    func against(_ properties: String) async throws -> Set<String> {
      let fixture = try PreferenceFixture(
        [
          event("ann", 0, "like", item: "i", category: "c", properties: #"{"location":"Lyon","salary":"low"}"#),
          event("ann", 1, "match_rejected", item: "i", category: "c", properties: properties),
        ], vocabularies: [vocabulary("Lyon"), vocabulary("low")]
      ) {
        $0.preferences.properties = ["location", "salary"]
        $0.preferences.eventWeights = ["match_rejected": -1]
      }
      let preferences = try await fixture.calculator.calculatePreferences(userID: "ann")
      return Set(preferences.filter { $0.eventsAgainst > 0 }.map(\.dimension))
    }
    let job = #""location":"Lyon","salary":"low""#
    #expect(try await against("{\(job),\"reasons\":[\"Salary\"]}") == ["item", "salary"])
    #expect(try await against("{\(job),\"reasons\":\"location\"}") == ["item", "location"])
    #expect(try await against("{\(job),\"reasons\":[\"a feeling\"]}") == ["item", "category", "location", "salary"])
    #expect(try await against("{\(job)}") == ["item", "category", "location", "salary"])
    #expect(try await against("{}") == ["item", "category"])
  }

  // MARK: Ratings

  /// Half of the reviewers give twos and threes, half fours and fives.
  private func reviewers() throws -> RatingPopulation {
    var ratings: [Rating] = []
    for reviewer in 0..<50 {
      let usual = Double(2 + reviewer % 2 * 2)
      for step in 0..<10 { ratings.append(Rating(reviewer: UInt32(reviewer), value: usual + Double(step % 2))) }
    }
    return try RatingPopulation(ratings)
  }

  @Test("weighs a rating by what the reviewer usually gives")
  func ownScale() async throws {
    // Both rate "a" with 4; one gives fives otherwise, the other ones.
    func score(_ others: Double) async throws -> Preference? {
      let events =
        (0..<8).map { event("ann", Double($0), "rating", category: "other", value: others) }
        + [event("ann", 20, "rating", category: "a", value: 4)]
      let fixture = try PreferenceFixture(events, ratings: try reviewers())
      return try await fixture.preferences(of: "ann", "category").first { $0.value == "a" }
    }
    let (generous, severe) = (try await score(5), try await score(1))
    #expect(generous == nil)
    #expect((severe?.score ?? 0) > 0)
    #expect(severe?.eventsFor == 1)
  }

  @Test("takes the rating of an aspect that is a property as one of that alone, of another aspect as one of the item")
  func aspects() async throws {
    func speaking(_ aspects: String) async throws -> [String: Bool] {
      let fixture = try PreferenceFixture(
        [
          event("ann", 0, "like", item: "i", category: "c", properties: #"{"location":"Lyon"}"#),
          event("ann", 1, "match_feedback", item: "i", category: "c", properties: "{\"location\":\"Lyon\",\(aspects)}"),
        ], vocabularies: [vocabulary("Lyon")], ratings: try reviewers()
      ) { $0.preferences.properties = ["location"] }
      let preferences = try await fixture.calculator.calculatePreferences(userID: "ann")
      return Dictionary(
        uniqueKeysWithValues: preferences.filter { $0.family == .content && $0.eventsFor + $0.eventsAgainst > 1 }.map {
          ($0.dimension, $0.eventsAgainst == 0)
        })
    }
    #expect(try await speaking(#""specific_aspects":{"location":5}"#) == ["location": true])
    #expect(try await speaking(#""specific_aspects":{"manners":1}"#) == ["item": false])
    #expect(
      try await speaking(#""rating":5,"specific_aspects":{"Location":1}"#)
        == ["item": true, "category": true, "location": false])
    #expect(try await speaking(#""rating":"1""#) == ["item": false, "category": false, "location": false])
  }

  @Test("counts a rating event without a rating in range like any other event")
  func unreadableRating() async throws {
    for properties in ["{}", #"{"rating":11}"#, #"{"rating":"good"}"#] {
      let fixture = try PreferenceFixture(
        [event("ann", 0, "rating", category: "a", properties: properties)], ratings: try reviewers())
      #expect(try await fixture.preferences(of: "ann", "category").map(\.eventsFor) == [1])
    }
  }

  @Test("learns reviewers' scales from everybody's ratings")
  func learnedScales() async throws {
    // Everybody rates "good" above "bad" by two, on scales of their own.
    let made = try TestWorkspace()
    var events: [Event] = []
    for user in 0..<12 {
      let base = Double(user % 3) + 1
      for round in 0..<6 {
        events.append(event("u\(user)", Double(round), "rating", category: "good", value: base + 2))
        events.append(event("u\(user)", Double(round) + 0.5, "rating", category: "bad", value: base))
      }
    }
    try made.workspace.store.append(events, namespace: "test")
    for user in ["u0", "u1", "u2"] {
      let scores = try await PreferenceCalculator(made.workspace).calculatePreferences(userID: UserID(user))
        .filter { $0.dimension == "category" }
      #expect(scores.map(\.value) == ["good"])
    }
  }
}
