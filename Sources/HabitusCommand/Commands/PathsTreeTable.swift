import Habitus

/// A tree of paths, drawn beside its figures; rare branches are summed up.
struct PathsTreeTable {
  private(set) var table: TextTable
  /// Branches with fewer visits, a fiftieth of the root's, are not drawn.
  private let leastVisitCount: Int
  private let name: (Int) -> String

  /// - Parameters:
  ///   - isBackward: whether branches lead to the root.
  ///   - name: of a step.
  init(_ tree: PathsReport.Branch, isBackward: Bool, name: @escaping (Int) -> String) {
    self.name = name
    leastVisitCount = tree.visitCount / 50
    table = TextTable(
      [
        .text(isBackward ? "step, before it" : "step, after it"), .number("visits"), .number("share"), .init(title: ""),
        .number(isBackward ? "begin there" : "end there"),
      ], indentation: 2)
    append(tree.step.map(name) ?? "beginning", tree, of: nil)
    fill(tree, "")
  }

  /// Adds what lies below a branch.
  private mutating func fill(_ parent: PathsReport.Branch, _ indentation: String) {
    let drawn = parent.branches.filter { $0.visitCount >= leastVisitCount }
    guard !drawn.isEmpty else { return }
    let others = drawn.reduce(parent.visitCount - parent.endedCount) { $0 - $1.visitCount }
    for (index, branch) in drawn.enumerated() {
      let isLast = index == drawn.count - 1 && others == 0
      append(indentation + (isLast ? "└─ " : "├─ ") + (branch.step.map(name) ?? ""), branch, of: parent)
      fill(branch, indentation + (isLast ? "   " : "│  "))
    }
    if others > 0 {
      table.append([indentation + "└─ …", NumberText.count(others), share(others, of: parent), "", ""])
    }
  }

  private mutating func append(_ text: String, _ branch: PathsReport.Branch, of parent: PathsReport.Branch?) {
    table.append([
      text, NumberText.count(branch.visitCount), parent.map { share(branch.visitCount, of: $0) } ?? "",
      parent.map { Bars.bar(Double(branch.visitCount) / Double(max(1, $0.visitCount)), width: 8) } ?? "",
      branch.step == nil ? "" : share(branch.endedCount, of: branch),
    ])
  }

  private func share(_ count: Int, of branch: PathsReport.Branch) -> String {
    branch.visitCount > 0 ? NumberText.share(Double(count) / Double(branch.visitCount)) : ""
  }
}
