/// What is left of an event of PostHog when the parts of ours have been taken out.
struct PostHogProperties {
  private let root: JSONNode
  private let given: JSONNode?
  private var droppedInRoot: Set<String> = ["properties"]
  private var droppedInGiven: Set<String> = []

  /// The event's own name, where its type is another.
  var name: String?

  /// - Parameters:
  ///   - root: The event.
  ///   - given: Its `properties`.
  ///   - isWhole: Whether the members of the request stand in it, too.
  ///   - token: The key of the request, which is dropped wherever it stands.
  init(root: JSONNode, given: JSONNode?, isWhole: Bool, token: String?) {
    self.root = root
    self.given = given
    if isWhole { droppedInRoot.formUnion(PostHogEnvelope.names) }
    guard let token else { return }
    for name in ["api_key", "token", "$token"] where root.member(name)?.string == token { droppedInRoot.insert(name) }
    if given?["token"]?.string == token { droppedInGiven.insert("token") }
  }

  /// The first text or number of these members of the event, then of its properties; it is a property no more.
  ///
  /// Where it comes from the event, properties of the same names that say the same are dropped, too.
  mutating func take(_ names: [String], orIn givenNames: [String]) -> String? {
    var taken: String?
    for name in names {
      guard let text = Self.text(root.member(name)) else { continue }
      droppedInRoot.insert(name)
      taken = text
      break
    }
    for name in givenNames {
      guard let text = Self.text(given?.member(name)) else { continue }
      if let taken {
        if names.contains(name), taken == text { droppedInGiven.insert(name) }
        continue
      }
      droppedInGiven.insert(name)
      taken = text
    }
    return taken
  }

  /// Leaves out a member of the event.
  mutating func drop(_ name: String) { droppedInRoot.insert(name) }

  /// The properties as one object.
  func text() throws(EventDefect) -> String? {
    var text = PropertyText()
    var taken: Set<String> = []
    if let name, given?["$event"] == nil {
      text.append("$event", name)
      taken.insert("$event")
    }
    var merged: [String: JSONNode] = [:]
    for key in ["$set", "$set_once"] { merged[key] = try mergedMember(key) }
    for (key, value) in given?.members ?? [] where !droppedInGiven.contains(key) {
      text.append(key, merged[key] ?? value)
      taken.insert(key)
    }
    for (key, value) in root.members where !droppedInRoot.contains(key) {
      if merged[key] != nil { continue }
      var name = key
      while taken.contains(name) { name = "$root_" + name }
      text.append(name, value)
    }
    return text.text
  }

  /// The members of two objects called `key`, those of the event before those of its properties; `nil` where there are
  /// not two objects.
  private func mergedMember(_ key: String) throws(EventDefect) -> JSONNode? {
    guard let mine = given?.member(key), let other = root.member(key), mine.kind == .object, other.kind == .object
    else {
      return nil
    }
    var text = PropertyText()
    text.append(membersOf: mine, except: Set(other.members.map(\.key)))
    text.append(membersOf: other)
    do throws(JSONTextError) {
      return try JSONDocument(text.text ?? "{}").root
    } catch {
      throw EventDefect(.invalidJSON, "the member '\(key)' of an event is \(error)")
    }
  }

  /// The text of a scalar that is more than blanks; `true` and `false` are none.
  private static func text(_ node: JSONNode?) -> String? {
    guard let node, node.kind != .boolean, let text = node.scalarText, !text.trimmingBlanks.isEmpty else { return nil }
    return text
  }
}
