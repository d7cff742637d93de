public import HabitusModel

/// What can go wrong in administering keys, consents and identities, with what to do about it.
public enum AdministrationError: Error, Equatable {
  /// A key of that name, which is not revoked, is there already.
  case keyExists(name: String)
  /// No key has that number, name or beginning.
  case unknownKey(String)
  /// Several keys have that beginning.
  case severalKeys(String)
  /// The name of a key that cannot be one.
  case invalidKeyName(String)
  /// Nothing asks for that scope yet.
  case reservedScope(AccessScope)
  /// A key without a scope is good for nothing.
  case noScope
  /// No protocol is called so.
  case unknownProtocol(String, known: [String])
  /// A rate that is not above 0.
  case invalidRate(Double)
  /// The moment at which something should expire has passed.
  case expired(Timestamp)
  /// Two identifiers that cannot be joined.
  case notJoined(UserID, UserID, IdentityRefusal)
  /// Two identifiers that are one person's already.
  case joinedAlready(UserID, UserID)
  /// An identifier that no edge joins with another, or not with that one.
  case notLinked(UserID, from: UserID?)
}

extension AdministrationError: CustomStringConvertible {
  /// A sentence for the person at the terminal.
  public var description: String {
    switch self {
    case .keyExists(let name):
      "There is a key called '\(name)' already. Choose another name, or revoke that one first."
    case .unknownKey(let text):
      "No key has the number, name or beginning '\(text)'. `habitus keys list --all` shows those there are."
    case .severalKeys(let text):
      "Several keys begin with '\(text)'. Give the number of the one that is meant; `habitus keys list` shows it."
    case .invalidKeyName(let name):
      "'\(name)' cannot be the name of a key: a name has 1 to 100 characters, none of them a control character, and is no"
        + " number and no beginning of a key."
    case .reservedScope(let scope):
      "The scope '\(scope.rawValue)' is reserved: nothing asks for it yet. Use intake."
    case .noScope:
      "A key needs a scope. Use intake."
    case .unknownProtocol(let name, let known):
      "There is no protocol '\(name)'. There are: \(known.joined(separator: ", "))."
    case .invalidRate(let rate):
      "\(rate) events per second is no rate. Give a number above 0, or none for no limit."
    case .expired(let moment):
      "\(moment) has passed. Give a later moment."
    case .notJoined(let former, let known, let reason):
      "'\(former)' and '\(known)' cannot be joined: \(reason.message)."
    case .joinedAlready(let former, let known):
      "'\(former)' and '\(known)' are one person's already. `habitus identity show` says by what."
    case .notLinked(let identifier, nil):
      "No edge joins '\(identifier)' with another identifier."
    case .notLinked(let identifier, let other?):
      "No edge joins '\(identifier)' with '\(other)' directly. `habitus identity show` lists the edges of a person."
    }
  }
}
