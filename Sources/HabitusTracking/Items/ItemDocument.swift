public import HabitusModel

/// Items of a JSON text: one object, or an array of objects, as `habitus items import` reads them.
public struct ItemDocument: Sendable {
  /// An element that is no item.
  public struct Refusal: Sendable, Equatable, Codable {
    /// Its place in the array, from 0.
    public let index: Int
    /// Why it is refused.
    public let reason: String
  }

  /// The items in their order.
  public private(set) var items: [Item] = []
  /// The elements that are no items, in their order.
  public private(set) var refused: [Refusal] = []

  /// Reads a text; an item has an id (`item_id`, `item` or `id`), a text or a number, may have a `category`, and
  /// everything else is a property; the members of an object called `properties` join them.
  ///
  /// - Throws: ``JSONTextError`` for a text that is not JSON, or neither an object nor an array.
  public init(_ text: some Collection<UInt8>) throws(JSONTextError) {
    let root = try JSONDocument(text).root
    let elements: [JSONNode]
    switch root.kind {
    case .object: elements = [root]
    case .array: elements = root.elements
    default: throw JSONTextError(reason: "neither an object nor an array", offset: 0)
    }
    for (index, element) in elements.enumerated() {
      switch Self.item(element) {
      case .success(let item): items.append(item)
      case .failure(let fault): refused.append(Refusal(index: index, reason: fault.reason))
      }
    }
  }

  private struct Fault: Error {
    let reason: String
  }

  private static let idNames = ["item_id", "item", "id"]
  private static let categoryName = "category"
  private static let propertiesName = "properties"

  private static func item(_ node: JSONNode) -> Result<Item, Fault> {
    guard node.kind == .object else { return .failure(Fault(reason: "it is not an object")) }
    guard let name = idNames.first(where: { node.member($0) != nil }) else {
      return .failure(Fault(reason: "it has no id: item_id, item or id"))
    }
    let id = node.member(name)?.kind == .boolean ? nil : node.member(name)?.scalarText
    guard let id, !id.isEmpty, !id.utf8.contains(0) else {
      return .failure(Fault(reason: "its id is not a text or a number, is empty or holds a NUL"))
    }
    var item = Item(id: id)
    for (key, value) in node.members where key != name {
      if key == categoryName {
        item.category = value.scalarText.flatMap { $0.isEmpty ? nil : $0 }
      } else if key == propertiesName, value.kind == .object {
        for (key, value) in value.members { item.properties[key] = JSONValue(value) }
      } else if !value.isNull {
        item.properties[key] = JSONValue(value)
      }
    }
    return .success(item)
  }
}
