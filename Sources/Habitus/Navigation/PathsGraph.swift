/// The transition graph of a report as a text that draws itself.
public struct PathsGraph: Sendable {
  /// The language of the text.
  public enum Format: String, Sendable, CaseIterable {
    /// Of Graphviz.
    case dot
    /// Of Mermaid.
    case mermaid
  }

  /// A node of the drawing.
  private enum Node: Hashable {
    case start
    case end
    case step(Int)

    var id: String {
      switch self {
      case .start: "start"
      case .end: "finish"
      case .step(let number): "step\(number)"
      }
    }
  }

  /// The edges that are drawn unless another number is given.
  public static let standardLimit = 40

  private struct Edge {
    let from: Node
    let to: Node
    let count: Int
    /// Of what leaves `from`, the end of sessions included.
    let share: Double
    let isSurprising: Bool
  }

  private let report: PathsReport
  private let edges: [Edge]

  /// The `limit` most frequent edges of a report: transitions, beginnings and ends of sessions; with the nodes that they
  /// join.
  public init(_ report: PathsReport, limit: Int = standardLimit) {
    self.report = report
    var edges = report.transitions.map { transition in
      Edge(
        from: .step(transition.from), to: .step(transition.to), count: transition.count,
        share: Double(transition.count) / Double(max(1, report.steps[transition.from].visitCount)),
        isSurprising: transition.chance?.isSurprising ?? false)
    }
    for (number, step) in report.steps.enumerated() {
      edges.append(
        Edge(from: .start, to: .step(number), count: step.entryCount, share: step.entryShare, isSurprising: false))
      edges.append(
        Edge(from: .step(number), to: .end, count: step.exitCount, share: step.exitShare, isSurprising: false))
    }
    // Transitions stand first and in order; of equal counts they stay so.
    self.edges = Array(
      edges.enumerated().filter { $1.count > 0 }.sorted {
        ($1.element.count, $0.offset) < ($0.element.count, $1.offset)
      }
      .prefix(max(0, limit)).map(\.element))
  }

  /// The nodes that edges join, in order of steps.
  private var nodes: [Node] {
    let joined = Set(edges.flatMap { [$0.from, $0.to] })
    return [.start].filter(joined.contains) + report.steps.indices.map(Node.step).filter(joined.contains)
      + [.end].filter(joined.contains)
  }

  /// What stands in a node.
  private func lines(_ node: Node) -> [String] {
    switch node {
    case .start: ["start", "\(report.sessionCount)"]
    case .end: ["end", "\(report.sessionCount)"]
    case .step(let number): [report.steps[number].name, "\(report.steps[number].visitCount)"]
    }
  }

  /// `12.3 %`.
  private static func percent(_ share: Double) -> String {
    let tenths = Int((share * 1000).rounded())
    return "\(tenths / 10).\(tenths % 10) %"
  }

  /// The text, which ends with a line end. Names may hold anything: they are quoted, and control characters replaced.
  public func text(_ format: Format) -> String {
    switch format {
    case .dot: dot
    case .mermaid: mermaid
    }
  }

  private var dot: String {
    var text = "digraph paths {\n  rankdir=LR;\n  node [shape=box, style=rounded];\n"
    for node in nodes {
      let label = lines(node).map { Self.printable($0).replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") }
      text += "  \(node.id) [label=\"\(label.joined(separator: "\\n"))\"];\n"
    }
    let greatest = Double(edges.first?.count ?? 1)
    for edge in edges {
      let width = 1 + (4 * Double(edge.count) / greatest * 10).rounded() / 10
      let colour = edge.isSurprising ? ", color=firebrick" : ""
      text +=
        "  \(edge.from.id) -> \(edge.to.id) [label=\"\(Self.percent(edge.share))\", penwidth=\(width)\(colour)];\n"
    }
    return text + "}\n"
  }

  private var mermaid: String {
    var text = "flowchart LR\n"
    for node in nodes {
      text += "  \(node.id)[\"\(lines(node).map(Self.mermaidText).joined(separator: "<br>"))\"]\n"
    }
    for edge in edges {
      let arrow = edge.isSurprising ? "==>" : "-->"
      text += "  \(edge.from.id) \(arrow)|\"\(Self.percent(edge.share))\"| \(edge.to.id)\n"
    }
    return text
  }

  /// `text` with what Mermaid gives a meaning to written as numbers of characters.
  private static func mermaidText(_ text: String) -> String {
    printable(text).unicodeScalars.reduce(into: "") { result, scalar in
      if "\"#&;<>`\\*_[]{}()|~".unicodeScalars.contains(scalar) {
        result += "#\(scalar.value);"
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
  }

  /// `text` without line ends and control characters.
  private static func printable(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { scalar in
          switch scalar.properties.generalCategory {
          case .control, .format, .lineSeparator, .paragraphSeparator: "\u{FFFD}"
          default: scalar
          }
        }))
  }
}
