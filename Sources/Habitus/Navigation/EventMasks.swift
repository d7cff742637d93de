internal import HabitusModel
internal import HabitusStore

/// Selectors as sets of bits: which of them an event meets is one look-up by its type, and a comparison of codes where
/// a selector has conditions.
struct EventMasks: Sendable {
  /// By code of the type, the selectors (bit 0 for the first) that take the type and whose conditions can be met.
  private let masks: [UInt64]
  /// The selectors that have conditions.
  private let conditioned: UInt64
  private let conditions: [Condition]
  /// What frames must have besides user, time and type.
  let columns: EventColumns
  /// Types that selectors name and that the dictionary does not have.
  let unknownTypes: [String]

  private struct Condition {
    /// `nil` where it may be any.
    var item: UInt32?
    var category: UInt32?
    var page: UInt32?
  }

  /// - Precondition: at most 64 selectors.
  init(_ selectors: [EventSelector], _ dictionaries: EventDictionaries) {
    precondition(selectors.count <= 64, "a selector is a bit of 64")
    var masks = [UInt64](repeating: 0, count: dictionaries.types.count)
    var conditioned: UInt64 = 0
    var columns: EventColumns = []
    var unknownTypes: [String] = []
    conditions = selectors.map { selector in
      Condition(
        item: selector.item.map { dictionaries.items.code(of: $0) ?? Self.unmet },
        category: selector.category.map { dictionaries.categories.code(of: $0) ?? Self.unmet },
        page: selector.page.map { dictionaries.pages.code(of: $0) ?? Self.unmet })
    }
    for (index, selector) in selectors.enumerated() {
      let bit: UInt64 = 1 << UInt64(index)
      let condition = conditions[index]
      if condition.item != nil { columns.insert(.items) }
      if condition.category != nil { columns.insert(.categories) }
      if condition.page != nil { columns.insert(.pages) }
      if selector.hasConditions { conditioned |= bit }
      let codes = selector.types.compactMap { type -> UInt32? in
        let code = dictionaries.types.code(of: type)
        if code == nil, !unknownTypes.contains(type) { unknownTypes.append(type) }
        return code
      }
      let isUnmet = [condition.item, condition.category, condition.page].contains(Self.unmet)
      guard !isUnmet else { continue }
      for code in selector.types.isEmpty ? Array(masks.indices) : codes.map(Int.init) { masks[code] |= bit }
    }
    self.masks = masks
    self.conditioned = conditioned
    self.columns = columns
    self.unknownTypes = unknownTypes
  }

  /// The code of a text that no stored event has.
  private static let unmet = TermDictionary.missing

  /// The selectors that the event at `position` of `frame` meets.
  @inline(__always) func mask(of type: UInt32, in frame: borrowing EventFrame, at position: Int) -> UInt64 {
    let mask = masks[Int(type)]
    guard mask & conditioned != 0 else { return mask }
    return meeting(mask, in: frame, at: position)
  }

  /// `mask` without the selectors whose conditions are not met.
  private func meeting(_ mask: UInt64, in frame: borrowing EventFrame, at position: Int) -> UInt64 {
    var met = mask
    var rest = mask & conditioned
    while rest != 0 {
      let index = rest.trailingZeroBitCount
      rest &= rest - 1
      let condition = conditions[index]
      let isMet =
        (condition.item.map { $0 == frame.items[position] } ?? true)
        && (condition.category.map { $0 == frame.categories[position] } ?? true)
        && (condition.page.map { $0 == frame.pages[position] } ?? true)
      if !isMet { met &= ~(1 << UInt64(index)) }
    }
    return met
  }
}

extension EventSelector {
  /// Whether more than the type is looked at.
  var hasConditions: Bool { item != nil || category != nil || page != nil }
}
