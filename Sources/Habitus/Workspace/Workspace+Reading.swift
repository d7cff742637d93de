public import HabitusModel
public import HabitusStore

extension Workspace {
  /// Whose events an analysis sees, and under which user: the one place where consents, the ids of persons and the
  /// configuration come together.
  ///
  /// - Parameter asOf: what became known at this moment or later has no influence; `nil` asks for the present.
  public func reading(asOf: Timestamp? = nil) throws -> EventReading {
    var reading = try persons(asOf)
    reading.includesBots = configuration.features.includesBots
    return reading
  }

  /// The present events as an analysis reads them.
  ///
  /// - Parameters:
  ///   - asOf: what became known about persons at this moment or later has no influence; `nil` asks for the present.
  ///   - withAllStrings: as for `Store.snapshot(withAllStrings:reading:)`.
  public func snapshot(asOf: Timestamp? = nil, withAllStrings: Bool = true) throws -> EventSnapshot {
    try store.snapshot(withAllStrings: withAllStrings, reading: try reading(asOf: asOf))
  }

  /// Forgets what was derived from the behaviour of those who do not agree to it; base information stays.
  func forgetExcluded() throws {
    let reading = try reading()
    guard !reading.excludedPersons.isEmpty else { return }
    let members = reading.canonicalIDs.filter { reading.excludedPersons.contains($0.value) }.map(\.key)
    try store.forgetDerived(
      of: reading.excludedPersons + members, endingAfter: Timestamp.representable.lowerBound)
  }

  /// Who agrees to the analysis, by everything that was said until now.
  func consentStates() throws -> ConsentStates {
    try store.consentStates(
      purpose: configuration.consent.purpose, isGrantedByDefault: configuration.consent.standing == .granted)
  }

  /// Who is whom by what was said before `asOf`, and who may not be analysed now: a withdrawal holds for the past, too.
  static func storedPersons(
    _ store: Store, _ configuration: HabitusConfiguration, asOf: Timestamp?
  ) throws -> EventReading {
    let index = try store.personIndex(asOf: asOf)
    let isGrantedByDefault = configuration.consent.standing == .granted
    let consents = try store.consentStates(
      purpose: configuration.consent.purpose, isGrantedByDefault: isGrantedByDefault)
    // Where consent is required, users who said nothing are left out, too.
    let candidates = isGrantedByDefault ? try store.usersWithConsentStatements() : try store.userIDs()
    return EventReading(
      persons: index.canonicalIDs, excluded: consents.excluded(from: candidates, at: .now, persons: index))
  }
}
