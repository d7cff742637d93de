/// How well breakpoints agree with those of several human annotators.
///
/// The two scores of van den Burg and Williams, "An evaluation of change point detection algorithms",
/// arXiv:2003.06222, sections 5.1.1 and 5.1.2. An annotator without breakpoints says that there is no change.
public enum SegmentationScore {
  /// The F1 measure: precision against all annotators' breakpoints together, recall as the mean over annotators.
  ///
  /// The start of the series, 0, counts as a breakpoint of every annotator and of the prediction. A predicted
  /// breakpoint is true if it lies within `margin` of an annotated one; each may be claimed by one annotated breakpoint
  /// only, these being served by rising place, each the nearest that is left, of equals the lower. O(annotated ·
  /// predicted).
  ///
  /// - Parameters:
  ///   - predicted: first samples of the segments but the first; order and repetitions do not matter.
  ///   - annotations: by annotator, in the same way.
  ///   - margin: not negative.
  /// - Returns: in 0…1, 1 for full agreement; `nil` without annotators.
  public static func f1(of predicted: [Int], annotations: [[Int]], margin: Int = 5) -> Double? {
    guard !annotations.isEmpty else { return nil }
    let found = Set(predicted + [0])
    let sets = annotations.map { Set($0 + [0]) }
    let union = sets.reduce(into: Set<Int>()) { $0.formUnion($1) }
    let precision = Double(truePositiveCount(of: found, annotated: union, margin: margin)) / Double(found.count)
    let recall =
      sets.reduce(0) { $0 + Double(truePositiveCount(of: found, annotated: $1, margin: margin)) / Double($1.count) }
      / Double(sets.count)
    // Both are positive: 0 is in every set.
    return 2 * precision * recall / (precision + recall)
  }

  /// The covering: for each annotated segment the Jaccard index of the predicted segment that overlaps it best,
  /// weighted by the annotated segment's length; the mean over annotators.
  ///
  /// Arbeláez, Maire, Fowlkes and Malik, IEEE TPAMI 33 (2011), doi:10.1109/TPAMI.2010.161. Breakpoints outside
  /// 1..<`sampleCount` are left out. O(annotated · predicted).
  ///
  /// - Returns: in 0…1, 1 for full agreement; `nil` without annotators or samples.
  public static func covering(of predicted: [Int], annotations: [[Int]], sampleCount: Int) -> Double? {
    guard !annotations.isEmpty, sampleCount > 0 else { return nil }
    let found = segments(predicted, sampleCount)
    let sum = annotations.reduce(0.0) { total, breakpoints in
      total
        + segments(breakpoints, sampleCount).reduce(0.0) { covered, segment in
          covered + Double(segment.count) * (found.lazy.map { overlap(segment, $0) }.max() ?? 0)
        }
    }
    return sum / Double(sampleCount) / Double(annotations.count)
  }

  private static func truePositiveCount(of predicted: Set<Int>, annotated: Set<Int>, margin: Int) -> Int {
    var left = predicted.sorted()
    return annotated.sorted().count { place in
      let near = left.indices.filter { abs(left[$0] - place) <= margin }
      guard let nearest = near.min(by: { abs(left[$0] - place) < abs(left[$1] - place) }) else { return false }
      left.remove(at: nearest)
      return true
    }
  }

  private static func segments(_ breakpoints: [Int], _ sampleCount: Int) -> [Range<Int>] {
    let inner = Set(breakpoints).filter { $0 > 0 && $0 < sampleCount }.sorted()
    return zip([0] + inner, inner + [sampleCount]).map { $0..<$1 }
  }

  private static func overlap(_ first: Range<Int>, _ second: Range<Int>) -> Double {
    let common = max(0, min(first.upperBound, second.upperBound) - max(first.lowerBound, second.lowerBound))
    return Double(common) / Double(first.count + second.count - common)
  }
}
