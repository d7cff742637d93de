public import HabitusModel

/// Puts an event together from what an adapter has read, by the rules that all of them share.
public struct EventAssembly: Sendable {
  /// Which property feeds item, category, value and page of events of which type.
  public let mapping: EventMapping
  private let rules: [String: [Field]]
  private let fallback: [Field]

  private struct Field: Sendable {
    var field: EventField
    /// The whole name first, then its parts at dots.
    var names: [[String]]

    init(_ field: EventField, _ name: String) {
      self.field = field
      let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
      names = parts.count > 1 ? [[name], parts] : [[name]]
    }
  }

  /// Uses a mapping.
  public init(_ mapping: EventMapping = .standard) {
    self.mapping = mapping
    rules = mapping.rules.mapValues { rule in
      (rule.properties + mapping.fallback.properties).map { Field($0.field, $0.name) }
    }
    fallback = mapping.fallback.properties.map { Field($0.field, $0.name) }
  }

  /// Fills item, category, value and page of `event` from the first of `objects` that has the property that the mapping
  /// names; what the event has already stays.
  public func complete(_ event: inout Event, from objects: [JSONNode]) {
    for field in rules[event.type] ?? fallback {
      switch field.field {
      case .item: if event.item == nil { event.item = text(field, objects) }
      case .category: if event.category == nil { event.category = text(field, objects) }
      case .page: if event.page == nil { event.page = text(field, objects) }
      case .value: if event.value == nil { event.value = value(field, objects) }
      default: break
      }
    }
  }

  private func text(_ field: Field, _ objects: [JSONNode]) -> String? {
    for object in objects {
      for path in field.names {
        if let text = Self.node(path, in: object)?.scalarText, !text.isEmpty { return text }
      }
    }
    return nil
  }

  private func value(_ field: Field, _ objects: [JSONNode]) -> Double? {
    for object in objects {
      for path in field.names {
        guard let node = Self.node(path, in: object) else { continue }
        if let number = node.number ?? node.string.flatMap(Double.init), number.isFinite { return number }
      }
    }
    return nil
  }

  private static func node(_ path: [String], in object: JSONNode) -> JSONNode? {
    var node: JSONNode? = object
    for name in path { node = node?.member(name) }
    return node
  }
}
