internal import HabitusModel

/// Who a request of Matomo is about.
struct MatomoPerson {
  /// The identifier; `nil` where there is none.
  let user: String?
  /// The parameter that it comes from.
  let name: String?
  private let visitor: String?

  init(_ parameters: MatomoParameters) {
    let given = ["uid", "cid", "_id"].compactMap { name in
      parameters[name].flatMap { $0.trimmingBlanks.isEmpty ? nil : (name: name, text: $0) }
    }
    let chosen = given.first { IdentityRules.canJoin($0.text) } ?? given.first
    user = chosen?.text
    name = chosen?.name
    visitor = given.first { $0.name != "uid" }?.text
  }

  /// The visitor turns out to be the user, where both can stand for a person.
  func link(at time: Timestamp) -> IdentityStatement? {
    guard name == "uid", let user, let visitor, !visitor.utf8.elementsEqual(user.utf8), IdentityRules.canJoin(user),
      IdentityRules.canJoin(visitor), !visitor.utf8.contains(0)
    else { return nil }
    return IdentityStatement(
      former: UserID(visitor), known: UserID(user), time: time, kind: .identify, source: "matomo")
  }
}
