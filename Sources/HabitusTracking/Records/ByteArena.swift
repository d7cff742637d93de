/// Bytes that a reader makes while it reads a chunk: unescaped texts, joined columns.
///
/// `slack` readable bytes always follow the last one. (What changes lies behind a pointer: the inner loops of an import
/// come here for every field, and checks of exclusive access to properties would take a good part of their time.)
final class ByteArena {
  static let slack = 64

  private struct State {
    var base: UnsafeMutablePointer<UInt8>
    var count = 0
    var capacity = 4096
  }

  private let state: UnsafeMutablePointer<State>

  init() {
    let state = State(base: .allocate(capacity: 4096 + Self.slack))
    state.base.initialize(repeating: 0, count: state.capacity + Self.slack)
    self.state = .allocate(capacity: 1)
    self.state.initialize(to: state)
  }

  deinit {
    state.pointee.base.deallocate()
    state.deallocate()
  }

  @inline(__always) var base: UnsafeMutablePointer<UInt8> { state.pointee.base }
  @inline(__always) var count: Int { state.pointee.count }

  func removeAll() { state.pointee.count = 0 }

  func append(_ byte: UInt8) {
    reserve(1)
    base[count] = byte
    state.pointee.count &+= 1
  }

  func append(_ bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress else { return }
    reserve(bytes.count)
    UnsafeMutableRawPointer(base + count).copyMemory(from: start, byteCount: bytes.count)
    state.pointee.count += bytes.count
  }

  func append(_ text: some Collection<UInt8>) { for byte in text { append(byte) } }

  /// Forgets what was added after the arena had `count` bytes.
  func truncate(to count: Int) { state.pointee.count = count }

  @inline(__always)
  private func reserve(_ more: Int) {
    if count &+ more > state.pointee.capacity { grow(more) }
  }

  private func grow(_ more: Int) {
    let larger = max(state.pointee.capacity * 2, count + more)
    let copy = UnsafeMutablePointer<UInt8>.allocate(capacity: larger + Self.slack)
    copy.initialize(repeating: 0, count: larger + Self.slack)
    copy.update(from: base, count: count)
    base.deallocate()
    state.pointee.base = copy
    state.pointee.capacity = larger
  }
}
