/// Where the tracked events of an application stand in its database.
public struct PostgresTables: Sendable, Equatable {
  /// The schema of all tables.
  public var schema: String
  /// The table of events; the first that exists is read.
  public var events: [String]
  /// Tables with further columns of some events, joined by `event_id`.
  public var details: [String]
  /// The table of what users agree to; `nil` for none.
  public var consents: String?

  /// Names the tables; those of the existing tracking system by default.
  public init(
    schema: String = "tracking", events: [String] = ["events", "events_partitioned"],
    details: [String] = ["match_events", "feedback_events", "interaction_events", "completion_events"],
    consents: String? = "user_consents"
  ) {
    self.schema = schema
    self.events = events
    self.details = details
    self.consents = consents
  }
}
