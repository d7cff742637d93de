/// Rows of text in columns that fit a width.
struct TextTable {
  /// A column.
  struct Column {
    enum Fit { case fixed, cut, cutStart, wrapped }

    var title: String
    /// Whether cells stand at the right, as numbers do.
    var isRight = false
    /// What happens to cells where there is too little room.
    var fit = Fit.fixed

    static func text(_ title: String) -> Column { Column(title: title, fit: .cut) }
    /// Paths, whose ends say more than their beginnings.
    static func path(_ title: String) -> Column { Column(title: title, fit: .cutStart) }
    static func number(_ title: String) -> Column { Column(title: title, isRight: true) }
    static func prose(_ title: String) -> Column { Column(title: title, fit: .wrapped) }
  }

  private static let gap = 2
  /// No column becomes narrower than this for the sake of others.
  private static let narrowest = 8

  var columns: [Column]
  private(set) var rows: [[String]] = []
  /// Blanks before every line.
  var indentation = 0

  init(_ columns: [Column], indentation: Int = 0) {
    self.columns = columns
    self.indentation = indentation
  }

  /// Adds a row, which has a cell for each column.
  mutating func append(_ cells: [String]) {
    precondition(cells.count == columns.count, "a cell for each column")
    rows.append(cells.map(DisplayWidth.printable))
  }

  /// The lines, none wider than `width` as far as the columns can give way.
  func lines(width: Int, style: Style = .plain) -> [String] {
    let widths = widths(width)
    let hasTitles = columns.contains { !$0.title.isEmpty }
    var lines = hasTitles ? [style.dim(line(columns.map(\.title), widths))] : []
    for row in rows {
      let cells = zip(row, zip(columns, widths)).map { text, place -> [String] in
        switch place.0.fit {
        case .wrapped: DisplayWidth.wrapped(text, to: place.1)
        case .cutStart: [DisplayWidth.cutStart(text, to: place.1)]
        case .cut, .fixed: [DisplayWidth.cut(text, to: place.1)]
        }
      }
      for index in 0..<(cells.map(\.count).max() ?? 0) {
        lines.append(line(cells.map { index < $0.count ? $0[index] : "" }, widths))
      }
    }
    return lines
  }

  private func line(_ cells: [String], _ widths: [Int]) -> String {
    var line = String(repeating: " ", count: indentation)
    for (index, cell) in cells.enumerated() {
      if index > 0 { line += String(repeating: " ", count: Self.gap) }
      let text = DisplayWidth.cut(cell, to: widths[index])
      line += DisplayWidth.padded(text, to: widths[index], isRight: columns[index].isRight)
    }
    while line.last == " " { line.removeLast() }
    return line
  }

  /// The natural widths, from which the widest columns that can give way lose what is too much.
  private func widths(_ available: Int) -> [Int] {
    var widths = columns.indices.map { index in
      rows.reduce(DisplayWidth.of(columns[index].title)) { max($0, DisplayWidth.of($1[index])) }
    }
    var excess = indentation + widths.reduce(0, +) + Self.gap * max(0, columns.count - 1) - available
    while excess > 0 {
      let yielding = columns.indices.filter { columns[$0].fit != .fixed && widths[$0] > Self.narrowest }
      guard let widest = yielding.max(by: { widths[$0] < widths[$1] }) else { break }
      let next = yielding.filter { $0 != widest }.map { widths[$0] }.max() ?? Self.narrowest
      let loss = max(1, min(excess, widths[widest] - max(next, Self.narrowest)))
      widths[widest] -= loss
      excess -= loss
    }
    return widths
  }
}
