/// Which samples a model learns from, and which it is then scored on.
public struct ValidationFold: Hashable, Sendable, Codable {
  /// Indices of the samples to learn from.
  public let training: [Int]
  /// Indices of the samples to score, none of which is learned from.
  public let heldOut: [Int]

  /// Makes a fold.
  ///
  /// - Throws: ``KernelError/parameter(name:value:allowed:)`` for a sample on both sides, with its index.
  public init(training: [Int], heldOut: [Int]) throws(KernelError) {
    let learned = Set(training)
    if let both = heldOut.first(where: { learned.contains($0) }) {
      throw .parameter(name: "heldOut", value: Double(both), allowed: "samples that are not learned from")
    }
    self.init(checkedTraining: training, heldOut: heldOut)
  }

  private init(checkedTraining: [Int], heldOut: [Int]) {
    training = checkedTraining
    self.heldOut = heldOut
  }

  /// Folds in the order of time: the samples, by time, are cut into `count` + 1 parts as equal as ties allow; every
  /// part but the first is held out once, and learned from is what comes before it.
  ///
  /// Samples of one time are never parted, so that there may be fewer folds; none where all have one time.
  /// O(*n* · (`count` + log *n*)).
  ///
  /// - Parameters:
  ///   - times: of each sample, in any unit.
  ///   - count: at least 1.
  ///   - delay: how long it takes until an outcome is known, not negative: of the samples before those held out, only
  ///     such are learned from as are at least this much older than the first of them. Folds without any are left out.
  public static func forward(times: [Int64], count: Int, delay: Int64 = 0) -> [ValidationFold] {
    precondition(count >= 1 && delay >= 0, "there must be at least one fold, and no negative delay")
    let order = times.indices.sorted { (times[$0], $0) < (times[$1], $1) }
    var cuts: [Int] = []
    for part in 1...count {
      var cut = part * order.count / (count + 1)
      while cut > 0, cut < order.count, times[order[cut]] == times[order[cut - 1]] { cut += 1 }
      if cut > cuts.last ?? 0, cut < order.count { cuts.append(cut) }
    }
    return cuts.enumerated().compactMap { index, cut in
      let end = index + 1 < cuts.count ? cuts[index + 1] : order.count
      let (latest, isBeyond) = times[order[cut]].subtractingReportingOverflow(delay)
      let known = order[..<cut].prefix { !isBeyond && times[$0] <= latest }
      return known.isEmpty ? nil : ValidationFold(checkedTraining: Array(known), heldOut: Array(order[cut..<end]))
    }
  }

  /// A fold a group, in the groups' order: its samples are held out, and learned from are all others.
  ///
  /// None with fewer than two groups. O(*n* · groups).
  public static func leavingOut(groups: [Int]) -> [ValidationFold] {
    let all = Set(groups).sorted()
    guard all.count > 1 else { return [] }
    return all.map { group in
      ValidationFold(
        checkedTraining: groups.indices.filter { groups[$0] != group },
        heldOut: groups.indices.filter { groups[$0] == group })
    }
  }
}
