/// A source says that two identifiers are one person's.
public struct IdentityStatement: Sendable, Hashable {
  /// Why a source says so.
  public enum Kind: String, Sendable, CaseIterable, Codable {
    /// A visitor gave a name: an anonymous identifier and a known one.
    case identify
    /// An identifier is replaced by another.
    case alias
    /// A person who keeps the store says so.
    case manual
  }

  /// The identifier that was used before: anonymous, or the former one.
  public var former: UserID
  /// The identifier that the person is known by from now on.
  public var known: UserID
  /// When it was said; what happened before belongs to the person, too.
  public var time: Timestamp
  /// Why it was said.
  public var kind: Kind
  /// Which source said it.
  public var source: String

  /// Makes a statement from its parts.
  public init(former: UserID, known: UserID, time: Timestamp, kind: Kind, source: String) {
    self.former = former
    self.known = known
    self.time = time
    self.kind = kind
    self.source = source
  }

  /// Why it cannot be recorded at all, in words; `nil` where it can, if only as a refused one.
  public var problem: String? {
    if [former.rawValue, known.rawValue, source].contains(where: { $0.utf8.contains(0) }) {
      return "one of its texts holds a NUL"
    }
    return Timestamp.representable.contains(time) ? nil : "its time lies outside the years 1 to 9999"
  }
}
