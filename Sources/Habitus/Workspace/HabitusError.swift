public import HabitusModel

/// What can go wrong in an analysis, with what to do about it.
public enum HabitusError: Error, Equatable {
  /// No event and no profile is known of this user.
  case unknownUser(UserID)
  /// The person that the user belongs to has not agreed to being analysed, or not any more.
  case noConsent(UserID)
  /// The user has no event inside the window.
  case noEvents(UserID, AnalysisWindow)
  /// There is no event in the store.
  case emptyStore(directory: String)
  /// The user has a profile already.
  case profileExists(UserID)
  /// The user has no profile.
  case noProfile(UserID)
  /// Too few users to compare.
  case tooFewUsers(found: Int, required: Int)
  /// An item without any of the properties that preferences are about; with those that they are about.
  case indescriptItem(known: [String])
  /// No feature that a clustering could use.
  case unknownFeature(String, known: [String])
  /// No group has this number.
  case unknownCluster(Int, known: [Int])
  /// The user has too few events to be compared with others.
  case notCompared(UserID)
  /// No events can be meant by this text.
  case invalidEventSelector(String, reason: String)
  /// A funnel that cannot be followed.
  case invalidFunnel(reason: String)
  /// The configuration has no funnel of this name.
  case unknownFunnel(String, known: [String])
  /// Paths that cannot be looked for.
  case invalidPaths(reason: String)
  /// A retention that cannot be computed.
  case invalidRetention(reason: String)
  /// No event has an item that a user took to.
  case noItems
  /// Nothing has been analysed yet.
  case notAnalysed(what: String)
}

extension HabitusError: CustomStringConvertible {
  /// A sentence for the person at the terminal.
  public var description: String {
    switch self {
    case .unknownUser(let user):
      "There is no user '\(user)': neither events nor a profile. `habitus users` lists those there are."
    case .noConsent(let user):
      "User '\(user)' is not analysed: the person has not consented, or has withdrawn the consent."
    case .noEvents(let user, let window):
      "User '\(user)' has no events from \(window.start) to before \(window.asOf). Choose a longer window (--window-days) or an earlier end (--as-of)."
    case .emptyStore(let directory):
      "The store in '\(directory)' holds no events. Import a file first: habitus import FILE"
    case .profileExists(let user):
      "User '\(user)' has a profile already. Update it, or delete it first."
    case .noProfile(let user):
      "User '\(user)' has no profile. Create one, or run `habitus analyze`."
    case .tooFewUsers(let found, let required):
      "Only \(found) users have enough events in the window; grouping them takes at least \(required). Choose a longer window (--window-days), or lower feature_extraction.min_events_count or user_clustering.min_users_for_clustering."
    case .noItems:
      "No stored event has an item with a weight above 0, so there is nothing to recommend. Say which property is the item: import.columns or tracking_integration.event_mapping."
    case .indescriptItem(let known):
      "The item has none of the properties that preferences are about, so nothing can be said of its fit. They are: \(known.joined(separator: ", ")). Give it one of them, or name its properties in preference_calculator.properties."
    case .unknownFeature(let name, let known):
      "There is no feature '\(name)'. There are: \(known.joined(separator: ", "))."
    case .unknownCluster(let id, let known):
      "There is no group \(id). \(Self.listed(known)) `habitus clusters` shows them."
    case .notCompared(let user):
      "User '\(user)' was not compared with others: too few events in the window of the last fit. Choose a longer window (--window-days), or lower feature_extraction.min_events_count, and run `habitus clusters fit`."
    case .invalidEventSelector(let text, let reason):
      "'\(text)' names no events: \(reason). Write event types with commas between, or *, and conditions after them, as in click:category=books."
    case .invalidFunnel(let reason):
      "The funnel cannot be followed: \(reason)."
    case .unknownFunnel(let name, let known):
      "There is no funnel '\(name)'. \(known.isEmpty ? "None is configured" : "There are: " + known.joined(separator: ", ")). Add it to navigation.funnels, or give the steps: habitus funnel STEP STEP"
    case .invalidPaths(let reason):
      "The paths cannot be followed: \(reason)."
    case .invalidRetention(let reason):
      "The retention cannot be computed: \(reason)."
    case .notAnalysed(let what):
      "There are no \(what) yet. Run `habitus analyze` first."
    }
  }

  /// The numbers of the groups that there are, in a sentence.
  private static func listed(_ groups: [Int]) -> String {
    guard let last = groups.last else { return "There are none: the last analysis left everybody outside of groups." }
    guard groups.count > 1 else { return "There is one: \(last)." }
    return "There are \(groups.dropLast().map(String.init).joined(separator: ", ")) and \(last)."
  }
}
