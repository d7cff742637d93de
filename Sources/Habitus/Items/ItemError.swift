/// What can go wrong with items, with what to do about it.
public enum ItemError: Error, Equatable {
  /// The catalogue has no item of this id.
  case unknownItem(String)
  /// A rule asks for properties, and the catalogue is empty.
  case emptyCatalogue
  /// A rule names a property that no item has; `nearest` are those there are, the nearest in spelling first.
  case unknownProperty(String, nearest: [String])
  /// No rule is meant by this text.
  case invalidRule(String, reason: String)
}

extension ItemError: CustomStringConvertible {
  /// A sentence for the person at the terminal.
  public var description: String {
    switch self {
    case .unknownItem(let id):
      "The catalogue has no item '\(id)'. `habitus items list` lists those there are."
    case .emptyCatalogue:
      "No item has properties yet, so no rule can hold. Import them first: habitus items import FILE"
    case .unknownProperty(let name, let nearest):
      "No item has a property '\(name)'. "
        + (nearest.isEmpty
          ? "There are no properties at all."
          : "There are, the nearest in spelling first: \(nearest.joined(separator: ", ")).")
    case .invalidRule(let text, let reason):
      "'\(text)' is no rule: \(reason). Write it as PROPERTY=VALUE, with =, !=, <, <=, > or >=."
    }
  }
}
