internal import HabitusKernels
internal import HabitusModel

extension ClusterDescription {
  /// The most traits of a group.
  static let maximumTraitCount = 6
  private static let sentenceCounts = 2...4
  /// Cohen's "medium": from here on an effect is worth a sentence or a place in a name.
  static let notableEffect = 0.5

  /// How two sets of users differ in a feature.
  struct Effect {
    /// Index of the feature in ``columns``.
    let column: Int
    let mean: Double
    let restMean: Double
    /// Hedges' g.
    let size: Double
    let interval: ClosedRange<Double>
    /// Whether each side's mean stands for something, as that of scattered hours of the day does not.
    let isCommon: (here: Bool, rest: Bool)
  }

  /// The effects that are defined, in the order of features.
  func effects(of group: UserSet, against rest: UserSet) -> [Effect] {
    columns.indices.compactMap { effect(at: $0, of: group, against: rest) }
  }

  private func effect(at index: Int, of group: UserSet, against rest: UserSet) -> Effect? {
    let column = columns[index]
    guard column.varies, let mean = column.mean(of: group, at: index), let restMean = column.mean(of: rest, at: index)
    else { return nil }
    let isCommon = (here: column.hasCommonValue(group), rest: column.hasCommonValue(rest))
    guard isCommon.here || isCommon.rest else { return nil }
    var (own, others) = (group.moments[index], rest.moments[index])
    if column.isCircular {
      guard let values = column.linearValues(group, rest) else { return nil }
      (own, others) = (Moments(of: values.group), Moments(of: values.rest))
    }
    guard let (size, interval) = Self.standardizedDifference(own, others) else { return nil }
    return Effect(
      column: index, mean: mean, restMean: restMean, size: size, interval: interval, isCommon: isCommon)
  }

  /// Differences of more pooled standard deviations than this are noise of computing in what is constant.
  private static let largestEffect = 1e6

  /// Hedges' g with its interval. Where nobody differs inside of the groups, which leaves it undefined, the difference is
  /// over the standard deviation of all users instead.
  private static func standardizedDifference(
    _ group: Moments, _ rest: Moments
  ) -> (size: Double, interval: ClosedRange<Double>)? {
    guard let mean = group.mean, let restMean = rest.mean, let variance = group.merging(rest).populationVariance,
      let own = group.populationVariance, let others = rest.populationVariance, variance > 0
    else { return nil }
    let deviation = max(own, others).squareRoot()
    if deviation > 0, (mean - restMean).magnitude < deviation * largestEffect {
      return StandardizedMeanDifference(of: group, against: rest).map { ($0.hedgesG, $0.interval) }
    }
    guard mean != restMean, group.count + rest.count >= 4 else { return nil }
    let size = (mean - restMean) / variance.squareRoot()
    let (count, restCount) = (Double(group.count), Double(rest.count))
    let total = count + restCount
    let half =
      NormalDistribution.quantile(0.975) * (total / (count * restCount) + size * size / (2 * total)).squareRoot()
    return (size, size - half...size + half)
  }

  /// By size of effect; of equals those with words of their own first, then by the order of features.
  func strongestFirst(_ effects: [Effect]) -> [Effect] {
    func key(_ effect: Effect) -> (Double, Int, Int) {
      (
        (-effect.size.magnitude * 1e9).rounded(), FeatureWords.hasOwn(columns[effect.column].name) ? 0 : 1,
        effect.column
      )
    }
    return effects.sorted { key($0) < key($1) }
  }

  // MARK: Words

  func trait(_ effect: Effect) -> ClusterTrait {
    ClusterTrait(
      feature: columns[effect.column].name, mean: effect.mean, restMean: effect.restMean, effectSize: effect.size,
      interval: effect.interval, sentence: sentence(effect, place: FeatureWords.elsewhere))
  }

  /// What an effect says in words.
  func sentence(_ effect: Effect, place: LocalizedText) -> LocalizedText {
    let column = columns[effect.column]
    var (here, rest) = ValueText.pair(effect.mean, effect.restMean, column.unit)
    if column.name == "momentum" { (here, rest) = ValueText.factorPair(effect.mean, effect.restMean) }
    if !effect.isCommon.here { here = ValueText(FeatureWords.noCommonHour) }
    if !effect.isCommon.rest { rest = ValueText(FeatureWords.noCommonHour) }
    return column.words.sentence(side(of: effect), here: here, rest: rest, place: place)
  }

  /// What is said of a group with this effect.
  func side(of effect: Effect) -> FeatureWords.Side {
    let column = columns[effect.column]
    let side = effect.size > 0 ? column.words.high : column.words.low
    switch column.name {
    case "mean_hour":
      let part = DayPart(hour: effect.mean)
      if effect.isCommon.here, !effect.isCommon.rest || part != DayPart(hour: effect.restMean) {
        return FeatureWords.dayParts[part] ?? side
      }
      return side
    case "momentum":
      if effect.size > 0, effect.mean > 0 { return FeatureWords.growth.high }
      if effect.size < 0, effect.mean < 0 { return FeatureWords.growth.low }
      return side
    default: return side
    }
  }

  /// The notable traits, strongest first, but two where there are so many and four at most; figures where a group has no
  /// traits or nobody to be compared with.
  func sentences(_ traits: [ClusterTrait], of members: UserSet, isAlone: Bool) -> [LocalizedText] {
    if isAlone { return keyFigures(of: members, atMost: Self.sentenceCounts.upperBound) }
    guard !traits.isEmpty else {
      return [FeatureWords.nothingApart] + keyFigures(of: members, atMost: Self.sentenceCounts.lowerBound)
    }
    let notable = traits.prefix { $0.effectSize.magnitude >= Self.notableEffect }.count
    let count = min(max(notable, Self.sentenceCounts.lowerBound), Self.sentenceCounts.upperBound)
    return traits.prefix(count).map(\.sentence)
  }

  private func keyFigures(of members: UserSet, atMost limit: Int) -> [LocalizedText] {
    let known = FeatureWords.keyFigures.compactMap { figure -> LocalizedText? in
      guard let index = columns.firstIndex(where: { $0.name == figure.feature }),
        columns[index].hasCommonValue(members), let mean = columns[index].mean(of: members, at: index)
      else { return nil }
      let value = ValueText(mean, columns[index].unit)
      return LocalizedText { TextTemplate(text: figure.sentence[$0]).filled(with: value, $0) }
    }
    guard known.isEmpty else { return Array(known.prefix(limit)) }
    return columns.indices.prefix(limit).compactMap { index in
      columns[index].mean(of: members, at: index).map {
        FeatureWords.keyFigure(columns[index].words.label, ValueText($0, columns[index].unit).text)
      }
    }
  }
}
