internal import HabitusModel

/// The order of a user's events: by time, then type, item, category, value (strings by bytes, missing last), then id.
struct RowOrder: Sendable {
  /// The strings of each kind, in the order of ``TermKind``.
  private let terms: [ByteColumn]

  init(_ dictionaries: EventDictionaries) { terms = TermKind.allCases.map { dictionaries[keyPath: $0.keyPath].terms } }

  /// Sorts `order`, rows of one user, in place. Rows that come in order of time already are only looked at.
  func sort(_ order: UnsafeMutableBufferPointer<UInt32>, of rows: Rows) {
    let times = rows.times.base
    var isSorted = true
    for index in order.indices.dropFirst() where times[Int(order[index - 1])] >= times[Int(order[index])] {
      isSorted = false
      break
    }
    guard !isSorted else { return }
    var order = order
    order.sort { a, b in
      let (x, y) = (times[Int(a)], times[Int(b)])
      return x != y ? x < y : precedes(Int(a), Int(b), in: rows)
    }
  }

  private func precedes(_ a: Int, _ b: Int, in rows: Rows) -> Bool {
    for kind in [TermKind.type, .item, .category] {
      let order = compare(rows.codes[kind.rawValue][a], rows.codes[kind.rawValue][b], kind)
      if order != 0 { return order < 0 }
    }
    let (x, y) = (rows.values[a], rows.values[b])
    if x.isNaN != y.isNaN { return y.isNaN }
    if !x.isNaN, x != y { return x < y }
    return rows.withIdentifier(at: a) { a in
      rows.withIdentifier(at: b) { b in a.lexicographicallyPrecedes(b) }
    }
  }

  /// The order of two events of one user in two frames, which have the same columns: at least those that come before the
  /// last column of theirs in the order, so that events which agree in these are alike and keep the order of the frames.
  func precedes(_ a: Int, in first: EventFrame, _ b: Int, in second: EventFrame) -> Bool {
    if first.times[a] != second.times[b] { return first.times[a] < second.times[b] }
    let types = compare(first.types[a], second.types[b], .type)
    if types != 0 { return types < 0 }
    guard !first.items.isEmpty, !second.items.isEmpty else { return false }
    let items = compare(first.items[a], second.items[b], .item)
    if items != 0 { return items < 0 }
    guard !first.categories.isEmpty, !second.categories.isEmpty else { return false }
    let categories = compare(first.categories[a], second.categories[b], .category)
    if categories != 0 { return categories < 0 }
    guard !first.values.isEmpty, !second.values.isEmpty else { return false }
    let (x, y) = (first.values[a], second.values[b])
    if x.isNaN != y.isNaN { return y.isNaN }
    if !x.isNaN, x != y { return x < y }
    guard first.ids.count > 0, second.ids.count > 0 else { return false }
    return first.ids.bytes[first.ids.range(of: a)].lexicographicallyPrecedes(second.ids.bytes[second.ids.range(of: b)])
  }

  /// Negative, zero or positive as `a` stands before, with or after `b`; missing stands last.
  private func compare(_ a: UInt32, _ b: UInt32, _ kind: TermKind) -> Int {
    if a == b { return 0 }
    if a == TermDictionary.missing { return 1 }
    if b == TermDictionary.missing { return -1 }
    let (bytes, first, second) = (terms[kind.rawValue].bytes, range(of: a, kind), range(of: b, kind))
    return bytes[first].lexicographicallyPrecedes(bytes[second]) ? -1 : 1
  }

  private func range(of code: UInt32, _ kind: TermKind) -> Range<Int> { terms[kind.rawValue].range(of: Int(code)) }
}
