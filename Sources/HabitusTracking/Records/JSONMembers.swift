/// The members of the object at hand, and which of them carry keys that the plan knows.
final class JSONMembers {
  /// A member, and whether a field has taken it.
  struct Entry {
    var member: JSONTokens.Member
    var isTaken: Bool
  }

  private struct State {
    var entries: UnsafeMutablePointer<Entry>
    var count = 0
    var capacity = 64
  }

  private let state: UnsafeMutablePointer<State>
  private let found: UnsafeMutablePointer<Int>
  private let keyCount: Int

  /// Makes an empty list for a plan with `keyCount` keys.
  init(keyCount: Int) {
    self.keyCount = keyCount
    found = .allocate(capacity: keyCount)
    state = .allocate(capacity: 1)
    state.initialize(to: State(entries: .allocate(capacity: 64)))
    removeAll()
  }

  deinit {
    state.pointee.entries.deallocate()
    state.deallocate()
    found.deallocate()
  }

  @inline(__always) var count: Int { state.pointee.count }

  /// The member at a position.
  @inline(__always) subscript(position: Int) -> Entry { state.pointee.entries[position] }

  /// The position of the last member with key `key`, or −1.
  @inline(__always) func position(ofKey key: Int) -> Int { found[key] }

  @inline(__always)
  func removeAll() {
    state.pointee.count = 0
    found.update(repeating: -1, count: keyCount)
  }

  /// Adds a member, whose key is number `key` of the plan, or −1.
  @inline(__always)
  func append(_ member: JSONTokens.Member, key: Int) {
    if count == state.pointee.capacity { grow() }
    if key >= 0 { found[key] = count }
    (state.pointee.entries + count).initialize(to: Entry(member: member, isTaken: false))
    state.pointee.count &+= 1
  }

  /// Marks a member as taken by a field.
  @inline(__always) func take(_ position: Int) { state.pointee.entries[position].isTaken = true }

  private func grow() {
    let larger = UnsafeMutablePointer<Entry>.allocate(capacity: count * 2)
    larger.moveInitialize(from: state.pointee.entries, count: count)
    state.pointee.entries.deallocate()
    state.pointee.entries = larger
    state.pointee.capacity = count * 2
  }
}
