internal import Foundation
internal import HabitusKernels
internal import HabitusModel

/// Hours and days with more activity than the reference would give.
struct RhythmPatterns {
  private let settings: HabitusConfiguration.Patterns

  init(_ settings: HabitusConfiguration.Patterns) { self.settings = settings }

  /// With many events the smallest difference is significant; what is less than a fifth above the reference is not told.
  private static let minimumLift = 1.2

  private static let weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

  /// By kind, then by rising p-value. Where all events are at midnight the source told only dates: hours then mean nothing.
  /// `reference` is everybody's rhythm; `nil` compares with an even one.
  func patterns(_ rhythm: Rhythm, reference: Rhythm?) -> [Pattern] {
    var patterns: [Pattern] = []
    let norm = reference == nil ? "an even spread would have" : "everybody has"
    if settings.intervals.contains(.hourly), rhythm.hasTimesOfDay {
      patterns += Self.standingOut(
        .hourOfDay, rhythm.countByHour, reference?.countByHour, settings, elements: { [String($0)] },
        sentence: { hour, percent, lift in
          "\(percent) % of activity is between \(hour) and \(hour + 1) h: \(lift) times what \(norm)."
        })
    }
    if settings.intervals.contains(.daily) {
      patterns += Self.standingOut(
        .weekday, rhythm.countByWeekday, reference?.countByWeekday, settings, elements: { [Self.weekdays[$0]] },
        sentence: { day, percent, lift in
          "\(percent) % of activity is on \(Self.weekdays[day].capitalized): \(lift) times what \(norm)."
        })
    }
    if settings.intervals.contains(.weekly), rhythm.hasTimesOfDay {
      patterns += Self.standingOut(
        .hourOfWeek, rhythm.countByHourOfWeek, reference?.countByHourOfWeek, settings,
        elements: { [Self.weekdays[$0 / 24], String($0 % 24)] },
        sentence: { slot, percent, lift in
          "\(percent) % of activity is on \(Self.weekdays[slot / 24].capitalized) between \(slot % 24) and \(slot % 24 + 1) h: \(lift) times what \(norm)."
        })
    }
    return patterns
  }

  /// Tests each slot against its share of the reference: one-sided binomial, then Benjamini and Hochberg over all slots.
  private static func standingOut(
    _ kind: Pattern.Kind, _ counts: [Int], _ reference: [Int]?, _ settings: HabitusConfiguration.Patterns,
    elements: (Int) -> [String], sentence: (Int, Int, String) -> String
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
          && Double(counts[$0]) >= minimumLift * expected[$0] * Double(total)
      }
      .sorted { (pValues[$0], $0) < (pValues[$1], $1) }
      .map { slot in
        let share = Double(counts[slot]) / Double(total)
        let lift = String(format: "%.1f", share / expected[slot])
        return Pattern(
          kind: kind, elements: elements(slot), support: counts[slot], total: total, expectedShare: expected[slot],
          pValue: pValues[slot], qValue: qValues[slot], sentence: sentence(slot, Int((share * 100).rounded()), lift))
      }
  }
}
