internal import Yams

/// Reads YAML in which keys may stand twice in one mapping.
///
/// The parser stops at the first mapping with repeated keys. To find everything that is wrong with a file at once, a
/// repeated key gets a mark behind its name, and the text is parsed again.
enum RepeatedKeys {
  /// A text that could be read.
  struct Composed {
    /// The document; `nil` for a text without content.
    var root: Node?
    /// The lines of the keys that got a mark, counted from 1.
    var repeatedLines: Set<Int> = []
  }

  /// Why a text could not be read.
  struct Failure: Error {
    var key = ""
    var line: Int?
    var reason: ConfigurationProblem.Reason
  }

  /// A character for private use, which no key of ours holds.
  private static let mark: Character = "\u{E000}"

  /// The name of a key without marks.
  static func original(_ name: String) -> String {
    var name = name[...]
    while name.last == mark { name.removeLast() }
    return String(name)
  }

  /// Parses a text; repeated keys keep their places with a mark behind their names.
  static func compose(_ text: String) throws(Failure) -> Composed {
    // A "\r\n" is one character in Swift: split by scalars.
    var lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
    var composed = Composed()
    while true {
      do {
        composed.root = try Yams.compose(yaml: lines.joined(separator: "\n"))
        return composed
      } catch YamlError.duplicatedKeysInMapping(let names, let context) {
        let name = names.first ?? ""
        guard let line = markRepetition(of: name, after: context.mark, in: &lines) else {
          let line = context.mark.line
          throw Failure(key: original(name), line: line, reason: .duplicateKey(firstLine: line))
        }
        composed.repeatedLines.insert(line)
      } catch {
        throw failure(error)
      }
    }
  }

  /// Puts a mark behind the next `name` that is a key of the same block mapping; `nil` where none is found.
  private static func markRepetition(of name: String, after first: Mark, in lines: inout [String]) -> Int? {
    let indentation = first.column - 1
    for index in lines.indices.dropFirst(first.line) {
      let content = lines[index].drop { $0 == " " }
      if content.isEmpty || content.first == "#" || content == "\r" { continue }
      let depth = lines[index].count - content.count
      if depth < indentation { return nil }
      if depth > indentation { continue }
      for quote in ["", "\"", "'"] where content.hasPrefix(quote + name + quote) {
        let rest = content.dropFirst(quote.count * 2 + name.count)
        guard rest.drop(while: { $0 == " " }).first == ":" else { continue }
        let end = content.index(content.startIndex, offsetBy: quote.count + name.count)
        lines[index].insert(mark, at: end)
        return index + 1
      }
    }
    return nil
  }

  private static func failure(_ error: any Error) -> Failure {
    switch error {
    case YamlError.scanner(_, let problem, let mark, _), YamlError.parser(_, let problem, let mark, _),
      YamlError.composer(_, let problem, let mark, _):
      Failure(line: mark.line, reason: .syntax(problem))
    case YamlError.reader(let problem, let offset, _, let text):
      Failure(line: offset.map { text.prefix($0).count(where: \.isNewline) + 1 }, reason: .syntax(problem))
    default:
      Failure(reason: .syntax("\(error)"))
    }
  }
}
