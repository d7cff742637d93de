internal import Glibc
internal import HabitusModel

/// Room for a fixed number of values, of which the operating system provides only the part that is written.
///
/// Large pages are asked for, since the first touch of a fresh page costs more than filling it.
///
/// Sendable by hand: whoever fills a buffer from several threads gives each of them places of its own.
struct ColumnBuffer<Value: BitwiseCopyable>: @unchecked Sendable {
  let base: UnsafeMutablePointer<Value>
  let capacity: Int

  init(capacity: Int) {
    let byteCount = max(1, capacity) * MemoryLayout<Value>.stride
    let largePage = 2 << 20
    let raw = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: byteCount < largePage ? 64 : largePage)
    if byteCount >= largePage { madvise(raw, byteCount, MADV_HUGEPAGE) }
    base = raw.bindMemory(to: Value.self, capacity: max(1, capacity))
    self.capacity = capacity
  }

  func deallocate() { UnsafeMutableRawPointer(base).deallocate() }

  subscript(index: Int) -> Value {
    @inline(__always) get { base[index] }
    @inline(__always) nonmutating set { base[index] = newValue }
  }
}

/// A column of codes that takes no memory while all its values are the same.
struct CodeBuffer {
  private var buffer: ColumnBuffer<UInt32>?
  private var uniform = TermDictionary.missing
  private let capacity: Int
  private(set) var count = 0

  init(capacity: Int) { self.capacity = capacity }

  func deallocate() { buffer?.deallocate() }

  /// Appends codes, each translated by `table` (codes of another dictionary to those of the store) if there is one.
  mutating func append(_ codes: [UInt32], translatedBy table: [UInt32]?) {
    guard let first = codes.first else { return }
    if buffer == nil {
      let isUniform = codes.allSatisfy { $0 == first }
      let translated = first == TermDictionary.missing ? first : table?[Int(first)] ?? first
      if isUniform, count == 0 || translated == uniform {
        uniform = translated
        count += codes.count
        return
      }
      let fresh = ColumnBuffer<UInt32>(capacity: capacity)
      for index in 0..<count { fresh[index] = uniform }
      buffer = fresh
    }
    guard let base = buffer?.base else { return }
    guard let table else {
      for (index, code) in codes.enumerated() { base[count &+ index] = code }
      count += codes.count
      return
    }
    codes.withUnsafeBufferPointer { codes in
      table.withUnsafeBufferPointer { table in
        for (index, code) in codes.enumerated() {
          base[count &+ index] = code == TermDictionary.missing ? code : table[Int(code)]
        }
      }
    }
    count += codes.count
  }

  mutating func removeAll() { count = 0 }

  subscript(index: Int) -> UInt32 {
    @inline(__always) get { buffer.map { $0.base[index] } ?? uniform }
  }
}

/// Byte strings of any length behind one another; a string is recognised by its place.
///
/// Sendable by hand: an arena is filled by one thread and then only read.
struct ByteArena: @unchecked Sendable {
  private var base: UnsafeMutablePointer<UInt8>?
  private(set) var count = 0
  private var capacity = 0

  /// The longest string, in bytes, that an arena takes.
  static let longestString = 1 << 24 - 1

  init() {}

  func deallocate() { free(base) }

  /// Appends a string and returns its place: the offset in the upper 40 bits, the length in the lower 24.
  mutating func append(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    precondition(bytes.count <= Self.longestString, "a string in an arena is at most 16 MiB long")
    if count + bytes.count > capacity {
      capacity = max(capacity * 2, count + bytes.count, 1 << 16)
      guard let grown = realloc(base, capacity) else { preconditionFailure("out of memory at \(capacity) bytes") }
      base = grown.assumingMemoryBound(to: UInt8.self)
    }
    let place = UInt64(count) << 24 | UInt64(bytes.count)
    if let source = bytes.baseAddress, let base { memcpy(base + count, source, bytes.count) }
    count += bytes.count
    return place
  }

  mutating func removeAll() { count = 0 }

  subscript(place: UInt64) -> UnsafeRawBufferPointer {
    guard let base else { return UnsafeRawBufferPointer(start: nil, count: 0) }
    return UnsafeRawBufferPointer(start: base + Int(place >> 24), count: Int(place & 0xff_ffff))
  }
}
