/// Which events are meant: those of some types, and with some item, category or page where that is asked for.
///
/// As text, types are separated by commas, `*` stands for every type, and conditions follow, each begun by a colon:
/// `search`, `search,filter`, `click:category=books`, `*:page=/prices`. A backslash stands before a comma that is part
/// of a type. The value of a condition goes on until the next one; it may hold commas and colons.
public struct EventSelector: Hashable, Sendable {
  /// The types, without repeats; empty for every type.
  public var types: [String]
  /// The item that an event must have, or `nil` for any or none.
  public var item: String?
  /// The category that an event must have, or `nil` for any or none.
  public var category: String?
  /// The page that an event must have, or `nil` for any or none.
  public var page: String?

  /// The events of `types` (of every type where that is empty) that meet all conditions.
  public init(types: [String] = [], item: String? = nil, category: String? = nil, page: String? = nil) {
    var known: Set<String> = []
    self.types = types.filter { known.insert($0).inserted }
    self.item = item
    self.category = category
    self.page = page
  }

  /// Reads the textual form.
  ///
  /// - Throws: ``HabitusError/invalidEventSelector(_:reason:)`` for an empty type, an empty value, or a field that is
  ///   given twice.
  public init(_ text: String) throws(HabitusError) {
    let marks = Self.marks(in: text)
    let types = try Self.types(in: text[..<(marks.first?.range.lowerBound ?? text.endIndex)], of: text)
    self.init(types: types)
    for (index, mark) in marks.enumerated() {
      let end = index + 1 < marks.count ? marks[index + 1].range.lowerBound : text.endIndex
      let value = String(text[mark.range.upperBound..<end])
      guard !value.isEmpty else { throw .invalidEventSelector(text, reason: "'\(mark.field.rawValue)' has no value") }
      guard self[keyPath: mark.field.property] == nil else {
        throw .invalidEventSelector(text, reason: "'\(mark.field.rawValue)' is given twice")
      }
      self[keyPath: mark.field.property] = value
    }
  }

  /// A field that a condition is about.
  private enum Field: String, CaseIterable {
    case item, category, page

    var property: WritableKeyPath<EventSelector, String?> {
      switch self {
      case .item: \.item
      case .category: \.category
      case .page: \.page
      }
    }
  }

  /// Where the conditions begin: the ranges of `:item=` and its like, ascending.
  private static func marks(in text: String) -> [(field: Field, range: Range<String.Index>)] {
    Field.allCases.flatMap { field in text.ranges(of: ":\(field.rawValue)=").map { (field, $0) } }
      .sorted { $0.1.lowerBound < $1.1.lowerBound }
  }

  /// The types in front of the conditions.
  private static func types(in head: Substring, of text: String) throws(HabitusError) -> [String] {
    if head == "*" { return [] }
    var types = [""]
    var isEscaped = false
    for character in head {
      switch character {
      case "\\" where !isEscaped:
        isEscaped = true
        continue
      case "," where !isEscaped:
        types.append("")
      default:
        // A backslash before anything but a comma or another one stands for itself.
        if isEscaped, character != ",", character != "\\" { types[types.count - 1].append("\\") }
        types[types.count - 1].append(character)
      }
      isEscaped = false
    }
    if isEscaped { types[types.count - 1].append("\\") }
    guard !types.contains("") else { throw .invalidEventSelector(text, reason: "an event type is empty") }
    return types
  }
}

extension EventSelector: CustomStringConvertible {
  /// The textual form, which reads back as the same selector unless a type or a value holds what begins a condition.
  public var description: String {
    let types = types.map { $0.replacing("\\", with: "\\\\").replacing(",", with: "\\,") }
    let head = types.isEmpty ? "*" : types.joined(separator: ",")
    return Field.allCases.reduce(into: head) { text, field in
      if let value = self[keyPath: field.property] { text += ":\(field.rawValue)=\(value)" }
    }
  }
}
