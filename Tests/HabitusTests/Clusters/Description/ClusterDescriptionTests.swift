import HabitusKernels
import HabitusModel
import Testing

@testable import Habitus

@Suite("The description of groups")
struct ClusterDescriptionTests {
  @Test("by hand: g with its interval, means, sentences and names of two groups")
  func byHand() throws {
    let found = description([(definition("event_count"), [1, 2, 3, 4, 5, 6])]).clusters(threeAndThree)
    let trait = try #require(found[0].traits.first)
    // d = −3, Γ(2) / (√2 · Γ(1.5)) = 0.797885, variance 6/9 + g²/12.
    #expect(abs(trait.effectSize + 2.393654) < 1e-6)
    #expect(abs(trait.interval.lowerBound + 4.490111) < 1e-5 && abs(trait.interval.upperBound + 0.297196) < 1e-5)
    #expect(trait.feature == "event_count" && trait.mean == 2 && trait.restMean == 5)
    #expect(trait.sentence.english == "They do little: 2 events each on average, against 5 elsewhere.")
    #expect(trait.sentence.french == "Ils sont peu actifs\u{202F}: 2 événements chacun en moyenne, contre 5 ailleurs.")
    #expect(found[0].sentences == [trait.sentence])
    #expect(found.map(\.name.english) == ["barely active users", "very active users"])
    #expect(found.map(\.name.french) == ["utilisateurs peu actifs", "utilisateurs très actifs"])
    #expect(found.map(\.centre) == [["event_count": 2], ["event_count": 5]])
    #expect(found.map(\.id) == [1, 2] && found.map(\.size) == [3, 3] && found.map(\.share) == [0.5, 0.5])
  }

