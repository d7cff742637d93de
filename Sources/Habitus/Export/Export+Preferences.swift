public import HabitusModel

extension Export {
  /// The columns of exported preferences.
  public static let preferenceColumns = [
    "user_id", "family", "dimension", "value", "score", "interval_low", "interval_high", "evidence",
    "population_share", "lift", "evidence_against", "events_for", "events_against", "probability_above_population",
    "trend", "recent_share", "earlier_share",
  ]

  /// Writes the preferences of every user with an event in the window, a row a preference.
  ///
  /// - Parameters:
  ///   - asOf: the window's end; one millisecond after the last stored event unless given.
  ///   - windowDays: the window's length; the configured one unless given.
  ///   - limit: the most values of one dimension of one user.
  public func preferences(
    asOf: Timestamp? = nil, windowDays: Int? = nil, limit: Int = 3, to sink: @escaping Sink
  ) async throws {
    let all = try await PreferenceCalculator(workspace).calculateAll(asOf: asOf, windowDays: windowDays, limit: limit)
    try await workspace.offloaded {
      try writeHeader(Self.preferenceColumns, to: sink)
      try write(all.count, rowsPerPiece: 512, columns: Self.preferenceColumns, to: sink) { text, index in
        for preference in all[index].preferences {
          text.append(all[index].user.rawValue)
          text.append(preference.family.rawValue)
          text.append(preference.dimension)
          text.append(preference.value)
          text.append(preference.score)
          text.append(preference.interval.lowerBound)
          text.append(preference.interval.upperBound)
          text.append(preference.evidence)
          text.append(preference.populationShare)
          text.append(preference.lift)
          text.append(preference.evidenceAgainst)
          text.append(preference.eventsFor)
          text.append(preference.eventsAgainst)
          text.append(preference.probabilityAbovePopulation)
          text.append(preference.trend.direction.rawValue)
          text.append(preference.trend.recentShare)
          text.append(preference.trend.earlierShare)
          text.endRow()
        }
      }
    }
  }
}
