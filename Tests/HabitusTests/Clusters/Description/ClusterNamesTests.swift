import HabitusModel
import Testing

@testable import Habitus

@Suite("The names of groups")
struct ClusterNamesTests {
  private typealias Candidate = ClusterNames.Candidate

  private func high(_ feature: String, notable: Bool = true) throws -> Candidate {
    Candidate(part: try #require(FeatureWords(feature: feature).high.namePart), isNotable: notable)
  }

  private func names(
    _ candidates: [[Candidate]], kept: [Int: LocalizedText] = [:]
  ) -> [LocalizedText] {
    ClusterNames(candidates: candidates, ids: candidates.indices.map { $0 + 1 }, keptNames: kept).names()
  }

  @Test("put noun, adjective, time and complement in their places")
  func order() throws {
    let parts = [try high("share_search"), try high("active_days"), try high("weekend_share")]
    let name = names([parts, []])[0]
    #expect(name.english == "frequent weekend searchers")
    #expect(name.french == "chercheurs assidus du week-end")
    let other = names([[try high("session_duration_mean_s"), try high("event_count")], []])[0]
    #expect(other.english == "very active users with long sessions")
    #expect(other.french == "utilisateurs très actifs aux longues sessions")
  }

  @Test("have one noun; a second says what they do")
  func secondNoun() throws {
    let name = names([[try high("share_search"), try high("share_apply")], []])[0]
    #expect(name.english == "searchers who apply much" && name.french == "chercheurs qui postulent beaucoup")
  }

  @Test("stay short, and weak traits are not in them")
  func short() throws {
    let name = names(
      [
        [try high("share_search"), try high("burstiness"), try high("item_repeat_ratio"), try high("events_prev_7d")],
        [],
      ]
    )[0]
    #expect(name.english == "searchers who come in bursts")
    let weak = [try high("share_search", notable: false)]
    #expect(names([weak, [try high("event_count")]])[0].english == "typical users")
    #expect(names([weak, []]).map(\.english) == ["searchers", "typical users"])
  }

  @Test("are told apart by further traits, then by numbers")
  func collisions() throws {
    let search = try high("share_search")
    let weak = try high("weekend_share", notable: false)
    let found = names([[search, weak], [search], [search]])
    #expect(found.map(\.english) == ["weekend searchers", "searchers (2)", "searchers (3)"])
    #expect(names([[], [], []]).map(\.french) == (1...3).map { "utilisateurs typiques (\($0))" })
  }

  @Test("that are kept stay, and new ones differ from them")
  func kept() throws {
    let search = try high("share_search")
    let old = LocalizedText(english: "Searchers", french: "chercheurs")
    #expect(names([[search], [search]], kept: [1: old]).map(\.english) == ["Searchers", "searchers (2)"])
    #expect(names([[search], [search]], kept: [1: old, 2: old]) == [old, old])
  }

  @Test("differ whatever the groups are", arguments: 0..<UInt64(60))
  func alwaysDifferent(seed: UInt64) throws {
    var random = SmallGenerator(state: seed)
    let count = Int.random(in: 2...12, using: &random)
    let labels: [Int?] = (0..<count * 6).map { $0 % (count + 1) == count ? nil : $0 % (count + 1) }
    let features = FeatureDictionary.definitions.map(\.name).shuffled(using: &random).prefix(8) + ["type:a", "type:b"]
    let shifts = (0..<count).map { _ in features.map { _ in Double.random(in: 0..<3, using: &random) } }
    let columns = features.enumerated().map { index, name in
      (
        definition(name),
        labels.map { label in
          let shift = label.map { shifts[$0][index] } ?? 1
          return Double.random(in: 0..<1, using: &random) < 0.1
            ? Double.nan : (Double.random(in: 0..<1, using: &random) + shift).rounded(.down)
        }
      )
    }
    let found = description(columns).clusters(labels)
    #expect(Set(found.map { $0.name.english.lowercased() }).count == found.count, "seed \(seed)")
    #expect(Set(found.map { $0.name.french.lowercased() }).count == found.count, "seed \(seed)")
    let again = description(columns).clusters(labels)
    #expect(found == again, "seed \(seed)")
  }
}
