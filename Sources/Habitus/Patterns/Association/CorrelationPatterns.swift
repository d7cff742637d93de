internal import HabitusKernels
internal import HabitusModel

/// Features that rise and fall together over users, unless they are bound to (``BoundFeatures``): Spearman's rank
/// correlation over the users who have both.
struct CorrelationPatterns {
  private let settings: HabitusConfiguration.Patterns
  private let workers: Int

  /// Correlations need no more users than this, of whom every so many-th is taken.
  private static let sampleSize = 2000
  /// Fewer users than this show nothing.
  private static let minimumUsers = 20
  /// The most patterns that are told.
  private static let reportedCount = 20

  init(_ settings: HabitusConfiguration.Patterns, workers: Int) {
    self.settings = settings
    self.workers = workers
  }

  /// By falling strength, of pairs that say the same the strongest only. A mean hour of the day is no rank and is left out.
  ///
  /// O(features² · users · log users), of a sample of users.
  func patterns(of table: FeatureTable, users terms: TermDictionary) throws -> [Pattern] {
    // By their ids, so that neither the sample nor the rounding of sums depends on who came first.
    let names = table.users.map { terms.text(of: $0) }
    let order = table.users.indices.sorted { names[$0] < names[$1] }
    let rows = stride(from: 0, to: order.count, by: max(1, (order.count + Self.sampleSize - 1) / Self.sampleSize))
      .map { order[$0] }
    let definitions = table.definitions
    let columns = definitions.indices.filter { definitions[$0].unit != .hourOfDay }
    let values = columns.map { column in rows.map { table.values[$0 * definitions.count + column] } }
    var pairs: [(first: Int, second: Int)] = []
    for first in columns.indices {
      for second in columns.indices.dropFirst(first + 1)
      where !BoundFeatures.areBound(definitions[columns[first]].name, definitions[columns[second]].name) {
        pairs.append((first, second))
      }
    }
    let candidates = pairs
    let collected = Collected<(Int, Correlation)>()
    try Parallel.forEach(candidates.count, workers: workers) { index in
      let (first, second) = candidates[index]
      if let found = try Self.correlation(values[first], values[second]) { collected.append((index, found)) }
    }
    let found = collected.elements.sorted { $0.0 < $1.0 }
    let qValues = Statistics.falseDiscoveryQValues(found.map(\.1.pValue))
    let ordered = zip(found, qValues)
      .filter { $1 <= settings.falseDiscoveryLevel && $0.1.coefficient.magnitude >= settings.correlationThreshold }
      .sorted { (-$0.0.1.coefficient.magnitude, $0.0.0) < (-$1.0.1.coefficient.magnitude, $1.0.0) }
      .map { found, qValue in
        let names = [candidates[found.0].first, candidates[found.0].second].map { definitions[columns[$0]].name }
        return Self.pattern(names, found.1, total: rows.count, qValue: qValue)
      }
    return Self.withoutRepeats(ordered)
  }

  /// The first patterns, without those whose features are each the same as, or bound to, one of an earlier pattern's.
  private static func withoutRepeats(_ patterns: [Pattern]) -> [Pattern] {
    func sayTheSame(_ a: String, _ b: String) -> Bool { a == b || BoundFeatures.areBound(a, b) }
    var kept: [Pattern] = []
    for pattern in patterns where kept.count < reportedCount {
      let isRepeat = kept.contains { earlier in
        let (a, b) = (pattern.elements, earlier.elements)
        return (sayTheSame(a[0], b[0]) && sayTheSame(a[1], b[1])) || (sayTheSame(a[0], b[1]) && sayTheSame(a[1], b[0]))
      }
      if !isRepeat { kept.append(pattern) }
    }
    return kept
  }

  private struct Correlation: Sendable {
    let coefficient: Double
    let pValue: Double
    let userCount: Int
  }

  private static func correlation(_ first: [Double], _ second: [Double]) throws -> Correlation? {
    var present: [Double] = []
    present.reserveCapacity(2 * first.count)
    for (x, y) in zip(first, second) where x.isFinite && y.isFinite { present += [x, y] }
    guard present.count >= 2 * minimumUsers else { return nil }
    let matrix = Matrix(rowCount: present.count / 2, columnCount: 2, values: present)
    return try RankCorrelation.all(of: matrix, threadCount: 1).first.map {
      Correlation(coefficient: $0.coefficient, pValue: $0.pValue, userCount: matrix.rowCount)
    }
  }

  private static func pattern(_ names: [String], _ found: Correlation, total: Int, qValue: Double) -> Pattern {
    Pattern(
      kind: .correlation, elements: names, unit: .users, support: found.userCount, total: total, pValue: found.pValue,
      qValue: qValue, figures: ["rank_correlation": found.coefficient],
      sentence: PatternWords.correlation(
        names.map { FeatureTexts.label(of: $0) }, coefficient: found.coefficient))
  }
}
