/// An answer for people: lines that fit the width of the terminal.
struct Page {
  let width: Int
  let style: Style
  private(set) var lines: [String] = []

  init(_ terminal: Terminal = .output) { self.init(width: terminal.width, style: terminal.style) }

  init(width: Int, style: Style) {
    self.width = width
    self.style = style
  }

  /// The whole text.
  var text: String { lines.joined(separator: "\n") }

  /// A line in bold.
  mutating func title(_ text: String) { lines.append(style.bold(DisplayWidth.printable(text))) }

  /// A heading in bold after an empty line.
  mutating func heading(_ text: String) {
    blank()
    title(text)
  }

  /// An empty line, unless the last one is empty.
  mutating func blank() { if let last = lines.last, !last.isEmpty { lines.append("") } }

  /// A paragraph, broken between words.
  mutating func paragraph(_ text: String, indentation: Int = 0) {
    let blanks = String(repeating: " ", count: indentation)
    for line in DisplayWidth.wrapped(DisplayWidth.printable(text), to: width - indentation) {
      lines.append(blanks + line)
    }
  }

  /// A paragraph of less importance.
  mutating func note(_ text: String, indentation: Int = 0) {
    let blanks = String(repeating: " ", count: indentation)
    for line in DisplayWidth.wrapped(DisplayWidth.printable(text), to: width - indentation) {
      lines.append(blanks + style.dim(line))
    }
  }

  /// A point of a list, its further lines below its first word.
  mutating func point(_ text: String, mark: String = "•") {
    let head = "  \(mark) "
    for (index, line) in DisplayWidth.wrapped(DisplayWidth.printable(text), to: width - DisplayWidth.of(head))
      .enumerated()
    {
      lines.append((index == 0 ? head : String(repeating: " ", count: DisplayWidth.of(head))) + line)
    }
  }

  /// A line as it is.
  mutating func line(_ text: String) { lines.append(text) }

  mutating func table(_ table: TextTable) { lines += table.lines(width: width, style: style) }

  /// Names with their values, the values below each other.
  mutating func fields(_ fields: [(name: String, value: String)], indentation: Int = 2) {
    var table = TextTable([.init(title: ""), .prose("")], indentation: indentation)
    for field in fields { table.append([field.name, field.value]) }
    lines += table.lines(width: width)
  }

  /// Commands that could follow.
  mutating func next(_ commands: [String]) {
    heading("Next")
    for command in commands { lines.append("  " + command) }
  }
}
