internal import HabitusKernels
internal import HabitusModel

/// The values of one feature, and what can be said of them over some users.
struct DescribedFeature {
  let definition: FeatureDefinition
  let words: FeatureWords
  /// A value a user; NaN for "no value", which infinite and absurdly large values count as.
  let values: [Double]
  /// Whether there are two different values.
  let varies: Bool
  /// How far the times of day of each user agree, where the values are hours of the day and that is known.
  private let concentrations: [Double]?

  var name: String { definition.name }
  var unit: FeatureUnit { definition.unit }
  /// Hours of the day go round: the mean of 23:00 and 1:00 is midnight.
  var isCircular: Bool { definition.unit == .hourOfDay }

  /// Mean hours that agree less than this, on a scale from 0 to 1, are no common hour.
  private static let smallestHourAgreement = 0.3
  /// Values of this size cannot be squared and summed.
  private static let unusableSize = 1e150
  private static let dayLength = 24.0

  /// - Returns: `nil` where no user has a value.
  init?(_ definition: FeatureDefinition, _ values: [Double], concentrations: [Double]?) {
    self.definition = definition
    self.values = values.map { $0.magnitude < Self.unusableSize ? $0 : .nan }
    self.concentrations = concentrations
    words = FeatureWords(feature: definition.name)
    guard let first = self.values.first(where: { !$0.isNaN }) else { return nil }
    varies = self.values.contains { $0 != first && !$0.isNaN }
  }

  /// The mean over the users who have a value, on the circle for hours of the day; `nil` where there is none.
  ///
  /// - Parameter index: that of this feature among those of the set.
  func mean(of users: UserSet, at index: Int) -> Double? {
    isCircular ? circle(of: users.rows)?.mean : users.moments[index].mean
  }

  /// Whether the hours of these users agree so far that their mean says something; true for all other features.
  func hasCommonValue(_ users: UserSet) -> Bool {
    guard isCircular else { return true }
    let own = concentrations.flatMap { all in Moments(of: users.rows.lazy.map { all[$0] }).mean } ?? 1
    return (circle(of: users.rows)?.concentration ?? 0) * own >= Self.smallestHourAgreement
  }

  /// The values of both groups on a line, without the missing ones. Hours are counted from the middle between the two
  /// mean hours, −12..<12, so that the circle is cut where it matters least.
  ///
  /// - Returns: `nil` where one of two groups has no mean hour.
  func linearValues(_ group: UserSet, _ rest: UserSet) -> (group: [Double], rest: [Double])? {
    func present(_ users: UserSet) -> [Double] { users.rows.lazy.map { values[$0] }.filter { !$0.isNaN } }
    guard isCircular else { return (present(group), present(rest)) }
    guard let mean = circle(of: group.rows)?.mean, let restMean = circle(of: rest.rows)?.mean else { return nil }
    let middle = restMean + Self.around(mean - restMean) / 2
    return (present(group).map { Self.around($0 - middle) }, present(rest).map { Self.around($0 - middle) })
  }

  private func circle(of rows: [Int]) -> CircularSummary? {
    CircularSummary(of: rows.map { values[$0] }, period: Self.dayLength)
  }

  /// A difference of hours as the shorter way round.
  private static func around(_ hours: Double) -> Double {
    hours - dayLength * ((hours + dayLength / 2) / dayLength).rounded(.down)
  }
}
