internal import HabitusModel

/// Which fields feed item, category and value of Snowplow's own kinds of events, where configuration names none.
struct SnowplowRule {
  var item: String
  var category: String
  var value: String

  /// The rule of a kind of event, by the code that trackers send.
  static func rule(of code: String) -> SnowplowRule? {
    switch code {
    case "se": SnowplowRule(item: "se_la", category: "se_ca", value: "se_va")
    case "tr": SnowplowRule(item: "tr_id", category: "tr_af", value: "tr_tt")
    case "ti": SnowplowRule(item: "ti_sk", category: "ti_ca", value: "ti_pr")
    default: nil
    }
  }

  /// The rule of a kind of event, by the name that it has once it is enriched.
  static func rule(ofEnriched event: String) -> SnowplowRule? {
    switch event {
    case "struct": SnowplowRule(item: "se_label", category: "se_category", value: "se_value")
    case "transaction": SnowplowRule(item: "tr_orderid", category: "tr_affiliation", value: "tr_total")
    case "transaction_item": SnowplowRule(item: "ti_sku", category: "ti_category", value: "ti_price")
    default: nil
    }
  }

  /// Fills what `event` has not yet; a value that is no finite number is none.
  func complete(_ event: inout Event, from field: (String) -> String?) {
    if event.item == nil { event.item = field(item) }
    if event.category == nil { event.category = field(category) }
    if event.value == nil, let number = field(value).flatMap(Double.init), number.isFinite { event.value = number }
  }
}
