internal import Foundation
internal import HabitusKernels
internal import HabitusModel

/// Frequent sequences of event types that chance does not explain.
struct SequencePatterns {
  /// The most sequences that are reported.
  private static let reportedCount = 50
  /// With many sessions the smallest difference is significant; what is less than a fifth above chance is not told.
  private static let minimumLift = 1.2
  /// The most sequences that are looked at.
  private static let patternBudget = 20_000

  private let settings: HabitusConfiguration.Patterns
  private let workers: Int

  init(_ settings: HabitusConfiguration.Patterns, workers: Int) {
    self.settings = settings
    self.workers = workers
  }

  /// By falling surprise: support times the logarithm of lift.
  func patterns(_ evidence: PatternEvidence, types: TermDictionary) throws -> [Pattern] {
    let sessions = evidence.sessions
    guard sessions.sequenceCount > 0, settings.maximumLength >= 2 else { return [] }
    let byShare = Int((settings.minimumSupport * Double(sessions.sequenceCount)).rounded(.up))
    let found = try PrefixSpan(
      minimumSupport: .count(max(1, settings.minimumOccurrences, byShare)), minimumLength: 2,
      maximumLength: settings.maximumLength, patternBudget: Self.patternBudget
    ).patterns(in: sessions, threadCount: workers)
    let surprises = IndependenceModel(fittedTo: sessions).surprises(of: found.patterns, threadCount: workers)
    return
      surprises
      .filter { $0.qValue <= settings.falseDiscoveryLevel && $0.lift >= Self.minimumLift }
      .sorted { a, b in
        let (x, y) = (Self.gain(a), Self.gain(b))
        return x != y ? x > y : names(a, types).lexicographicallyPrecedes(names(b, types))
      }
      .prefix(Self.reportedCount)
      .map { surprise in
        let names = names(surprise, types)
        let (support, total) = (surprise.pattern.support, sessions.sequenceCount)
        let share = Double(support) / Double(total)
        let steps = PatternWords.steps(names)
        let sentence = LocalizedText { language in
          let (percent, times) = (PatternWords.percent(share, language), PatternWords.times(surprise.lift, language))
          return switch language {
          case .english:
            "In \(percent) of sessions \(steps.english): \(times) as often as chance would have it."
          case .french:
            "Dans \(percent) des sessions \(steps.french)\u{202F}: \(times) ce que donnerait le hasard."
          }
        }
        return Pattern(
          kind: .sequence, dimension: .eventType, elements: names, unit: .sessions, support: support, total: total,
          expectedShare: surprise.expectedSupport / Double(total), pValue: surprise.pValue, qValue: surprise.qValue,
          sentence: sentence)
      }
  }

  private func names(_ surprise: PatternSurprise, _ types: TermDictionary) -> [String] {
    surprise.pattern.items.map { types.text(of: UInt32($0)) }
  }

  private static func gain(_ surprise: PatternSurprise) -> Double {
    Double(surprise.pattern.support) * log2(surprise.lift)
  }
}
