/// Gives every distinct string a code: 0, 1, 2 … in order of first appearance.
///
/// An open-addressing hash table with linear probing over one byte buffer: a look-up of a known string allocates
/// nothing. Codes depend only on the order in which strings were added, never on the hash.
///
/// - Complexity: O(length of the string) expected for each look-up.
public struct TermDictionary: Sendable {
  /// The code that stands for "no string".
  public static let missing = UInt32.max

  /// The strings, by code.
  public private(set) var terms = ByteColumn()
  @usableFromInline var slots: [UInt32]
  @usableFromInline var hashes: [UInt32]

  /// Makes an empty dictionary.
  public init() {
    slots = Array(repeating: Self.missing, count: 64)
    hashes = Array(repeating: 0, count: 64)
  }

  /// Makes a dictionary whose codes are the positions in `terms`, which are distinct.
  public init(_ terms: some Sequence<String>) {
    self.init()
    for term in terms { _ = code(adding: term) }
  }

  /// Number of distinct strings.
  @inlinable public var count: Int { terms.ends.count }

  /// The string of `code`.
  public func text(of code: UInt32) -> String { terms.text(at: Int(code)) }

  /// The code of `string`, which is added if it is new.
  @inlinable public mutating func code(adding string: UnsafeRawBufferPointer) -> UInt32 {
    let hash = Self.hash(string)
    let position = slot(of: string, hash: hash)
    let known = slots[position]
    return known != Self.missing ? known : insert(string, hash: hash, at: position)
  }

  /// The code of `string`, which is added if it is new.
  public mutating func code(adding string: String) -> UInt32 {
    var string = string
    return string.withUTF8 { code(adding: UnsafeRawBufferPointer($0)) }
  }

  /// The code of `string`, or `nil` if it has none.
  public func code(of string: String) -> UInt32? {
    var string = string
    return string.withUTF8 {
      let bytes = UnsafeRawBufferPointer($0)
      let known = slots[slot(of: bytes, hash: Self.hash(bytes))]
      return known == Self.missing ? nil : known
    }
  }

  /// The slot that holds `string`, or the free one where it belongs.
  @usableFromInline func slot(of string: UnsafeRawBufferPointer, hash: UInt32) -> Int {
    let mask = slots.count - 1
    var position = Int(hash) & mask
    return slots.withUnsafeBufferPointer { slots in
      hashes.withUnsafeBufferPointer { hashes in
        terms.bytes.withUnsafeBytes { bytes in
          terms.ends.withUnsafeBufferPointer { ends in
            while slots[position] != Self.missing {
              if hashes[position] == hash {
                let code = Int(slots[position])
                let start = code == 0 ? 0 : ends[code - 1]
                if Self.areEqual(UnsafeRawBufferPointer(rebasing: bytes[start..<ends[code]]), string) { break }
              }
              position = (position &+ 1) & mask
            }
            return position
          }
        }
      }
    }
  }

  @usableFromInline mutating func insert(_ string: UnsafeRawBufferPointer, hash: UInt32, at position: Int) -> UInt32 {
    let code = UInt32(terms.count)
    precondition(code < Self.missing, "a dictionary holds at most 4,294,967,295 strings")
    terms.append(string)
    slots[position] = code
    hashes[position] = hash
    if terms.count * 2 > slots.count { grow() }
    return code
  }

  private mutating func grow() {
    let oldSlots = slots
    let oldHashes = hashes
    let mask = oldSlots.count * 2 - 1
    slots = Array(repeating: Self.missing, count: mask + 1)
    hashes = Array(repeating: 0, count: mask + 1)
    for (slot, hash) in zip(oldSlots, oldHashes) where slot != Self.missing {
      var position = Int(hash) & mask
      while slots[position] != Self.missing { position = (position &+ 1) & mask }
      slots[position] = slot
      hashes[position] = hash
    }
  }

  @inlinable static func areEqual(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Bool {
    guard a.count == b.count else { return false }
    var index = 0
    while index &+ 8 <= a.count {
      if a.loadUnaligned(fromByteOffset: index, as: UInt64.self)
        != b.loadUnaligned(fromByteOffset: index, as: UInt64.self)
      {
        return false
      }
      index &+= 8
    }
    while index < a.count {
      if a[index] != b[index] { return false }
      index &+= 1
    }
    return true
  }

  /// A multiply-and-fold hash of the bytes, eight at a time. It decides places only, so its quality affects speed alone.
  @inlinable static func hash(_ string: UnsafeRawBufferPointer) -> UInt32 {
    var state = processSeed ^ UInt64(truncatingIfNeeded: string.count)
    var index = 0
    while index &+ 8 <= string.count {
      state = fold(state ^ string.loadUnaligned(fromByteOffset: index, as: UInt64.self))
      index &+= 8
    }
    if index < string.count {
      var rest: UInt64 = 0
      while index < string.count {
        rest = rest &<< 8 | UInt64(string[index])
        index &+= 1
      }
      state = fold(state ^ rest)
    }
    return UInt32(truncatingIfNeeded: state ^ state &>> 32)
  }

  /// One step of a fast 64-bit mixing function (multiply, then fold the halves).
  @inlinable package static func fold(_ word: UInt64) -> UInt64 {
    let product = word.multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
    return product.high ^ product.low
  }

  /// Drawn once a process, so that nobody can prepare strings that all fall into one slot.
  @usableFromInline static let processSeed = UInt64.random(in: .min ... .max)
}
