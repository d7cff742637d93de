import Foundation
import HabitusKernels
import Testing

@Suite("Preference intervals")
struct PreferenceCoverageTests {
  struct Coverage {
    var told = 0
    var held = 0
    var toldOfAll = 0
    var heldOfAll = 0
    var width = 0.0
    var share: Double { Double(held) / Double(told) }
    var shareOfAll: Double { Double(heldOfAll) / Double(toldOfAll) }
  }

  /// How often intervals hold the truth: of the three values told first, and of all values with events.
  static func coverage(
    _ made: MadeTastes, seed: UInt64, prior given: PreferencePrior? = nil
  ) throws -> (Coverage, PreferencePrior) {
    let decay = try ExponentialDecay(halfLife: .seconds(14 * 86_400))
    let users = try made.users(seed: seed, decay)
    let prior = try given ?? PreferencePrior.fit(to: users.map(\.state), decay).prior
    let population = populationShares(users.map(\.state))
    var coverage = Coverage()
    for user in users {
      let evidence = try PreferenceEvidence(user.state, at: made.now, today: made.dayCount - 1, decay)
      for (rank, score) in try prior.scores(of: evidence, populationShare: { population[$0, default: 0] }).enumerated()
      {
        let isHeld = score.interval.contains(user.truth[Int(score.value)])
        coverage.toldOfAll += 1
        coverage.heldOfAll += isHeld ? 1 : 0
        guard rank < 3 else { continue }
        coverage.told += 1
        coverage.held += isHeld ? 1 : 0
        coverage.width += score.interval.upperBound - score.interval.lowerBound
      }
    }
    return (coverage, prior)
  }

  static func populationShares(_ states: [PreferenceState]) -> [UInt32: Double] {
    var counts: [UInt32: Double] = [:]
    let decay = try? ExponentialDecay(halfLife: .seconds(1e9))
    for state in states {
      guard let decay, let evidence = try? PreferenceEvidence(state, at: .max / 4, today: 1 << 30, decay) else {
        continue
      }
      for value in evidence.values { counts[value.value, default: 0] += Double(value.countFor) }
    }
    let total = counts.values.reduce(0, +)
    return counts.mapValues { $0 / total }
  }

  @Test(
    "90 % intervals hold the truth in 86 to 94 % of cases, of tastes that stay, wander or switch",
    arguments: [
      MadeTastes(userCount: 250, eventCount: 5, strength: 5),
      MadeTastes(userCount: 250, eventCount: 60, strength: 40, weights: [1, 2, 5, 10]),
      MadeTastes(userCount: 150, eventCount: 150, valueCount: 60, strength: 2, activitySpread: 4),
      MadeTastes(userCount: 150, eventCount: 150, valueCount: 6, movement: .randomWalk(step: 0.1)),
      MadeTastes(userCount: 150, eventCount: 150, valueCount: 6, movement: .switches(part: 0.2)),
    ])
  func covers(made: MadeTastes) throws {
    let (coverage, prior) = try Self.coverage(made, seed: 11)
    #expect((0.86...0.94).contains(coverage.share), "\(coverage.share) \(prior)")
    #expect((0.85...0.95).contains(coverage.shareOfAll), "\(coverage.shareOfAll)")
  }

  @Test(
    "table of coverage",
    .enabled(if: ProcessInfo.processInfo.environment["HABITUS_COVERAGE_TABLE"] != nil, "prints a table for the docs"))
  func table() throws {
    let movements: [(String, MadeTastes.Movement)] = [
      ("stays", .none), ("walk 0.03", .randomWalk(step: 0.03)), ("walk 0.1", .randomWalk(step: 0.1)),
      ("walk 0.2", .randomWalk(step: 0.2)),
      ("10% switch", .switches(part: 0.1)), ("30% switch", .switches(part: 0.3)),
    ]
    let userCount = Int(ProcessInfo.processInfo.environment["HABITUS_COVERAGE_TABLE"] ?? "") ?? 1_000
    let eventCounts = ProcessInfo.processInfo.environment["HABITUS_COVERAGE_EVENTS"].flatMap { Int($0) }.map { [$0] }
    for (name, movement) in movements {
      for valueCount in [5, 20, 200] {
        for strength in [2.0, 20, 100] {
          for eventCount in eventCounts ?? [5, 50, 500] {
            for weights in [[1.0], [1, 2, 3, 5, 10]] {
              var made = MadeTastes()
              made.userCount = userCount
              (made.eventCount, made.valueCount, made.strength) = (eventCount, valueCount, strength)
              (made.movement, made.weights) = (movement, weights)
              let (coverage, prior) = try Self.coverage(made, seed: 7)
              print(
                String(
                  format:
                    "%-11@ V %3d m %3.0f n %3d w %2.0f | %.3f all %.3f width %.3f | "
                    + "m %8.2f c %.2f k %.6f d %.5f s %.4f",
                  name as NSString, valueCount, strength, eventCount, weights.last ?? 0, coverage.share,
                  coverage.shareOfAll, coverage.width / Double(coverage.told), prior.strength, prior.eventWorth,
                  prior.renewalPerDay, prior.driftPerDay, prior.userSpread))
            }
          }
        }
      }
    }
  }
}
