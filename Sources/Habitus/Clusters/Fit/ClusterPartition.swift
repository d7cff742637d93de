internal import HabitusKernels

/// How a fitted model tells which group a prepared point belongs to.
///
/// Groups are indices here; ``ClusterModel`` knows their numbers.
struct ClusterPartition: Sendable, Codable {
  /// The rule of membership.
  enum Kind: Sendable, Codable {
    /// The nearest centre.
    case nearestCentre
    /// The likeliest component.
    case mixture(GaussianMixture.Model)
    /// Density, as HDBSCAN sees it.
    case density(HDBSCAN.Model)
    /// Within reach of a dense place, as DBSCAN sees it.
    case reach(DBSCAN.Model)
    /// The group of the nearest user that was fitted to.
    case nearestUser(Matrix, [ClusterLabel])
  }

  let kind: Kind
  /// Means of the members, a row a group.
  let centres: Matrix
  /// The distance from the centre up to which being a member is usual, by group.
  let reaches: [Double]

  /// Where a point belongs.
  struct Place: Equatable, Sendable {
    /// The group; `nil` for none.
    var group: Int?
    /// Distance to its centre; of a point in no group to the nearest one.
    var distance: Double
    /// The next nearest group.
    var second: Int?
    var confidence: Double
    var isOutlier: Bool
  }

  /// Describes fitted groups.
  ///
  /// - Parameters:
  ///   - labels: one a point, those of `kind`.
  ///   - groupCount: number of groups; a group without points has its centre at 0.
  init(_ kind: Kind, labels: [ClusterLabel], groupCount: Int, points: Matrix) {
    self.kind = kind
    var sums = Matrix(rowCount: groupCount, columnCount: points.columnCount, repeating: 0)
    var sizes = Array(repeating: 0, count: groupCount)
    for (row, label) in labels.enumerated() {
      guard let group = label.index else { continue }
      sizes[group] += 1
      for (column, value) in points.row(row).enumerated() { sums[group, column] += value }
    }
    for group in 0..<groupCount {
      for column in 0..<points.columnCount { sums[group, column] /= Double(max(1, sizes[group])) }
    }
    centres = sums
    var distances = Array(repeating: [Double](), count: groupCount)
    for (row, label) in labels.enumerated() {
      guard let group = label.index else { continue }
      distances[group].append(Self.distance(points.row(row), sums.row(group)))
    }
    reaches = distances.map(Self.reach)
  }

  /// The upper outer fence of Tukey (Exploratory Data Analysis, 1977): a value beyond it is far out.
  private static func reach(_ distances: [Double]) -> Double {
    let sorted = distances.sorted()
    guard let lower = Statistics.quantile(0.25, ofSorted: sorted),
      let upper = Statistics.quantile(0.75, ofSorted: sorted)
    else { return .greatestFiniteMagnitude }
    return upper + 3 * (upper - lower)
  }

  static func distance(_ first: ArraySlice<Double>, _ second: ArraySlice<Double>) -> Double {
    zip(first, second).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
  }

  // MARK: Classification

  /// The places of points, fitted to or new. O(rows · groups · columns) for centres and mixtures; the others look for
  /// neighbours among the points fitted to.
  func places(of points: Matrix, threadCount: Int) throws -> [Place] {
    switch kind {
    case .nearestCentre: (0..<points.rowCount).map { nearestCentrePlace(points.row($0)) }
    case .mixture(let model):
      zipPlaces(points, with: try model.predictProbabilities(points, threadCount: threadCount))
    case .density(let model):
      zip(0..<points.rowCount, try model.classifier().memberships(of: points, threadCount: threadCount)).map {
        place(points.row($0), in: $1.label.index, confidence: $1.probability)
      }
    case .reach(let model):
      zip(0..<points.rowCount, try model.predict(points, threadCount: threadCount)).map {
        place(points.row($0), in: $1.index, confidence: nil)
      }
    case .nearestUser(let users, let labels):
      try NearestNeighbors(users).neighbors(of: points, count: 1, threadCount: threadCount).rows.enumerated().map {
        place(points.row($0), in: labels[Int($1)].index, confidence: nil)
      }
    }
  }

  /// Groups by their centres' distance from a point, nearest first.
  private func order(_ point: ArraySlice<Double>) -> [(group: Int, distance: Double)] {
    (0..<centres.rowCount).map { (group: $0, distance: Self.distance(point, centres.row($0))) }
      .sorted { ($0.distance, $0.group) < ($1.distance, $1.group) }
  }

  private func nearestCentrePlace(_ point: ArraySlice<Double>) -> Place {
    let order = order(point)
    return place(point, in: order.first?.group, confidence: nil)
  }

  private func place(_ point: ArraySlice<Double>, in group: Int?, confidence: Double?) -> Place {
    let order = order(point)
    let distance = order.first { $0.group == group }?.distance ?? order.first?.distance ?? 0
    let second = order.first { $0.group != group }
    return Place(
      group: group, distance: distance, second: second?.group,
      confidence: confidence
        ?? (group == nil ? 0 : second.map { Self.clearness(distance, beside: $0.distance) } ?? 1),
      isOutlier: isOutlier(distance, in: group, beside: second?.distance))
  }

  /// Below this clearness a user is nearer to the boundary than to the centre.
  private static let clearPlace = 0.5

  /// Whether a point fits nowhere: is in no group, or far out in its own without being clearly nearer to it than to the
  /// next. In a tight group far out may still be near.
  private func isOutlier(_ distance: Double, in group: Int?, beside second: Double?) -> Bool {
    guard let group else { return true }
    return distance > reaches[group] && second.map { Self.clearness(distance, beside: $0) < Self.clearPlace } ?? true
  }

  /// One minus the ratio of the distances, from 0 on.
  private static func clearness(_ own: Double, beside other: Double) -> Double {
    other > 0 ? max(0, 1 - own / other) : 0
  }

  private func zipPlaces(_ points: Matrix, with probabilities: Matrix) -> [Place] {
    (0..<points.rowCount).map { row in
      let shares = probabilities.row(row)
      let ranked = shares.indices.map { $0 - shares.startIndex }.sorted {
        (-shares[shares.startIndex + $0], $0) < (-shares[shares.startIndex + $1], $1)
      }
      let best = ranked.first
      let distances = order(points.row(row))
      let distance = distances.first { $0.group == best }?.distance ?? 0
      return Place(
        group: best, distance: distance, second: ranked.count > 1 ? ranked[1] : nil,
        confidence: best.map { shares[shares.startIndex + $0] } ?? 0,
        isOutlier: isOutlier(distance, in: best, beside: distances.first { $0.group != best }?.distance))
    }
  }
}
