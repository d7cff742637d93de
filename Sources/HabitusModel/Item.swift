/// Something that users act on, with what is known about it: a job, a product, a film.
///
/// As JSON it is one object: `{"id": …, "category": …, "properties": {…}, "updated": …}`.
public struct Item: Sendable, Equatable, Codable {
  /// What events name it by.
  public var id: String
  /// The class that it belongs to.
  public var category: String?
  /// What is known about it.
  public var properties: [String: JSONValue]
  /// When it was last written to a store; `nil` before.
  public var updated: Timestamp?

  /// Makes an item from its parts.
  public init(
    id: String, category: String? = nil, properties: [String: JSONValue] = [:], updated: Timestamp? = nil
  ) {
    self.id = id
    self.category = category
    self.properties = properties
    self.updated = updated
  }

  /// Reads one JSON object, of which only `id` must be there.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    id = try container.decode(String.self, forKey: .id)
    category = try container.decodeIfPresent(String.self, forKey: .category)
    properties = try container.decodeIfPresent([String: JSONValue].self, forKey: .properties) ?? [:]
    updated = try container.decodeIfPresent(Timestamp.self, forKey: .updated)
  }
}