  @Test("g is that of all values at once, and the rest are all others, in a group or not", arguments: 0..<UInt64(20))
  func slowTwin(seed: UInt64) throws {
    var random = SmallGenerator(state: seed)
    let labels: [Int?] = (0..<60).map { _ in [0, 1, 2, nil].randomElement(using: &random) ?? nil }
    let values = labels.map { label in
      Double.random(in: 0..<1, using: &random) < 0.2
        ? .nan : Double(label ?? 5) + Double.random(in: -1...1, using: &random)
    }
    let found = description([(definition("event_count"), values)]).clusters(labels)
    for (label, cluster) in found.enumerated() {
      let own = values.indices.filter { labels[$0] == label && !values[$0].isNaN }.map { values[$0] }
      let rest = values.indices.filter { labels[$0] != label && !values[$0].isNaN }.map { values[$0] }
      func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
      func squares(_ values: [Double]) -> Double {
        values.reduce(0) { $0 + ($1 - mean(values)) * ($1 - mean(values)) }
      }
      let freedom = Double(own.count + rest.count - 2)
      let size =
        (mean(own) - mean(rest)) / ((squares(own) + squares(rest)) / freedom).squareRoot() * (1 - 3 / (4 * freedom - 1))
      let (n, m) = (Double(own.count), Double(rest.count))
      let half = 1.959964 * ((n + m) / (n * m) + size * size / (2 * (n + m))).squareRoot()
      guard size.magnitude > half + 0.01 else {
        if size.magnitude < half - 0.01 { #expect(cluster.traits.isEmpty, "seed \(seed)") }
        continue
      }
      let trait = try #require(cluster.traits.first, "seed \(seed)")
      #expect(abs(trait.effectSize - size) < 1e-3 && abs(trait.mean - mean(own)) < 1e-9, "seed \(seed)")
      #expect(abs(trait.restMean - mean(rest)) < 1e-9, "seed \(seed)")
      #expect(cluster.size == labels.count { $0 == label }, "seed \(seed)")
    }
  }

  @Test("differences that may be chance are no traits")
  func chance() {
    let found = description([(definition("event_count"), [1, 9, 5, 2, 8, 6])]).clusters(threeAndThree)
    #expect(found.allSatisfy { $0.traits.isEmpty })
    #expect(found[0].name != found[1].name)
    #expect(found[0].name.english == "typical users (1)" && found[0].name.french == "utilisateurs typiques (1)")
    #expect(found[0].sentences[0].english == "Nothing sets them clearly apart from the others.")
    #expect(found[0].sentences[1].english == "Each has 5 events on average.")
  }

  @Test("of features that say the same only the strongest stays")
  func redundancy() {
    var random = SmallGenerator(state: 3)
    let labels: [Int?] = (0..<40).map { $0 < 20 ? 0 : 1 }
    let base = labels.map { Double($0 ?? 0) + Double.random(in: -0.5...0.5, using: &random) }
    func noisy(_ noise: Double) -> [Double] { base.map { $0 + noise * Double.random(in: -1...1, using: &random) } }
    let found = description([
      (definition("basket", .count), base.map { -3 * $0 }), (definition("session_count"), base),
      (definition("active_days"), noisy(1)), (definition("activity_ratio"), noisy(1.2)),
    ]).clusters(labels)
    // The basket is exactly as strong as the sessions, and has no words of its own; the two of days are synonyms.
    let features = found[0].traits.map(\.feature)
    #expect(features.first == "session_count" && features.count == 2)
    #expect(Set(features.dropFirst()).isSubset(of: ["active_days", "activity_ratio"]))
  }

  @Test("at most six traits, strongest first, and two to four sentences")
  func limits() {
    var random = SmallGenerator(state: 5)
    let labels: [Int?] = (0..<200).map { $0 % 2 }
    let columns = (0..<12).map { index in
      (
        definition("custom_\(index)"),
        labels.map { Double(index + 1) * 0.3 * Double($0 ?? 0) + Double.random(in: -1...1, using: &random) }
      )
    }
    for cluster in description(columns).clusters(labels) {
      let sizes = cluster.traits.map(\.effectSize.magnitude)
      #expect(sizes.count == 6 && sizes == sizes.sorted(by: >))
      #expect(cluster.sentences.count == 4 && cluster.sentences == cluster.traits.prefix(4).map(\.sentence))
    }
  }

  @Test("what is the same for all, has no values or is a coordinate is not spoken of")
  func leftOut() {
    let found = description([
      (definition("event_count"), [1, 2, 3, 4, 5, 6]), (definition("span_days"), [7, 7, 7, 7, 7, 7]),
      (definition("recency_days"), Array(repeating: .nan, count: 6)),
      (definition("hour_cosine"), [1, 1, 1, 0, 0, 0.1]),
      (definition("distinct_items"), [.infinity, 1, 1, 1, 1, .nan]),
    ]).clusters(threeAndThree)
    #expect(found.allSatisfy { $0.traits.map(\.feature) == ["event_count"] })
    #expect(found[0].centre == ["event_count": 2, "span_days": 7, "distinct_items": 1])
  }

  @Test("where nobody differs inside of the groups the difference is over all users")
  func perfectSeparation() throws {
    let found = description([(definition("event_count"), [20, 20, 20, 80, 80, 80])]).clusters(threeAndThree)
    let trait = try #require(found[1].traits.first)
    #expect(trait.effectSize == 2 && trait.mean == 80)
  }

  @Test("huge, tiny and nearly constant values are no crash and no nonsense")
  func extremeValues() {
    let columns: [[Double]] = [
      [1e300, -1e300, .infinity, 1e200, 3, 4], [0, 2e-162, 1e-162, 1e149, 1e149, 1e149],
      [.leastNonzeroMagnitude, 0, .leastNonzeroMagnitude, 1, 1, 1], [0.1 + 0.2, 0.3, 0.3, 0.7, 0.7, 0.1 + 0.6],
      [1e149, -1e149, 0, 1e149, -1e149, 5], [.greatestFiniteMagnitude, 1, 2, 3, 4, 5],
    ]
    for values in columns {
      let described = description([(definition("event_count"), values), (definition("mean_hour"), values)])
      for trait in described.clusters(threeAndThree).flatMap(\.traits) {
        #expect(trait.effectSize.magnitude < 1e7 && trait.interval.upperBound.isFinite, "\(values)")
      }
      _ = described.comparison(of: 0, with: 1, labels: threeAndThree, ids: [1, 2])
      #expect(throws: Never.self) { try described.rule(for: 0, labels: threeAndThree, ids: [1, 2]) }
    }
  }

  @Test("a single group is everybody, with figures instead of differences")
  func everybody() throws {
    let columns = [
      (definition("event_count"), [1.0, 2, 3]), (definition("active_days"), [1, 1, 1]),
      (definition("session_duration_mean_s"), [100, 200, 300]),
    ]
    let found = try #require(description(columns).clusters([0, 0, 0]).first)
    #expect(found.name == LocalizedText(english: "everybody", french: "tout le monde") && found.traits.isEmpty)
    #expect(
      found.sentences.map(\.english) == [
        "Each has 2 events on average.", "They are active on 1\u{202F}day.",
        "A session lasts 3\u{202F}min\u{202F}20\u{202F}s on average.",
      ])
    #expect(found.sentences[1].french == "Ils sont actifs pendant 1\u{202F}jour.")
    let partly = try #require(description(columns).clusters([0, nil, 0]).first)
    #expect(partly.name.english == "the main group" && partly.size == 2)
    let other = try #require(description([(definition("basket"), [4.0, 6])]).clusters([0, 0]).first)
    #expect(other.sentences.map(\.french) == ["En moyenne, basket\u{202F}: 5."])
  }

  @Test("nobody, one user, and groups without members or labels are no crash")
  func edges() {
    #expect(description([]).clusters([]).isEmpty)
    #expect(description([(definition("event_count"), [3])]).clusters([0]).map(\.size) == [1])
    #expect(description([(definition("event_count"), [3, 4])]).clusters([nil, nil]).isEmpty)
    let found = description([(definition("event_count"), [1, 2, 3, 9])]).clusters(
      labels: [0, 0, 0, 2], ids: [4, 7, 9], stability: [0.9, nil, 0.5])
    #expect(found.map(\.id) == [4, 7, 9] && found.map(\.size) == [3, 0, 1])
    #expect(found.map(\.stability) == [0.9, nil, 0.5] && Set(found.map(\.name)).count == 3)
  }

