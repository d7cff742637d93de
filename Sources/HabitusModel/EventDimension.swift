/// The part of an event that is looked at when behaviour is taken as a sequence, a set or a count.
public enum EventDimension: String, Sendable, Hashable, Codable, CaseIterable {
  /// What kind of thing was done.
  case eventType = "event_type"
  /// Where in the product.
  case page
  /// What it was done to.
  case item
  /// The class of the item.
  case category
}
