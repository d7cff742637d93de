/// Which property feeds item, category, value and page of events of which type, where the field itself is absent.
public struct EventMapping: Sendable, Equatable {
  /// The properties of one type of event.
  public struct Rule: Sendable, Equatable {
    /// The property that is the item; a path of keys joined by dots reaches into nested objects.
    public var item: String?
    /// The property that is the category.
    public var category: String?
    /// The property that is the value. Without a number there, the event has no value.
    public var value: String?
    /// The property that is the page.
    public var page: String?

    /// Makes a rule; what is left out stays missing.
    public init(item: String? = nil, category: String? = nil, value: String? = nil, page: String? = nil) {
      self.item = item
      self.category = category
      self.value = value
      self.page = page
    }

    /// The property of each field that a rule can feed.
    var properties: [(field: EventField, name: String)] {
      [(EventField.item, item), (.category, category), (.value, value), (.page, page)].compactMap { field, name in
        name.map { (field, $0) }
      }
    }
  }

  /// The rules by event type.
  public var rules: [String: Rule]
  /// The rule for every event, after that of its type.
  public var fallback: Rule

  /// Makes a mapping.
  public init(rules: [String: Rule] = [:], fallback: Rule = Rule()) {
    self.rules = rules
    self.fallback = fallback
  }

  /// No property feeds a field.
  public static let none = EventMapping()

  /// The events of the existing tracking system.
  public static let standard = EventMapping(
    rules: [
      "click": Rule(item: "element_id", category: "element_type"),
      "search": Rule(value: "results_count"),
      "filter": Rule(category: "filter_type"),
      "download": Rule(item: "document_id", category: "document_type"),
      "apply": Rule(item: "job_id"),
      "match_proposed": Rule(item: "match_id", value: "match_score"),
      "match_viewed": Rule(item: "match_id", value: "view_duration_seconds"),
      "match_accepted": Rule(item: "match_id", value: "decision_time_seconds"),
      "match_rejected": Rule(item: "match_id", value: "decision_time_seconds"),
      "match_feedback": Rule(item: "match_id", value: "rating"),
      "match_interaction": Rule(item: "match_id", category: "interaction_type", value: "interaction_count"),
      "match_completed": Rule(item: "match_id", value: "duration_days"),
      "match_abandoned": Rule(item: "match_id", value: "duration_days"),
    ],
    fallback: Rule(category: "job_category", value: "duration"))

  /// The properties to look for in an event of type `type`, the more special ones first.
  func properties(ofType type: String) -> [(field: EventField, name: String)] {
    (rules[type]?.properties ?? []) + fallback.properties
  }
}
