internal import HabitusKernels
internal import HabitusModel

extension ClusterDescription {
  /// How two groups differ in every feature, whether or not the difference is more than chance.
  ///
  /// - Parameters:
  ///   - first: the index in `ids` of the group that sentences are about.
  ///   - second: the index of the group that it is compared with.
  ///   - labels: for every row the index of its group in `ids`; `nil` for a user in no group.
  ///   - ids: the groups' numbers, by label.
  /// - Complexity: O(features · users · log users).
  func comparison(of first: Int, with second: Int, labels: [Int?], ids: [Int]) -> ClusterComparison {
    precondition(labels.count == userCount, "a label for every row")
    let groups = userSets(labels: labels, count: ids.count).groups
    let (own, others) = (groups[first], groups[second])
    let place = FeatureWords.inGroup(ids[second])
    return ClusterComparison(
      first: ids[first], second: ids[second],
      differences: strongestFirst(effects(of: own, against: others)).map { effect in
        let column = columns[effect.column]
        let superiority = column.linearValues(own, others).flatMap { RankEffect(of: $0.group, against: $0.rest) }
        return ClusterComparison.Difference(
          feature: column.name, firstMean: effect.mean, secondMean: effect.restMean, effectSize: effect.size,
          interval: effect.interval, superiority: superiority?.superiority ?? 0.5,
          sentence: sentence(effect, place: place))
      })
  }
}
