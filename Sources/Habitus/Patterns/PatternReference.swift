internal import HabitusKernels
internal import HabitusModel
internal import Synchronization

/// What a user's patterns are compared with: everybody's, by group of users.
struct PatternReference: Sendable, Codable {
  /// When everybody was looked at.
  let window: AnalysisWindow
  let sequences: [EventDimension: SequenceReference]
  private let rhythm: WeekRhythm
  private let gaps: GapPopulation?
  private let evenness: GapEvenness

  /// - Parameter groups: by user code, the number of the user's group.
  init(
    _ evidence: PatternEvidence, _ dictionaries: EventDictionaries, groups: [UInt32: Int], window: AnalysisWindow,
    workers: Int
  ) throws {
    self.window = window
    sequences = Dictionary(
      uniqueKeysWithValues: try evidence.sessions.map { sessions in
        (
          sessions.dimension,
          try SequenceReference(
            sessions, sessions.dimension.terms(in: dictionaries), groups: groups, workers: workers)
        )
      })
    let times = try evidence.times.finished()
    rhythm = times.rhythm
    gaps = times.population
    evenness = times.evenness
  }

  /// When everybody comes, by the clocks of `timeZone`.
  func times(timeZone: String) throws(FeatureError) -> TimeReference {
    let calendar = try LocalCalendar(timeZone: timeZone, from: window.start, to: window.asOf)
    return TimeReference(rhythm, coverage: WindowCoverage(window, calendar), population: gaps, evenness: evenness)
  }

  /// Whether users over `window` can be compared with it.
  func fits(_ window: AnalysisWindow, _ settings: HabitusConfiguration.Patterns) -> Bool {
    self.window.days == window.days && settings.sequenceDimensions == Set(sequences.keys)
  }
}

/// The reference that was used last, kept as long as it stands.
final class LatestPatternReference: Sendable {
  /// What it stands for: so many stored events, over this window.
  struct Key: Hashable, Sendable {
    let eventCount: Int
    let window: AnalysisWindow
  }

  private let latest = Mutex<(key: Key, reference: PatternReference)?>(nil)

  func reference(_ key: Key, _ make: () throws -> PatternReference) throws -> PatternReference {
    if let kept = latest.withLock({ $0 }), kept.key == key { return kept.reference }
    let reference = try make()
    latest.withLock { $0 = (key, reference) }
    return reference
  }
}
