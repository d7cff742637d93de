extension FeatureBasis.Feature {
  fileprivate struct Sample {
    let value: Double
    let weight: Double
  }

  /// Learns the columns of one feature.
  init(fittedTo values: [Double], weights: [Double], shape: FeatureShape) {
    let weighted = zip(values, weights).filter { $0.1 > 0 }
    var present = weighted.filter { !$0.0.isNaN }.map { Sample(value: $0.0, weight: $0.1) }
    if shape.hasQuantiles { present.sort { $0.value < $1.value } }
    let presentWeight = present.reduce(0) { $0 + $1.weight }
    let absentWeight = weighted.reduce(0) { $0 + ($1.0.isNaN ? $1.1 : 0) }
    presentCount = present.count
    var terms: [FeatureBasis.Term] = []
    if Moments(of: present.map(\.value)).isConstantUpToRounding {
      curve = .linear
    } else {
      let curve = FeatureBasis.Curve(of: present, totalWeight: presentWeight, shape: shape)
      let levels = present.map { Sample(value: curve($0.value), weight: $0.weight) }
      let knots = Self.knots(of: levels, totalWeight: presentWeight, shape: shape)
      terms = ([.level] + knots.map { .excess(knot: $0) }).compactMap { kind in
        FeatureBasis.Term(kind, of: levels, presentWeight: presentWeight, totalWeight: presentWeight + absentWeight)
      }
      self.curve = curve
    }
    if presentWeight > 0, absentWeight > 0 {
      let share = absentWeight / (presentWeight + absentWeight)
      terms.append(FeatureBasis.Term(kind: .absence, mean: share, deviation: (share * (1 - share)).squareRoot()))
    }
    self.terms = terms
  }

  /// Appends the feature's columns for one value.
  func append(_ value: Double, to row: inout [Double]) {
    guard !terms.isEmpty else { return }
    let isMissing = value.isNaN
    let level = isMissing ? 0 : curve(value)
    for term in terms {
      switch term.kind {
      case .level: row.append(isMissing ? 0 : (level - term.mean) / term.deviation)
      case .excess(let knot): row.append(isMissing ? 0 : (max(0, level - knot) - term.mean) / term.deviation)
      case .absence: row.append(((isMissing ? 1 : 0) - term.mean) / term.deviation)
      }
    }
  }

  /// Quantiles of the levels that lie strictly between the least and the greatest, ascending, each once.
  private static func knots(of levels: [Sample], totalWeight: Double, shape: FeatureShape) -> [Double] {
    guard case .hinges(let count) = shape, let least = levels.first?.value, let greatest = levels.last?.value else {
      return []
    }
    return quantiles((1...count).map { Double($0) / Double(count + 1) }, of: levels, totalWeight: totalWeight)
      .filter { $0 > least && $0 < greatest }
  }

  /// For each probability, ascending, the least value that at least this share of the weight does not pass; repeated
  /// values are left out.
  fileprivate static func quantiles(
    _ probabilities: [Double], of samples: [Sample], totalWeight: Double
  ) -> [Double] {
    var found: [Double] = []
    var (index, weight) = (0, samples.first?.weight ?? 0)
    for probability in probabilities {
      while index + 1 < samples.count, weight < probability * totalWeight {
        index += 1
        weight += samples[index].weight
      }
      if found.last != samples[index].value { found.append(samples[index].value) }
    }
    return found
  }
}

extension FeatureBasis.Curve {
  /// - Precondition: there are two different samples; they are ascending for a shape with quantiles.
  fileprivate init(of samples: [FeatureBasis.Feature.Sample], totalWeight: Double, shape: FeatureShape) {
    switch shape {
    case .linear: self = .linear
    case .signedLogarithm: self = .signedLogarithm
    case .hinges: self = .boundedLogarithm(lower: samples[0].value, upper: samples[samples.count - 1].value)
    case .ranks:
      let values = FeatureBasis.Feature.quantiles(
        (0...32).map { Double($0) / 32 }, of: samples, totalWeight: totalWeight)
      var (index, below) = (0, 0.0)
      let shares = values.map { value in
        while samples[index].value < value {
          below += samples[index].weight
          index += 1
        }
        var level = 0.0
        for sample in samples[index...].prefix(while: { $0.value == value }) { level += sample.weight }
        return (below + level / 2) / totalWeight
      }
      self = .ranks(values: values, shares: shares)
    }
  }

  /// The curve's value at one that is present.
  func callAsFunction(_ value: Double) -> Double {
    switch self {
    case .linear: return value
    case .signedLogarithm: return ShapeTransform.signedLogarithm(value)
    case .boundedLogarithm(let lower, let upper): return ShapeTransform.signedLogarithm(min(max(value, lower), upper))
    case .ranks(let values, let shares):
      var (low, high) = (0, values.count - 1)
      guard value > values[low] else { return shares[low] }
      guard value < values[high] else { return shares[high] }
      while high - low > 1 {
        let middle = (low + high) / 2
        if values[middle] <= value { low = middle } else { high = middle }
      }
      let part = (value - values[low]) / (values[high] - values[low])
      return shares[low] + part * (shares[high] - shares[low])
    }
  }
}

extension FeatureShape {
  /// Whether quantiles of the samples are needed.
  fileprivate var hasQuantiles: Bool {
    switch self {
    case .linear, .signedLogarithm: false
    case .ranks, .hinges: true
    }
  }
}

extension FeatureBasis.Term {
  /// Learns centre and scale of a column; `nil` where the column would be constant.
  fileprivate init?(
    _ kind: Kind, of levels: [FeatureBasis.Feature.Sample], presentWeight: Double, totalWeight: Double
  ) {
    func raw(_ level: Double) -> Double {
      if case .excess(let knot) = kind { return max(0, level - knot) }
      return level
    }
    let mean = levels.reduce(0) { $0 + $1.weight * raw($1.value) } / presentWeight
    let squares = levels.reduce(0) { $0 + $1.weight * (raw($1.value) - mean) * (raw($1.value) - mean) }
    // Missing samples stand at the mean and add nothing.
    let deviation = (squares / totalWeight).squareRoot()
    guard deviation > 0, deviation.isFinite else { return nil }
    (self.kind, self.mean, self.deviation) = (kind, mean, deviation)
  }
}
