/// What a user said about one purpose.
public struct ConsentStatement: Sendable, Hashable, Codable {
  /// In a withdrawal: every purpose.
  public static let everyPurpose = "*"

  /// Who said it.
  public var user: UserID
  /// What it is about: `analytics`, `marketing`, …; ``everyPurpose`` in a withdrawal only.
  public var purpose: String
  /// Whether the user agrees.
  public var isGranted: Bool
  /// When it was said.
  public var time: Timestamp
  /// From when on an agreement no longer counts; `nil` for never. A withdrawal stands until the user agrees again,
  /// whatever this says.
  public var expires: Timestamp?
  /// Which source said it.
  public var source: String

  /// Makes a statement from its parts.
  public init(
    user: UserID, purpose: String, isGranted: Bool, time: Timestamp, expires: Timestamp? = nil, source: String
  ) {
    self.user = user
    self.purpose = purpose
    self.isGranted = isGranted
    self.time = time
    self.expires = expires
    self.source = source
  }

  /// Why it cannot be recorded, in words; `nil` where it can.
  public var problem: String? {
    if user.rawValue.isEmpty { return "it has no user" }
    if purpose.isEmpty { return "it has no purpose" }
    if isGranted, purpose == Self.everyPurpose {
      return "an agreement names its purpose; '*' stands in withdrawals only"
    }
    if [user.rawValue, purpose, source].contains(where: { $0.utf8.contains(0) }) {
      return "one of its texts holds a NUL"
    }
    let times = [time, expires].compactMap(\.self)
    return times.allSatisfy(Timestamp.representable.contains) ? nil : "its time lies outside the years 1 to 9999"
  }
}
