/// Memory that one scanner uses again for every user; it grows, and is freed with its owner.
struct ScratchBuffer<Element: BitwiseCopyable>: ~Copyable {
  private(set) var base: UnsafeMutablePointer<Element>
  private(set) var capacity: Int

  init(capacity: Int, filling value: Element) {
    self.capacity = max(1, capacity)
    base = .allocate(capacity: self.capacity)
    base.initialize(repeating: value, count: self.capacity)
  }

  init(_ elements: [Element], padding value: Element) {
    self.init(capacity: elements.count, filling: value)
    for (index, element) in elements.enumerated() { base[index] = element }
  }

  deinit { base.deallocate() }

  /// Makes room for `count` elements; what was there stays, what is new is `value`.
  mutating func grow(to count: Int, filling value: Element) {
    guard count > capacity else { return }
    let larger = max(count, capacity * 2)
    let grown = UnsafeMutablePointer<Element>.allocate(capacity: larger)
    grown.update(from: base, count: capacity)
    (grown + capacity).initialize(repeating: value, count: larger - capacity)
    base.deallocate()
    base = grown
    capacity = larger
  }
}
