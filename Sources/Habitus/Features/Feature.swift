public import HabitusModel

/// A feature that a user of the library adds to the dictionary.
///
/// ```swift
/// struct MorningShare: Feature {
///   let definition = FeatureDefinition(
///     name: "morning_share", group: .temporal, unit: .share, description: "Share of events before noon.")
///
///   func value(of timeline: UserTimeline) -> Double? {
///     let early = timeline.indices.filter { timeline.localTime(at: $0).hour < 12 }
///     return Double(early.count) / Double(timeline.count)
///   }
/// }
/// ```
///
/// Its column follows those of the core dictionary. A value must depend on the timeline alone, so that it can be
/// computed again for any moment in the past.
public protocol Feature: Sendable {
  /// Name, group, unit and meaning; the name must differ from all others.
  var definition: FeatureDefinition { get }

  /// The columns that ``value(of:)`` looks at beside users, times and types; all of them unless said otherwise.
  var columns: EventColumns { get }

  /// The value for one user with at least one event in the window; `nil` (or NaN) where there is none.
  func value(of timeline: UserTimeline) -> Double?
}

extension Feature {
  /// Every column.
  public var columns: EventColumns { .all }
}
