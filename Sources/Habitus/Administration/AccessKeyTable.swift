internal import HabitusModel
internal import HabitusStore

/// All keys in memory, found by the hash of their secret.
struct AccessKeyTable: Sendable {
  private let keys: [UInt64: [StoredAccessKey]]

  init(_ keys: [StoredAccessKey]) { self.keys = Dictionary(grouping: keys) { Self.place(of: $0.hash) } }

  /// The key whose secret has this hash.
  ///
  /// The time this takes says nothing about a stored hash: places come from a hash of which nobody can choose the bits,
  /// and whole hashes are compared without stopping at the first difference.
  func key(_ hash: [UInt8]) -> AccessKey? {
    var found: AccessKey?
    for candidate in keys[Self.place(of: hash)] ?? [] where Self.areEqual(candidate.hash, hash) {
      found = candidate.key
    }
    return found
  }

  private static func place(of hash: [UInt8]) -> UInt64 { hash.prefix(8).reduce(0) { $0 << 8 | UInt64($1) } }

  private static func areEqual(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    guard a.count == b.count else { return false }
    return zip(a, b).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }
}
