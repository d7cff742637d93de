/// Self-describing JSON: an object with a `schema` and the `data` that it describes.
struct SnowplowSchema {
  /// What the data is called: NAME of `iglu:vendor/NAME/format/version`.
  let name: String
  /// The schema as it is written.
  let schema: JSONNode
  /// The described data.
  let data: JSONNode?
  /// The whole.
  let node: JSONNode

  /// Reads self-describing JSON; `nil` for anything else.
  init?(_ node: JSONNode) {
    guard let schema = node["schema"], let name = Self.name(schema.string ?? "") else { return nil }
    self.name = name
    self.schema = schema
    self.node = node
    data = node["data"]
  }

  /// The event inside the envelope `unstruct_event`, or the event that came without one.
  static func event(in node: JSONNode) -> SnowplowSchema? {
    guard let outer = SnowplowSchema(node) else { return nil }
    return outer.name == "unstruct_event" ? outer.data.flatMap(SnowplowSchema.init) : outer
  }

  /// NAME of `iglu:vendor/NAME/format/version`; `nil` for anything else.
  static func name(_ schema: String) -> String? {
    let prefix = "iglu:"
    guard schema.hasPrefix(prefix) else { return nil }
    let parts = schema.dropFirst(prefix.count).split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 4, !parts.contains(where: \.isEmpty) else { return nil }
    return String(parts[1])
  }
}
