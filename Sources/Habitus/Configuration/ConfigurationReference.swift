extension ConfigurationSchema {
  /// The reference of all keys in Markdown: how values are given, then for each section a heading, its meaning and a
  /// table of its keys with default, what is allowed, meaning and variable.
  public var markdownReference: String {
    var blocks = ["# Configuration", Self.guide]
    for section in sections {
      blocks.append("## `\(section.name)`")
      blocks.append(section.meaning)
      let rows = section.keys.map { key in
        let value = key.shown(key.defaultValue)
        let cells = [
          Self.code(key.path), value.isEmpty ? "(empty)" : Self.code(value), key.allowed,
          key.meaning + (key.isSecret ? " Secret: never shown." : ""), Self.code(key.variable),
        ]
        return "| " + cells.map(Self.cell).joined(separator: " | ") + " |"
      }
      let head = ["| key | default | allowed | meaning | variable |", "|---|---|---|---|---|"]
      blocks.append((head + rows).joined(separator: "\n"))
    }
    return blocks.joined(separator: "\n\n") + "\n"
  }

  private static func code(_ text: String) -> String { "`" + text + "`" }

  /// A bar would end the cell, within code too.
  private static func cell(_ text: String) -> String { text.replacing("|", with: "\\|") }
}
