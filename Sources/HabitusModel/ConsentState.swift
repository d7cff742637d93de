/// Where a user stands on one purpose at a moment.
public struct ConsentState: Sendable, Equatable, Codable {
  /// Where a user can stand.
  public enum Status: String, Sendable, CaseIterable, Codable {
    /// The user agreed.
    case granted
    /// The user does not agree, or no longer.
    case withdrawn
    /// The user agreed for a time that is over.
    case expired
  }

  /// Who.
  public var user: UserID
  /// What it is about; `*` for a withdrawal of every purpose.
  public var purpose: String
  /// Where the user stands.
  public var status: Status
  /// When the statement was made that counts.
  public var time: Timestamp
  /// When the agreement ends or ended; `nil` for never, and for withdrawals.
  public var expires: Timestamp?
  /// Which source said it.
  public var source: String

  /// Makes a state from its parts.
  public init(
    user: UserID, purpose: String, status: Status, time: Timestamp, expires: Timestamp? = nil, source: String
  ) {
    self.user = user
    self.purpose = purpose
    self.status = status
    self.time = time
    self.expires = expires
    self.source = source
  }

  /// Where one user stands on `purpose` at `moment`, by everything that the user said; `nil` where nothing was said by
  /// then.
  ///
  /// The latest statement about the purpose, or about every purpose, counts. Of several at the same millisecond a
  /// withdrawal counts, then the agreement that ends first; so the order in which statements came has no influence. An
  /// agreement no longer counts from the very millisecond at which it expires.
  public init?(_ statements: [ConsentStatement], about purpose: String, at moment: Timestamp) {
    let heard = statements.filter {
      $0.time <= moment && ($0.purpose.isSameText(as: purpose) || $0.purpose == ConsentStatement.everyPurpose)
    }
    guard
      let last = heard.max(by: { a, b in
        a.time != b.time ? a.time < b.time : a.end != b.end ? a.end > b.end : a.source.isOrderedBefore(b.source)
      })
    else { return nil }
    let status: Status = !last.isGranted ? .withdrawn : moment.milliseconds < last.end ? .granted : .expired
    self.init(
      user: last.user, purpose: purpose, status: status, time: last.time, expires: last.isGranted ? last.expires : nil,
      source: last.source)
  }
}

extension ConsentStatement {
  /// The millisecond from which on it permits nothing: that of its expiry, the first of all for a withdrawal.
  package var end: Int64 { isGranted ? expires?.milliseconds ?? .max : .min }
}

extension String {
  /// Whether the UTF-8 bytes are the same; composed and decomposed letters differ, as they do in the store.
  package func isSameText(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }

  /// Whether the UTF-8 bytes come first.
  package func isOrderedBefore(_ other: String) -> Bool { utf8.lexicographicallyPrecedes(other.utf8) }
}
