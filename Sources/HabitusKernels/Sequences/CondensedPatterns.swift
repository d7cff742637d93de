/// Closed patterns chosen from all frequent ones, where every part of a contained pattern is contained.
///
/// A pattern with the support of one that contains it has it in common with all patterns between the two, so that it
/// is enough to look at what lacks one item. O(patterns · length²) time, O(patterns) memory beside them.
struct CondensedPatterns {
  private struct Key: Hashable {
    let items: [Int32]
    let elementEnds: [Int32]
  }

  private var largestExtension: [Key: Int] = [:]

  /// - Parameter patterns: all frequent ones from length 1 on, and one item longer than those of interest.
  init(_ patterns: [FoundPattern]) {
    for pattern in patterns {
      for place in pattern.items.indices where pattern.items.count > 1 {
        let key = Self.removingItem(at: place, from: pattern)
        largestExtension[key] = max(largestExtension[key] ?? 0, pattern.support)
      }
    }
  }

  /// The largest support of a pattern with one item more; 0 where none is frequent.
  func largestExtension(of pattern: FoundPattern) -> Int {
    largestExtension[Key(items: pattern.items, elementEnds: pattern.elementEnds)] ?? 0
  }

  private static func removingItem(at place: Int, from pattern: FoundPattern) -> Key {
    var items = pattern.items
    items.remove(at: place)
    var ends: [Int32] = []
    for end in pattern.elementEnds {
      let shifted = end > place ? end - 1 : end
      // An element that held nothing else is gone.
      if shifted > (ends.last ?? 0) { ends.append(shifted) }
    }
    return Key(items: items, elementEnds: ends)
  }
}
