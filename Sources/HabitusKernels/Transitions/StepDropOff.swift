/// How many sequences come to a step, and how many end there.
public struct StepDropOff: Hashable, Sendable, Codable {
  /// The step, from 1 on.
  public let step: Int
  /// Sequences of at least this many items.
  public let reachedCount: Int
  /// Sequences of exactly this many items.
  public let endedCount: Int

  /// The share of those who came to the step that went no further.
  public var dropOff: Double { Double(endedCount) / Double(reachedCount) }

  /// Every step that a sequence comes to, in order. O(sequences + longest).
  public static func all(of sequences: SequenceDatabase) -> [StepDropOff] {
    let lengths = (0..<sequences.sequenceCount).map { sequences.offsets[$0 + 1] - sequences.offsets[$0] }
    var ended = Array(repeating: 0, count: (lengths.max() ?? 0) + 1)
    for length in lengths { ended[length] += 1 }
    var reached = lengths.count - ended[0]
    return (1..<max(1, ended.count)).map { step in
      defer { reached -= ended[step] }
      return StepDropOff(step: step, reachedCount: reached, endedCount: ended[step])
    }
  }
}
