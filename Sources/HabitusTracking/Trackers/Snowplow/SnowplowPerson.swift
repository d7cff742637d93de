internal import HabitusModel

/// The identifiers that an event of Snowplow carries.
struct SnowplowPerson {
  /// The one that the business gave.
  let known: String?
  /// The one of the browser's cookie, or of the installation of an application.
  let domain: String?
  /// The one of the collector's cookie; zeros, which stand for "none", are taken as `nil`.
  let network: String?

  init(known: String?, domain: String?, network: String?) {
    self.known = known
    self.domain = domain
    self.network = network.flatMap { IdentityRules.canJoin($0) ? $0 : nil }
  }

  /// The first that can stand for a person; where there is none, the first that is not blank, as it came.
  var user: String? {
    let identifiers = [known, domain, network].compactMap { $0 }.filter { !$0.trimmingBlanks.isEmpty }
    return identifiers.first(where: IdentityRules.canJoin) ?? identifiers.first
  }

  /// Says that the browser was used by the known user; `nil` where one of the two is missing or stands for nobody.
  func link(at time: Timestamp) -> IdentityStatement? {
    guard let known, let domain, known != domain, IdentityRules.canJoin(known), IdentityRules.canJoin(domain),
      !known.utf8.contains(0), !domain.utf8.contains(0)
    else { return nil }
    return IdentityStatement(
      former: UserID(domain), known: UserID(known), time: time, kind: .identify, source: "snowplow")
  }
}
