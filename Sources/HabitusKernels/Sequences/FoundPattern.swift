/// A pattern as the searches find it, of single items or of sets.
struct FoundPattern: Hashable, Sendable {
  /// The items, element after element.
  let items: [Int32]
  /// Where each element ends among the items; empty where all patterns are of single items.
  let elementEnds: [Int32]
  let support: Int
  /// The largest support of a pattern with one item more; only a search for maximal patterns needs it and others
  /// leave it at 0.
  var largestExtension = 0

  /// The order of results: falling support, then rising length, then lexicographic.
  static func precedes(_ first: FoundPattern, _ second: FoundPattern) -> Bool {
    if first.support != second.support { return first.support > second.support }
    if first.items.count != second.items.count { return first.items.count < second.items.count }
    if first.items != second.items { return first.items.lexicographicallyPrecedes(second.items) }
    return first.elementEnds.lexicographicallyPrecedes(second.elementEnds)
  }

  /// What decides most comparisons by ``precedes(_:_:)``, without a look at the arrays: falling support, rising length,
  /// the first two items.
  struct SortingKey: Comparable {
    private let supportAndLength: UInt64
    private let items: UInt64

    init(_ pattern: FoundPattern) {
      supportAndLength = UInt64(Int(UInt32.max) - pattern.support) << 32 | UInt64(pattern.items.count)
      // Shifted so that negative items come first.
      func rank(_ place: Int) -> UInt64 {
        place < pattern.items.count ? UInt64(UInt32(bitPattern: pattern.items[place]) ^ 0x8000_0000) : 0
      }
      items = rank(0) << 32 | rank(1)
    }

    static func < (first: SortingKey, second: SortingKey) -> Bool {
      first.supportAndLength != second.supportAndLength
        ? first.supportAndLength < second.supportAndLength : first.items < second.items
    }
  }

  /// About how many bytes it holds: itself, and two arrays with their headers, rounded up as allocators do.
  var byteCount: Int {
    MemoryLayout<FoundPattern>.stride + 64 + 4 * items.count + (elementEnds.isEmpty ? 0 : 64 + 4 * elementEnds.count)
  }

  var single: PrefixSpan.Pattern { PrefixSpan.Pattern(items: items, support: support) }

  var itemset: PrefixSpan.ItemsetPattern {
    var start = 0
    let elements = elementEnds.map { end in
      defer { start = Int(end) }
      return Array(items[start..<Int(end)])
    }
    return PrefixSpan.ItemsetPattern(elements: elements, support: support)
  }
}
