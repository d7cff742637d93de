import Habitus
import HabitusKernels

@testable import Habitus

/// A store with events, all beside a population that is made by hand.
struct PreferenceFixture {
  let made: TestWorkspace
  let calculator: PreferenceCalculator

  /// - Parameters:
  ///   - shares: by dimension; dimensions that are not named have no shares.
  ///   - strength: of every prior.
  init(
    _ events: [Event], shares: [String: [String: Double]] = [:], strength: Double = 10,
    vocabularies: [PropertyVocabulary] = [], ratings: RatingPopulation? = nil, appeal: AppealPrior? = nil,
    fit: FitModel = FitModel(weights: [:], references: [], quality: nil),
    _ change: (inout HabitusConfiguration) -> Void = { _ in }
  ) throws {
    made = try TestWorkspace {
      $0.preferences.eventWeights = [:]
      change(&$0)
    }
    if !events.isEmpty { try made.workspace.store.append(events, namespace: "test") }
    calculator = PreferenceCalculator(made.workspace)
    let configuration = made.workspace.configuration
    let prior = try PreferencePrior(strength: strength)
    let population = PreferencePopulation(
      asOf: Timestamp(milliseconds: monday),
      settings: configuration.preferenceSettings(windowDays: configuration.preferences.windowDays),
      dimensions: PreferenceDimension.selected(configuration.preferences).map { dimension in
        let known = (shares[dimension.name] ?? [:]).sorted { $0.key < $1.key }
        return .init(
          name: dimension.name, values: known.map(\.key), shares: known.map(\.value), prior: prior,
          appeal: dimension.family == .content ? appeal : nil)
      }, vocabularies: vocabularies, hasTimesOfDay: true, ratings: ratings, fit: fit)
    try calculator.keep(population)
  }

  func preferences(of user: UserID, _ dimension: String) async throws -> [Preference] {
    try await calculator.calculatePreferences(userID: user, limit: 50).filter { $0.dimension == dimension }
  }
}

/// The vocabulary of these texts.
func vocabulary(_ texts: String...) -> PropertyVocabulary {
  var counts = PropertyCounts()
  for text in texts { counts.add(.text(text)) }
  return PropertyVocabulary(counts)
}
