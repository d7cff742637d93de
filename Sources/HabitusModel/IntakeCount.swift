/// How much of one kind came from one source on one day.
public struct IntakeCount: Sendable, Hashable {
  /// What is counted.
  public enum Key: Sendable, Hashable {
    /// Events that were new.
    case stored
    /// Events that were known already.
    case duplicate
    /// Events whose identifier was known with another content.
    case differing
    /// Events of users who do not agree to be analysed.
    case withoutConsent
    /// Events of programs, which were stored and marked.
    case bot
    /// Parts of requests that could not be read, by reason.
    case refused(reason: String)
  }

  /// The day, in UTC.
  public var day: CivilDate
  /// The name of the source.
  public var source: String
  /// What is counted.
  public var key: Key
  /// How many.
  public var count: Int

  /// Makes a count from its parts.
  public init(day: CivilDate, source: String, key: Key, count: Int) {
    self.day = day
    self.source = source
    self.key = key
    self.count = count
  }
}

extension IntakeCount.Key {
  /// The key as text: `stored`, `without_consent`, `refused:no_user`.
  public var text: String {
    switch self {
    case .stored: "stored"
    case .duplicate: "duplicate"
    case .differing: "differing"
    case .withoutConsent: "without_consent"
    case .bot: "bot"
    case .refused(let reason): Self.refusedPrefix + reason
    }
  }

  /// Reads ``text``; `nil` for any other text.
  public init?(_ text: String) {
    if text.hasPrefix(Self.refusedPrefix) {
      self = .refused(reason: String(text.dropFirst(Self.refusedPrefix.count)))
    } else if let key = Self.plain.first(where: { $0.text == text }) {
      self = key
    } else {
      return nil
    }
  }

  private static let refusedPrefix = "refused:"
  private static let plain: [Self] = [.stored, .duplicate, .differing, .withoutConsent, .bot]
}

extension Timestamp {
  /// The day in UTC.
  public var utcDay: CivilDate { CivilDate(daysSince1970: milliseconds.dividedFloor(by: 86_400_000).quotient) }
}
