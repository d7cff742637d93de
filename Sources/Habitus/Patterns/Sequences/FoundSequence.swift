internal import Foundation
internal import HabitusModel

/// A sequence or path that chance does not explain.
struct FoundSequence: Sendable {
  /// Codes in the dictionary of the dimension.
  let steps: [Int32]
  /// What they stand for.
  let names: [String]
  /// Whether the steps follow one another directly.
  let isPath: Bool
  /// Users or sessions that have it.
  private(set) var support: Int
  /// How many times more often than by chance.
  let lift: Double
  let pValue: Double
  let qValue: Double

  /// What order is taken for chance, and how large an effect must be: with much data the smallest is significant, and
  /// what is less than a fifth above chance is not told.
  static let minimumLift = 1.2

  /// The same with another support.
  func with(support: Int) -> FoundSequence {
    var other = self
    other.support = support
    return other
  }

  /// Support times the logarithm of lift: how much there is to tell.
  private var gain: Double { Double(support) * log2(lift) }

  /// Those that say something of their own, most telling first.
  ///
  /// One is left out where a part of it that is told stands out nearly as much, so that the longer one adds little; or
  /// where it is part of one that is told and nearly as frequent, so that it hardly occurs by itself.
  static func telling(_ found: [FoundSequence], limit: Int) -> [FoundSequence] {
    var told: [FoundSequence] = []
    let order = found.sorted { a, b in
      if a.gain != b.gain { return a.gain > b.gain }
      if a.isPath != b.isPath { return a.isPath }
      return a.names.lexicographicallyPrecedes(b.names)
    }
    for candidate in order where told.count < limit {
      let isRedundant = told.contains { other in
        if other.contains(candidate) { return Double(other.support) >= 0.8 * Double(candidate.support) }
        if candidate.contains(other) { return candidate.lift < 1.5 * other.lift }
        return false
      }
      if !isRedundant { told.append(candidate) }
    }
    return told
  }

  /// Whether `part` occurs wherever this one does.
  private func contains(_ part: FoundSequence) -> Bool {
    (isPath || !part.isPath) && steps[...].contains(steps: part.steps, isPath: part.isPath)
  }
}

extension ArraySlice<Int32> {
  /// Whether the steps occur: in this order, and one right after the other where they are a path.
  func contains(steps: [Int32], isPath: Bool) -> Bool {
    if isPath {
      guard steps.count <= count else { return false }
      return (startIndex...endIndex - steps.count).contains { self[$0...].starts(with: steps) }
    }
    var rest = steps[...]
    for step in self where step == rest.first { rest.removeFirst() }
    return rest.isEmpty
  }
}
