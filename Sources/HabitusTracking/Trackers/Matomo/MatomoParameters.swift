/// The parameters of one request of Matomo, in the order in which they came; of a name that comes twice, the last.
struct MatomoParameters {
  private(set) var pairs: [(name: String, value: String)] = []
  private var positions: [String: Int] = [:]

  init() {}

  /// Reads a query string without its question mark, or the body of a form.
  init(fields text: String) {
    for (name, value) in FormFields.parse(text) { self[name] = value }
  }

  /// Reads the query of an address, as in `?idsite=1`; a query without question mark is taken, too.
  init(address: String) {
    guard let mark = address.firstIndex(where: { $0 == "?" || $0 == "=" }), address[mark] == "?" else {
      self.init(fields: address)
      return
    }
    self.init(fields: String(address[address.index(after: mark)...].prefix { $0 != "#" }))
  }

  /// Reads the scalars of an object; other members are kept as their JSON text.
  init(object: JSONNode) {
    for (name, value) in object.members where !value.isNull { self[name] = value.scalarText ?? value.source }
  }

  /// The value of a parameter; `nil` where it is not given or empty, which is the same to Matomo.
  subscript(name: String) -> String? {
    get {
      guard let position = positions[name], !pairs[position].value.isEmpty else { return nil }
      return pairs[position].value
    }
    set {
      if let position = positions[name] {
        pairs[position].value = newValue ?? ""
      } else if let newValue {
        positions[name] = pairs.count
        pairs.append((name, newValue))
      }
    }
  }

  /// A parameter that is a decimal number; `nil` for anything else.
  func number(_ name: String) -> Double? {
    guard let text = self[name]?.trimmingBlanks, text.utf8.allSatisfy({ "0123456789+-.eE".utf8.contains($0) }),
      let number = Double(text), number.isFinite
    else { return nil }
    return number
  }

  /// Adds the parameters that `others` has and these have not.
  mutating func complete(from others: MatomoParameters) {
    for (name, value) in others.pairs where self[name] == nil { self[name] = value }
  }

  /// A query string without the key, as it is kept where it cannot be read.
  static func withoutToken(_ query: String) -> [UInt8] {
    let fields = query.split(separator: "&", omittingEmptySubsequences: false)
    return Array(
      fields.filter { field in
        let name = field.prefix { $0 != "=" }
        return FormFields.parse(String(name.first == "?" ? name.dropFirst() : name)).first?.name != "token_auth"
      }.joined(separator: "&").utf8)
  }
}
