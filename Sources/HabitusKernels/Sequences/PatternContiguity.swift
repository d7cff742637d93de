/// What may lie between the items of a pattern where a sequence contains it.
public enum PatternContiguity: String, Hashable, Sendable, Codable, CaseIterable {
  /// Anything: the pattern is a subsequence, as for ``PrefixSpan``.
  case gapsAllowed
  /// Nothing: the pattern is a path of neighbours (an n-gram), as for ``PathTree``.
  case contiguous
}
