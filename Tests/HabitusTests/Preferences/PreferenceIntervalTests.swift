import Foundation
import Habitus
import Testing

@testable import Habitus

/// Users with known shares, whose events are drawn from them: tastes are Dirichlet around the population's shares, and
/// categories and pages are independent of each other.
private struct DrawnUsers {
  /// The shapes of the Dirichlet distribution: whole numbers, so that a gamma number is a sum of exponential ones.
  static let shapes = [6, 4, 2, 2, 1, 1]
  static let eventCounts = [6, 30, 120]

  private(set) var events: [Event] = []
  /// By user, the shares of categories and pages.
  private(set) var truth: [UserID: [String: [Double]]] = [:]

  init(userCount: Int, seed: UInt64) {
    var random = SmallGenerator(state: seed)
    for index in 0..<userCount {
      let user = "u\(index)"
      let (categories, pages) = (Self.shares(&random), Self.shares(&random))
      truth[UserID(user)] = ["category": categories, "page": pages]
      for number in 0..<Self.eventCounts[index % Self.eventCounts.count] {
        var made = event(
          user, Double.random(in: 0..<28 * 1440, using: &random), "x", category: "\(Self.draw(categories, &random))",
          page: "\(Self.draw(pages, &random))")
        made.id = "\(user)-\(number)"
        events.append(made)
      }
    }
  }

  private static func shares(_ random: inout SmallGenerator) -> [Double] {
    let sizes = shapes.map { shape in
      (0..<shape).reduce(0) { sum, _ in sum - log(1 - Double.random(in: 0..<1, using: &random)) }
    }
    let total = sizes.reduce(0, +)
    return sizes.map { $0 / total }
  }

  private static func draw(_ shares: [Double], _ random: inout SmallGenerator) -> Int {
    var left = Double.random(in: 0..<1, using: &random)
    for (index, share) in shares.enumerated() {
      left -= share
      if left < 0 { return index }
    }
    return shares.count - 1
  }
}

@Suite("Intervals of preferences")
struct PreferenceIntervalTests {
  @Test("hold the share that events are drawn from in about 90 % of cases, after few events and many")
  func coverage() async throws {
    let users = DrawnUsers(userCount: 300, seed: 17)
    let made = try TestWorkspace { $0.preferences.categories = [.content, .feature] }
    try made.workspace.store.append(users.events, namespace: "test")
    var cases: [String: (held: Int, told: Int)] = [:]
    for (user, preferences) in try await PreferenceCalculator(made.workspace).calculateAll(limit: 6) {
      let count = users.events.count { $0.user == user }
      for preference in preferences {
        guard let place = Int(preference.value), let share = users.truth[user]?[preference.dimension]?[place] else {
          continue
        }
        for kind in [preference.dimension, "\(preference.dimension) after \(count)"] {
          cases[kind, default: (0, 0)].told += 1
          if preference.interval.contains(share) { cases[kind]?.held += 1 }
        }
      }
    }
    #expect(cases.count == 8)
    for (kind, counts) in cases.sorted(by: { $0.key < $1.key }) {
      let held = Double(counts.held) / Double(counts.told)
      #expect((0.84...0.96).contains(held), "\(kind): \(held) of \(counts.told)")
    }
  }
}
