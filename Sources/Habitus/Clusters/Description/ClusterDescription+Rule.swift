internal import HabitusKernels
internal import HabitusModel

extension ClusterDescription {
  /// Where the exported features alone describe a group worse than this, shares of event types may help…
  private static let goodRuleScore = 0.8
  /// …if they raise F1 by this.
  private static let worthwhileGain = 0.05

  /// A short condition that stands for a group.
  ///
  /// It mentions exported features, and shares of event types (`type:NAME`) only where these describe the group far
  /// better.
  ///
  /// - Parameters:
  ///   - label: the index of the group in `ids`.
  ///   - labels: for every row the index of its group in `ids`; `nil` for a user in no group.
  ///   - ids: the groups' numbers, by label.
  ///   - maximumDepth: the most comparisons that decide about a user, 1…6.
  /// - Returns: `nil` where no condition sets the group apart, as where it is everybody.
  /// - Throws: `KernelError` for a depth out of range.
  /// - Complexity: O(features · users · (log users + depth)).
  func rule(
    for label: Int, labels: [Int?], ids: [Int], maximumDepth: Int = 3, threadCount: Int? = nil
  ) throws -> ClusterRule? {
    precondition(labels.count == userCount, "a label for every row")
    let target = labels.map { $0 == label }
    let varying = columns.filter(\.varies)
    let exported = varying.filter { !$0.name.hasPrefix(FeatureWords.typePrefix) }
    let rule = try rule(over: exported, target, ids[label], maximumDepth, threadCount)
    guard exported.count < varying.count, rule?.f1Score ?? 0 < Self.goodRuleScore else { return rule }
    let wider = try self.rule(over: varying, target, ids[label], maximumDepth, threadCount)
    return (wider?.f1Score ?? 0) >= (rule?.f1Score ?? 0) + Self.worthwhileGain ? wider : rule
  }

  private func rule(
    over columns: [DescribedFeature], _ target: [Bool], _ id: Int, _ maximumDepth: Int, _ threadCount: Int?
  ) throws -> ClusterRule? {
    guard !columns.isEmpty, target.contains(true), target.contains(false) else { return nil }
    var values: [Double] = []
    values.reserveCapacity(userCount * columns.count)
    for row in 0..<userCount { for column in columns { values.append(column.values[row]) } }
    let points = Matrix(rowCount: userCount, columnCount: columns.count, values: values)
    let tree = ShallowTree(
      maximumDepth: maximumDepth, minimumLeafSize: max(1, min(5, target.count { $0 } / 2)))
    guard let found = try tree.fit(points, target: target, threadCount: threadCount).rule else { return nil }
    let alternatives = found.conjunctions.map { conjunction in
      conjunction.conditions.map { ClusterRule.Condition($0, feature: columns[$0.column].name) }
    }
    let texts = zip(found.conjunctions, alternatives).map { conjunction, conditions in
      zip(conjunction.conditions, conditions).map { RuleText.condition($1, columns[$0.column]) }
    }
    return ClusterRule(
      cluster: id, alternatives: alternatives, text: RuleText.text(texts), precision: found.quality.precision,
      recall: found.quality.recall, f1Score: found.quality.f1Score)
  }
}

extension ClusterRule.Condition {
  fileprivate init(_ condition: Rule.Condition, feature: String) {
    let missing: MissingValue = condition.matchesMissing ? .accepted : .refused
    self =
      switch condition.test {
      case .atMost(let bound): .init(feature: feature, atMost: bound, missingValue: missing)
      case .above(let bound): .init(feature: feature, above: bound, missingValue: missing)
      case .between(let above, let atMost):
        .init(feature: feature, above: above, atMost: atMost, missingValue: missing)
      case .isPresent: .init(feature: feature, missingValue: missing)
      case .isMissing: .init(feature: feature, missingValue: .required)
      }
  }
}
