internal import HabitusKernels
public import HabitusModel

/// A user who stays away longer than is usual for them, found among many.
public struct SlippingUser: Sendable, Equatable, Codable {
  /// Who it is.
  public let user: UserID
  /// Days since the first visit of the user's last day began.
  public let elapsedDays: Double
  /// The length in days that half of the gaps between the user's days with a visit are expected not to pass.
  public let usualGapDays: Double
  /// Probability of being away so long if the user comes as ever.
  public let probability: Double
  /// The same after control of the false-discovery rate over all users who were looked at.
  public let qValue: Double
}

/// Finds who slips away among all users, in a scan that comes after that of the ``TimeReference``.
struct SlippingAwayTest: Sendable {
  private let settings: HabitusConfiguration.Patterns
  private let reference: TimeReference
  /// Users with enough gaps.
  private(set) var testedCount = 0
  private var candidates: [Candidate] = []

  private struct Candidate {
    let user: UInt32
    let elapsedDays, usualGapDays, probability: Double
  }

  init(_ settings: HabitusConfiguration.Patterns, _ reference: TimeReference) {
    self.settings = settings
    self.reference = reference
  }

  /// Looks at a user. O(events).
  mutating func add(_ timeline: UserTimeline) throws(KernelError) { try add(Visits(timeline), timeline) }

  mutating func add(_ visits: Visits, _ timeline: UserTimeline) throws(KernelError) {
    guard
      let forecast = try VisitForecast(
        visits, timeline.plan, among: reference, minimumGapCount: settings.minimumOccurrences)
    else { return }
    testedCount += 1
    let probability = forecast.probabilityOfAbsence(level: settings.falseDiscoveryLevel)
    guard probability <= settings.falseDiscoveryLevel else { return }
    candidates.append(
      Candidate(
        user: timeline.user, elapsedDays: forecast.elapsed, usualGapDays: forecast.usualGap, probability: probability))
  }

  /// Adds the users of another scan against the same reference.
  mutating func add(_ other: SlippingAwayTest) {
    testedCount += other.testedCount
    candidates += other.candidates
  }

  /// Those who are found at the configured false-discovery level, the least probable first.
  func found(_ users: TermDictionary) -> [SlippingUser] {
    let qValues = Statistics.falseDiscoveryQValues(
      candidates.map(\.probability), hypothesisCount: Double(testedCount))
    return zip(candidates, qValues).compactMap { candidate, qValue in
      guard qValue <= settings.falseDiscoveryLevel else { return nil }
      return SlippingUser(
        user: UserID(users.text(of: candidate.user)), elapsedDays: candidate.elapsedDays,
        usualGapDays: candidate.usualGapDays, probability: candidate.probability, qValue: qValue)
    }
    .sorted { ($0.probability, $0.user.rawValue) < ($1.probability, $1.user.rawValue) }
  }
}
