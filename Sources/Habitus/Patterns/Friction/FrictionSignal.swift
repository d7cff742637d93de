/// A sign that a user was stuck, seen in one session.
///
/// The definitions are those of the tools that watch browsers, as far as events tell what they see.
public enum FrictionSignal: String, Sendable, Hashable, Codable, CaseIterable {
  /// Clicks on the same thing in quick succession: at least ``rageClickCount`` events of the click type one right after
  /// the other, with the same item and page, each within ``rageClickGap`` of the one before. PostHog's browser library
  /// has the same number and gap (with a distance of 30 pixels in place of the item and page). All of them at one
  /// moment are none: times are then less exact than clicks.
  case rageClicks = "rage_clicks"
  /// From a place to another and straight back, after a stay of at most ``quickReturn``: "quick backs", or
  /// pogo-sticking. The stay is from the first event at the place to the first back at the one before; no time at all is
  /// no stay.
  case backAndForth = "back_and_forth"
  /// The same 2 to ``longestLoop`` different places in the same order at least ``loopRounds`` times in full.
  case loop
  /// A session whose last event is a search without a result (an event of the search type with the value 0).
  case deadEnd = "dead_end"

  /// The fewest clicks that are rage clicks.
  public static let rageClickCount = 3
  /// The longest time between two of them.
  public static let rageClickGap: Duration = .seconds(1)
  /// The longest stay before a quick return.
  public static let quickReturn: Duration = .seconds(10)
  /// The most places of a loop.
  public static let longestLoop = 4
  /// How often a loop is gone round at least.
  public static let loopRounds = 3

  /// Whether it is told apart from what the same visits would show in random order: all but rage clicks, which stand on
  /// speed alone.
  public var isTested: Bool { self != .rageClicks }
}
