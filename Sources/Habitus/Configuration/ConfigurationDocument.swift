internal import Yams

/// What a configuration file says: the values of its keys with their lines, and everything that is wrong with it.
struct ConfigurationDocument {
  private(set) var values: [String: (value: ConfigurationValue, line: Int)] = [:]
  private(set) var problems: [ConfigurationProblem] = []

  private let file: String
  private let schema: ConfigurationSchema
  private var repeatedLines: Set<Int> = []

  /// Reads the text of a file; `file` is its name in messages.
  init(text: String, file: String, schema: ConfigurationSchema) {
    self.file = file
    self.schema = schema
    do throws(RepeatedKeys.Failure) {
      let composed = try RepeatedKeys.compose(text)
      repeatedLines = composed.repeatedLines
      guard let root = composed.root, !Self.isNull(root) else { return }
      guard case .mapping(let mapping) = root else {
        let allowed = "a map of sections: " + schema.sections.map(\.name).joined(separator: ", ")
        report(.wrongType(given: Self.summary(root), allowed: allowed), key: "", line: root.mark?.line ?? 1)
        return
      }
      read(mapping, at: "")
    } catch {
      problems.append(.init(origin: .file(file, line: error.line), key: error.key, reason: error.reason))
    }
    problems.sort { Self.line($0) < Self.line($1) }
  }

  private static func line(_ problem: ConfigurationProblem) -> Int {
    if case .file(_, let line) = problem.origin { line ?? 0 } else { 0 }
  }

  /// Notes a problem.
  mutating func report(_ reason: ConfigurationProblem.Reason, key: String, line: Int) {
    problems.append(.init(origin: .file(file, line: line), key: key, reason: reason))
  }

  private mutating func read(_ mapping: Node.Mapping, at group: String) {
    for entry in entries(of: mapping, at: group) {
      if let key = schema.key(entry.path) {
        let problemCount = problems.count
        let value = value(of: entry, for: key)
        if let value, problems.count == problemCount { values[key.path] = (value, entry.line) }
      } else if schema.isGroup(entry.path) {
        if case .mapping(let inner) = entry.node {
          read(inner, at: entry.path)
        } else if !Self.isNull(entry.node) {
          let names = schema.keys.map(\.path).filter { $0.hasPrefix(entry.path + ".") }
          let allowed = "a map with the keys " + names.joined(separator: ", ")
          report(.wrongType(given: Self.summary(entry.node), allowed: allowed), key: entry.path, line: entry.line)
        }
      } else {
        report(.unknownKey(nearest: schema.suggestion(for: entry.path)), key: entry.path, line: entry.line)
      }
    }
  }

  /// One key and its value in a mapping.
  struct Entry {
    var name: String
    /// The dotted path of the key.
    var path: String
    /// The line of the key, counted from 1.
    var line: Int
    var node: Node
  }

  /// The entries of a mapping under their full paths; repeated ones are reported and left out.
  mutating func entries(of mapping: Node.Mapping, at group: String) -> [Entry] {
    var entries: [Entry] = []
    var firstLines: [String: Int] = [:]
    for (keyNode, node) in mapping {
      let line = keyNode.mark?.line ?? 1
      guard case .scalar(let scalar) = keyNode else {
        report(.wrongType(given: Self.summary(keyNode), allowed: "a name as the key"), key: group, line: line)
        continue
      }
      let name = repeatedLines.contains(line) ? RepeatedKeys.original(scalar.string) : scalar.string
      let path = group.isEmpty ? name : group + "." + name
      if let firstLine = firstLines[name] {
        report(.duplicateKey(firstLine: firstLine), key: path, line: line)
      } else {
        firstLines[name] = line
        entries.append(Entry(name: name, path: path, line: line, node: node))
      }
    }
    return entries
  }
}
