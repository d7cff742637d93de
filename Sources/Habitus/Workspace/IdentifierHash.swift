/// Numbers made from identifiers: what is drawn for a user then depends on nobody else, nor on who came first.
enum IdentifierHash {
  /// Fowler, Noll and Vo's hash of 64 bits (FNV-1a).
  static func hash(of id: String) -> UInt64 {
    id.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }

  /// The same of 32 bits.
  static func shortHash(of id: String) -> UInt32 {
    id.utf8.reduce(2_166_136_261) { ($0 ^ UInt32($1)) &* 16_777_619 }
  }
}
