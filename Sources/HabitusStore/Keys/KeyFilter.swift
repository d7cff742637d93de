/// Tells most keys that were never stored from those that were, without reading any page of keys.
///
/// A Bloom filter in blocks of one cache line (Putze, Sanders, Singler, "Cache-, hash-, and space-efficient Bloom
/// filters", ACM Journal of Experimental Algorithmics 14, 2010, https://doi.org/10.1145/1498698.1594230): eight bits of
/// one block a key. With at least 12 bits a key about one new key in two hundred is taken for a known one; a known key
/// is never taken for a new one. It grows by further layers, each twice as large as all before it.
struct KeyFilter {
  /// 512 bits as eight words.
  private struct Layer {
    var words: [UInt64]
    var capacity: Int
    var count = 0

    init(capacity: Int) {
      self.capacity = capacity
      words = Array(repeating: 0, count: max(1, (capacity * 12 + 511) / 512) * 8)
    }
  }

  private var layers: [Layer] = []

  /// Makes room for `count` keys at first.
  init(expectedCount count: Int) { layers.append(Layer(capacity: max(count, 1 << 16))) }

  /// Takes in a key.
  ///
  /// - Complexity: O(1).
  mutating func insert(_ key: EventKey) {
    var last = layers.count - 1
    if layers[last].count == layers[last].capacity {
      layers.append(Layer(capacity: layers.reduce(0) { $0 + $1.capacity } * 2))
      last += 1
    }
    layers[last].count += 1
    let block = Self.block(of: key, count: layers[last].words.count / 8)
    Self.forEachBit(of: key) { word, mask in layers[last].words[block &* 8 &+ word] |= mask }
  }

  /// Whether a key with this id may have been taken in; `false` is certain.
  ///
  /// - Complexity: O(layers), of which there are O(log keys).
  func mayContain(_ key: EventKey) -> Bool {
    for layer in layers {
      let block = Self.block(of: key, count: layer.words.count / 8)
      var isComplete = true
      Self.forEachBit(of: key) { word, mask in
        if layer.words[block &* 8 &+ word] & mask == 0 { isComplete = false }
      }
      if isComplete { return true }
    }
    return false
  }

  /// The upper bits choose the block …
  private static func block(of key: EventKey, count: Int) -> Int {
    Int(truncatingIfNeeded: key.high.multipliedFullWidth(by: UInt64(count)).high)
  }

  /// … and the lower ones, mixed with those that follow them, a bit in each of its words.
  @inline(__always)
  private static func forEachBit(of key: EventKey, _ body: (_ word: Int, _ mask: UInt64) -> Void) {
    var bits = (key.high ^ UInt64(key.identifierLow) &<< 40) &* 0x9E37_79B9_7F4A_7C15
    for word in 0..<8 {
      body(word, 1 &<< (bits &>> 58))
      bits = bits &<< 6 | bits &>> 58
    }
  }
}
