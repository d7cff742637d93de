import HabitusModel

/// Gives every distinct text a code in order of first appearance, as ``TermDictionary`` does, for the speed of an
/// import.
///
/// Texts of up to 16 bytes are kept in the slots themselves, so that a look-up of a known one touches one cache line.
/// Texts are followed by 16 readable bytes. What is new is handed out by ``takeNewTerms()``.
final class TermTable {
  private struct Slot {
    /// The text's first and second eight bytes; for longer texts a hash and the place in ``longTexts``.
    var first: UInt64
    var second: UInt64
    var length: UInt32
    var code: UInt32
  }

  /// What a look-up touches; behind a pointer for the reason given at ``ByteArena``.
  private struct State {
    var slots: UnsafeMutablePointer<Slot>
    var mask: Int
    var count = 0
  }

  private let state: UnsafeMutablePointer<State>
  private var longTexts: [UInt8] = []
  private var newTerms = ByteColumn()
  private let seed = UInt64.random(in: .min ... .max)

  init() {
    state = .allocate(capacity: 1)
    state.initialize(to: State(slots: Self.emptySlots(256), mask: 255))
  }

  deinit {
    slots.deallocate()
    state.deallocate()
  }

  @inline(__always) private var slots: UnsafeMutablePointer<Slot> { state.pointee.slots }
  @inline(__always) private var mask: Int { state.pointee.mask }

  /// Number of distinct texts.
  @inline(__always) var count: Int { state.pointee.count }

  /// The terms added since the last call, whose codes follow those handed out before.
  func takeNewTerms() -> ByteColumn {
    defer { newTerms = ByteColumn() }
    return newTerms
  }

  /// The code of the text, which is added if it is new.
  @inline(__always)
  func code(adding text: UnsafePointer<UInt8>, length: Int) -> UInt32 {
    if length > 16 { return codeOfLong(UnsafeRawBufferPointer(start: text, count: length)) }
    let raw = UnsafeRawPointer(text)
    var first = raw.loadUnaligned(as: UInt64.self).littleEndian
    var second: UInt64 = 0
    if length >= 8 {
      second = (raw + 8).loadUnaligned(as: UInt64.self).littleEndian & Self.lowBytes(length &- 8)
    } else {
      first &= Self.lowBytes(length)
    }
    var position = Int(truncatingIfNeeded: hash(first, second, length)) & mask
    while true {
      let slot = slots + position
      if slot.pointee.code == TermDictionary.missing { break }
      if slot.pointee.first == first, slot.pointee.second == second, slot.pointee.length == UInt32(length) {
        return slot.pointee.code
      }
      position = (position &+ 1) & mask
    }
    let new = Slot(first: first, second: second, length: UInt32(length), code: UInt32(count))
    return insert(new, at: position, UnsafeRawBufferPointer(start: text, count: length))
  }

  private func codeOfLong(_ text: UnsafeRawBufferPointer) -> UInt32 {
    let hash = longHash(text)
    var position = Int(truncatingIfNeeded: self.hash(hash, 0, text.count)) & mask
    while slots[position].code != TermDictionary.missing {
      let slot = slots[position]
      if slot.first == hash, Int(slot.length) == text.count {
        let start = Int(slot.second)
        let isEqual = longTexts.withUnsafeBytes { $0[start..<start + text.count].elementsEqual(text) }
        if isEqual { return slot.code }
      }
      position = (position &+ 1) & mask
    }
    let new = Slot(
      first: hash, second: UInt64(longTexts.count), length: UInt32(text.count), code: UInt32(count))
    longTexts.append(contentsOf: text)
    return insert(new, at: position, text)
  }

  private func insert(_ slot: Slot, at position: Int, _ text: UnsafeRawBufferPointer) -> UInt32 {
    precondition(count < Int(TermDictionary.missing), "a dictionary holds at most 4,294,967,295 strings")
    slots[position] = slot
    state.pointee.count += 1
    newTerms.append(text)
    if count * 2 > mask { grow() }
    return slot.code
  }

  private func grow() {
    let old = slots
    let oldCount = mask + 1
    state.pointee.mask = oldCount * 4 - 1
    state.pointee.slots = Self.emptySlots(mask + 1)
    for index in 0..<oldCount where old[index].code != TermDictionary.missing {
      let slot = old[index]
      let second = slot.length > 16 ? 0 : slot.second
      var position = Int(truncatingIfNeeded: hash(slot.first, second, Int(slot.length))) & mask
      while slots[position].code != TermDictionary.missing { position = (position &+ 1) & mask }
      slots[position] = slot
    }
    old.deallocate()
  }

  private static func emptySlots(_ count: Int) -> UnsafeMutablePointer<Slot> {
    let slots = UnsafeMutablePointer<Slot>.allocate(capacity: count)
    slots.initialize(repeating: Slot(first: 0, second: 0, length: 0, code: TermDictionary.missing), count: count)
    return slots
  }

  /// The lowest `count` (0…8) bytes set.
  @inline(__always)
  private static func lowBytes(_ count: Int) -> UInt64 {
    count == 0 ? 0 : UInt64.max &>> UInt64(truncatingIfNeeded: 64 &- 8 &* count)
  }

  @inline(__always)
  private func hash(_ first: UInt64, _ second: UInt64, _ length: Int) -> UInt64 {
    let a = Self.fold(first ^ seed ^ UInt64(truncatingIfNeeded: length))
    return Self.fold(a ^ second)
  }

  private func longHash(_ text: UnsafeRawBufferPointer) -> UInt64 {
    var state = seed
    var index = 0
    while index &+ 8 <= text.count {
      state = Self.fold(state ^ text.loadUnaligned(fromByteOffset: index, as: UInt64.self))
      index &+= 8
    }
    var rest: UInt64 = 0
    while index < text.count {
      rest = rest &<< 8 | UInt64(text[index])
      index &+= 1
    }
    return Self.fold(state ^ rest)
  }

  @inline(__always)
  private static func fold(_ word: UInt64) -> UInt64 {
    let product = word.multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
    return product.high ^ product.low
  }
}
