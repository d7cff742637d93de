/// What an event is recognised by when it comes again: 80 bits of a keyed hash of (namespace, id), and 16 bits of a hash of
/// its content that tell an exact repeat from one that differs.
///
/// Two different ids share their 80 bits with probability 4·10⁻¹¹ among ten million events and 4·10⁻⁷ among a thousand
/// million. The hash's key is drawn when the store is made, so nobody can prepare ids that collide.
struct EventKey {
  /// The first 64 bits of the id's hash; keys are sorted by them.
  var high: UInt64
  /// 16 more bits of the id's hash, then the 16 bits of the content.
  var low: UInt32

  init(high: UInt64, low: UInt32) {
    self.high = high
    self.low = low
  }

  /// A key as a row of the database holds it.
  init(storedHigh high: Int64, storedLow low: Int64) {
    self.init(high: UInt64(bitPattern: high), low: UInt32(truncatingIfNeeded: low))
  }

  /// The 16 bits of the id's hash.
  var identifierLow: UInt32 { low >> 16 }
}

/// A key and the row that it belongs to.
struct KeyedRow {
  var high: UInt64
  var low: UInt32
  var row: UInt32
}

/// How many events were new, and what became of the others.
struct RepeatCounts {
  var exact = 0
  var differing = 0
}
