/// The prefixes of some patterns as a tree; node 0 is the empty one.
struct PatternTree: Sendable {
  /// The distinct items of the patterns, by number.
  private let numberOfItem: [Int32: Int32]
  /// Where the children of each node begin, and at last where the last ones end.
  let childStarts: [Int]
  /// The nodes of children, and the number of the item that leads to each.
  let children: [Int]
  let childItems: [Int32]
  /// By item, the node of the pattern of it alone; `nil` where no pattern begins with it.
  let rootChildren: [Int?]
  /// By pattern, the node of the whole.
  let ends: [Int]

  var nodeCount: Int { childStarts.count - 1 }
  var itemCount: Int { numberOfItem.count }

  init(_ patterns: [[Int32]]) {
    struct Edge: Hashable {
      let node: Int
      let item: Int32
    }
    var numbers: [Int32: Int32] = [:]
    var edges: [Edge: Int] = [:]
    var childrenOfNode: [[(item: Int32, node: Int)]] = [[]]
    ends = patterns.map { pattern in
      pattern.reduce(0) { node, item in
        let number = numbers[item] ?? Int32(numbers.count)
        numbers[item] = number
        let edge = Edge(node: node, item: number)
        if let child = edges[edge] { return child }
        edges[edge] = childrenOfNode.count
        childrenOfNode[node].append((number, childrenOfNode.count))
        childrenOfNode.append([])
        return childrenOfNode.count - 1
      }
    }
    numberOfItem = numbers
    var rootChildren = [Int?](repeating: nil, count: numbers.count)
    for (item, node) in childrenOfNode[0] { rootChildren[Int(item)] = node }
    self.rootChildren = rootChildren
    childStarts = childrenOfNode.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
    children = childrenOfNode.flatMap { $0.map(\.node) }
    childItems = childrenOfNode.flatMap { $0.map(\.item) }
  }

  /// The number of an item; −1 where no pattern has it.
  func number(of item: Int32) -> Int32 { numberOfItem[item] ?? -1 }
}