  // MARK: Hours

  @Test("hours of the day go round")
  func hours() throws {
    let hours: [Double] = [23, 23.5, 0, 0.5, 1, 9, 9.5, 10, 10.5, 11]
    let labels: [Int?] = (0..<10).map { $0 / 5 }
    let found = description([(definition("mean_hour"), hours)]).clusters(labels)
    let (night, morning) = (try #require(found[0].traits.first), try #require(found[1].traits.first))
    // From midnight to 10:00 the short way is forward: the night is earlier.
    #expect(night.effectSize < 0 && abs(night.effectSize + morning.effectSize) < 1e-9)
    #expect(night.sentence.english == "They come at night: around 00:00 on average, against 10:00 elsewhere.")
    #expect(
      morning.sentence.french
        == "Ils viennent le matin\u{202F}: vers 10\u{202F}h en moyenne, contre 0\u{202F}h ailleurs.")
    #expect(found.map(\.name.english) == ["night-time users", "morning users"])
    #expect(found[0].centre["mean_hour"].map { min($0, 24 - $0) < 1e-9 } == true)
  }

  @Test("hours that nobody keeps are not spoken of, and the others’ are called no common hour")
  func scatteredHours() throws {
    let hours: [Double] = [20, 20.5, 21, 20.2, 20.7, 9, 10, 9.5, 10.2, 9.9]
    let labels: [Int?] = (0..<10).map { $0 / 5 }
    func described(_ concentrations: [Double]) -> [Cluster] {
      description([(definition("mean_hour"), hours), (definition("hour_concentration"), concentrations)]).clusters(
        labels)
    }
    func hourTrait(_ cluster: Cluster) -> ClusterTrait? { cluster.traits.first { $0.feature == "mean_hour" } }
    let none = described(Array(repeating: 0.1, count: 10))
    #expect(none.allSatisfy { hourTrait($0) == nil })
    let half = described(Array(repeating: 0.9, count: 5) + Array(repeating: 0.1, count: 5))
    #expect(
      hourTrait(half[0])?.sentence.english
        == "They come in the evening: around 20:29 on average, against no common hour elsewhere.")
    #expect(half[1].traits.allSatisfy { !$0.sentence.english.hasPrefix("They come in the morning") })
  }

  @Test("who comes later in the same part of the day is not named after it")
  func samePartOfTheDay() throws {
    let hours: [Double] = [18.5, 18.6, 18.7, 20.5, 20.6, 20.7]
    let found = description([(definition("mean_hour"), hours)]).clusters(threeAndThree)
    #expect(found[1].traits.first?.sentence.english.hasPrefix("They come later in the day: around 20:36") == true)
    #expect(found[1].name.english == "typical users (2)")
  }

  @Test("only an activity that grows is called growing")
  func momentum() {
    func sentence(_ values: [Double]) -> String? {
      description([(definition("momentum"), values)]).clusters(threeAndThree)[1].traits.first?.sentence.english
    }
    #expect(
      sentence([-1.1, -1, -0.9, 0.9, 1, 1.1])
        == "Their activity is growing: 2 times the events of the week before, against 0.5 times elsewhere.")
    #expect(sentence([-3.1, -3, -2.9, -1.1, -1, -0.9])?.hasPrefix("Their activity declines less: 0.5 times") == true)
    #expect(sentence([2.9, 3, 3.1, 0.9, 1, 1.1])?.hasPrefix("Their activity grows less: 2 times") == true)
    #expect(sentence([0.9, 1, 1.1, -1.1, -1, -0.9])?.hasPrefix("Their activity is declining: 0.5 times") == true)
  }

  // MARK: Comparison

  @Test("compares two groups and leaves the others out")
  func comparison() throws {
    let described = description([
      (definition("event_count"), [1, 2, 3, 4, 5, 6, 900]),
      (definition("share_search"), [0.3, 0.1, 0.2, 0.2, 0.1, 0.2, 1]),
      (definition("span_days"), [7, 7, 7, 7, 7, 7, 7]),
    ])
    let found = described.comparison(of: 1, with: 0, labels: threeAndThree + [2], ids: [4, 7, 9])
    #expect(found.first == 7 && found.second == 4)
    #expect(found.differences.map(\.feature) == ["event_count", "share_search"])
    let first = found.differences[0]
    #expect(first.firstMean == 5 && first.secondMean == 2 && first.superiority == 1)
    #expect(abs(first.effectSize - 2.393654) < 1e-6)
    #expect(first.sentence.english == "They are very active: 5 events each on average, against 2 in group\u{A0}4.")
    #expect(first.sentence.french.hasSuffix(", contre 2 dans le groupe\u{A0}4."))
    // Of nine pairs of 0.2, 0.1, 0.2 with 0.3, 0.1, 0.2 two are above and three ties: (0.2, 0.1), (0.2, 0.1); 0.2 = 0.2
    // twice, 0.1 = 0.1.
    #expect(abs(found.differences[1].superiority - 3.5 / 9) < 1e-12)
  }
}
