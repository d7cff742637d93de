internal import Foundation
internal import HabitusKernels
internal import HabitusModel

/// Hours and days with more activity than the reference would give.
struct RhythmPatterns {
  private let settings: HabitusConfiguration.Patterns

  init(_ settings: HabitusConfiguration.Patterns) { self.settings = settings }

  /// With many events the smallest difference is significant; what is less than a fifth above the reference is not told.
  private static let minimumLift = 1.2

  /// By kind, then by rising p-value. Where all events are at midnight the source told only dates: hours then mean nothing.
  /// `reference` is everybody's rhythm; `nil` compares with an even one.
  func patterns(_ rhythm: Rhythm, reference: Rhythm?) -> [Pattern] {
    var patterns: [Pattern] = []
    let weekdays = PatternWords.weekdayKeys
    if settings.intervals.contains(.hourly), rhythm.hasTimesOfDay {
      patterns += standingOut(.hourOfDay, rhythm.countByHour, reference?.countByHour, elements: { [String($0)] }) {
        $1 == .english ? "between \($0) and \($0 + 1) h" : "entre \($0) et \($0 + 1) h"
      }
    }
    if settings.intervals.contains(.daily) {
      patterns += standingOut(.weekday, rhythm.countByWeekday, reference?.countByWeekday, elements: { [weekdays[$0]] })
      {
        ($1 == .english ? "on " : "le ") + PatternWords.weekday($0, $1)
      }
    }
    if settings.intervals.contains(.weekly), rhythm.hasTimesOfDay {
      patterns += standingOut(
        .hourOfWeek, rhythm.countByHourOfWeek, reference?.countByHourOfWeek,
        elements: { [weekdays[$0 / 24], String($0 % 24)] }
      ) { slot, language in
        let (day, hour) = (PatternWords.weekday(slot / 24, language), slot % 24)
        return language == .english
          ? "on \(day) between \(hour) and \(hour + 1) h" : "le \(day) entre \(hour) et \(hour + 1) h"
      }
    }
    return patterns
  }

  /// Tests each slot against its share of the reference: one-sided binomial, then Benjamini and Hochberg over all slots.
  private func standingOut(
    _ kind: Pattern.Kind, _ counts: [Int], _ reference: [Int]?, elements: (Int) -> [String],
    when: (Int, Language) -> String
  ) -> [Pattern] {
    let total = counts.reduce(0, +)
    guard total > 0 else { return [] }
    let referenceTotal = reference?.reduce(0, +) ?? 0
    let expected = counts.indices.map { slot in
      guard let reference, referenceTotal > 0 else { return 1 / Double(counts.count) }
      return Double(reference[slot]) / Double(referenceTotal)
    }
    let pValues = counts.indices.map { slot in
      BinomialDistribution(trialCount: total, probability: expected[slot]).upperTail(counts[slot])
    }
    let qValues = Statistics.falseDiscoveryQValues(pValues)
    return
      counts.indices
      .filter {
        qValues[$0] <= settings.falseDiscoveryLevel && counts[$0] >= settings.minimumOccurrences
          && Double(counts[$0]) >= Self.minimumLift * expected[$0] * Double(total)
      }
      .sorted { (pValues[$0], $0) < (pValues[$1], $1) }
      .map { slot in
        let share = Double(counts[slot]) / Double(total)
        let lift = share / expected[slot]
        let sentence = LocalizedText { language in
          let (percent, times) = (PatternWords.percent(share, language), PatternWords.times(lift, language))
          return switch language {
          case .english:
            "\(percent) of activity is \(when(slot, .english)): \(times) what "
              + (reference == nil ? "an even spread would have." : "everybody has.")
          case .french:
            "\(percent) de l’activité a lieu \(when(slot, .french))\u{202F}: \(times) "
              + (reference == nil ? "ce que donnerait une répartition égale." : "ce qu’on voit chez tous.")
          }
        }
        return Pattern(
          kind: kind, elements: elements(slot), unit: .events, support: counts[slot], total: total,
          expectedShare: expected[slot], pValue: pValues[slot], qValue: qValues[slot], sentence: sentence)
      }
  }
}
