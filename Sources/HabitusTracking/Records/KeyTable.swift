/// Finds which of a few known keys a text is.
final class KeyTable {
  private static let slotCount = 256
  private let slots: UnsafeMutablePointer<Int32>
  private let bytes: UnsafeMutablePointer<UInt8>
  /// Where each key begins in `bytes`; one more for the end of the last.
  private let starts: UnsafeMutablePointer<Int>

  /// Takes distinct keys, fewer than 200.
  init(_ keys: [[UInt8]]) {
    precondition(keys.count < 200, "a mapping names at most 199 keys")
    let all = Array(keys.joined())
    slots = .allocate(capacity: Self.slotCount)
    slots.initialize(repeating: -1, count: Self.slotCount)
    // Keys are compared eight bytes at a time, so eight more can be read behind the last.
    bytes = .allocate(capacity: all.count + 8)
    bytes.initialize(repeating: 0, count: all.count + 8)
    starts = .allocate(capacity: keys.count + 1)
    for (index, byte) in all.enumerated() { bytes[index] = byte }
    var start = 0
    for (index, key) in keys.enumerated() {
      (starts + index).initialize(to: start)
      start += key.count
      var slot = key.withUnsafeBytes { Self.slot($0) }
      while slots[slot] >= 0 { slot = (slot + 1) % Self.slotCount }
      slots[slot] = Int32(index)
    }
    (starts + keys.count).initialize(to: start)
  }

  deinit {
    slots.deallocate()
    bytes.deallocate()
    starts.deallocate()
  }

  /// The key's position, or −1 for a text that is none of them. Eight readable bytes follow the text.
  @inline(__always)
  func position(of text: UnsafeRawBufferPointer) -> Int {
    var slot = Self.slot(text)
    while slots[slot] >= 0 {
      let index = Int(slots[slot])
      let start = starts[index]
      if starts[index &+ 1] &- start == text.count, Self.areEqual(bytes + start, text) { return index }
      slot = (slot &+ 1) & (Self.slotCount &- 1)
    }
    return -1
  }

  @inline(__always)
  private static func slot(_ text: UnsafeRawBufferPointer) -> Int {
    if text.isEmpty { return 0 }
    return (text.count &* 31 &+ Int(text[0]) &* 7 &+ Int(text[text.count &- 1])) & (slotCount &- 1)
  }

  @inline(__always)
  private static func areEqual(_ key: UnsafeMutablePointer<UInt8>, _ text: UnsafeRawBufferPointer) -> Bool {
    guard let other = text.baseAddress else { return true }
    let key = UnsafeRawPointer(key)
    var rest = text.count
    var offset = 0
    while rest > 0 {
      let difference =
        key.loadUnaligned(fromByteOffset: offset, as: UInt64.self).littleEndian
        ^ other.loadUnaligned(fromByteOffset: offset, as: UInt64.self).littleEndian
      // Of the last word only the text's own bytes count.
      if difference &<< UInt64(truncatingIfNeeded: 64 &- 8 &* min(rest, 8)) != 0 { return false }
      rest &-= 8
      offset &+= 8
    }
    return true
  }
}
