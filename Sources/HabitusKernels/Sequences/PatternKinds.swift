/// The expected supports of patterns under an owner's ``IndependenceModel``, computed when first asked for.
///
/// They depend on the frequencies of a pattern's items alone (of a path also on how it overlaps itself), so patterns
/// are of one kind whose items are, in any order, as frequent. Kinds are the nodes of a trie over rising classes of
/// frequency; every kind is reached from all kinds that are an item shorter.
struct PatternKinds {
  private struct Kind {
    let parent: Int32
    let frequencyClass: Int32
    /// Where the kind's row of ``children`` and ``expectedSupports`` starts; −1 without one.
    var row: Int32 = -1
    /// 0 where not known yet.
    var expectedSupport = 0.0
  }

  /// The kind of the empty pattern.
  static let root: Int32 = 0

  /// How many of the owner's sequences there are of each length, by rising length.
  private var lengthCounts: [IndependenceModel.LengthCount] = []
  /// The share of an item of each class.
  private var frequencies: [Double] = []
  private var contiguity = PatternContiguity.gapsAllowed

  private var kinds: [Kind] = []
  private var children: [Int32] = []
  /// By row and class, where the row of the kind with an item more starts; −1 where it is not known yet.
  private(set) var childRows: [Int32] = []
  /// By row and class the expected support where an item is added; 0 where it is not known yet.
  private(set) var expectedSupports: [Double] = []
  /// Of paths that overlap themselves.
  private var overlappingSupports: [[Int32]: Double] = [:]

  /// Starts anew for an owner.
  mutating func reset(
    lengthCounts: [IndependenceModel.LengthCount], frequencies: [Double], contiguity: PatternContiguity
  ) {
    (self.lengthCounts, self.frequencies, self.contiguity) = (lengthCounts, frequencies, contiguity)
    forget()
  }

  /// Forgets all kinds where they have become very many, as for long patterns; none found before may be used then.
  mutating func forgetIfMany() {
    if expectedSupports.count > 1 << 21 { forget() }
  }

  private mutating func forget() {
    kinds.removeAll(keepingCapacity: true)
    kinds.append(Kind(parent: -1, frequencyClass: -1))
    children.removeAll(keepingCapacity: true)
    childRows.removeAll(keepingCapacity: true)
    expectedSupports.removeAll(keepingCapacity: true)
    if !overlappingSupports.isEmpty { overlappingSupports.removeAll() }
  }

  /// Where the row of a kind starts: an entry of ``expectedSupports`` for every class that an item may be added of.
  mutating func row(of kind: Int32) -> Int {
    if kinds[Int(kind)].row < 0 {
      kinds[Int(kind)].row = Int32(children.count)
      children.append(contentsOf: repeatElement(-1, count: frequencies.count))
      childRows.append(contentsOf: repeatElement(-1, count: frequencies.count))
      expectedSupports.append(contentsOf: repeatElement(0, count: frequencies.count))
    }
    return Int(kinds[Int(kind)].row)
  }

  /// The kind of a pattern of `kind` with one item more.
  mutating func kind(of kind: Int32, adding frequencyClass: Int32) -> Int32 {
    let place = row(of: kind) + Int(frequencyClass)
    if children[place] >= 0 { return children[place] }
    let (parent, last) = (kinds[Int(kind)].parent, kinds[Int(kind)].frequencyClass)
    let child: Int32
    if frequencyClass >= last {
      child = Int32(kinds.count)
      kinds.append(Kind(parent: kind, frequencyClass: frequencyClass))
    } else {
      child = self.kind(of: self.kind(of: parent, adding: frequencyClass), adding: last)
    }
    children[place] = child
    return child
  }

  /// Notes in ``childRows`` the row of a kind with one item more, with the expected supports of some classes.
  mutating func noteChildRow(of kind: Int32, adding frequencyClass: Int32, knowing classes: [Int32]) {
    let place = row(of: kind) + Int(frequencyClass)
    guard childRows[place] < 0 else { return }
    let child = self.kind(of: kind, adding: frequencyClass)
    childRows[place] = Int32(row(of: child))
    for known in classes { _ = expectedSupport(child, adding: known) }
  }

  /// The expected number of sequences with a pattern of `kind` and one item more, above 0.
  mutating func expectedSupport(_ kind: Int32, adding frequencyClass: Int32) -> Double {
    let place = row(of: kind) + Int(frequencyClass)
    if expectedSupports[place] == 0 {
      let child = self.kind(of: kind, adding: frequencyClass)
      if kinds[Int(child)].expectedSupport == 0 { kinds[Int(child)].expectedSupport = expectedSupport(child) }
      expectedSupports[place] = kinds[Int(child)].expectedSupport
    }
    return expectedSupports[place]
  }

  /// The expected number of sequences with a path that overlaps itself, above 0.
  ///
  /// - Parameter classes: of all items.
  mutating func expectedSupport(ofOverlapping path: [Int32], classes: [Int32]) -> Double {
    if let known = overlappingSupports[path] { return known }
    let chance = PathChance(path: path) { frequencies[Int(classes[Int($0)])] }
    let expected = expectedSupport(chance.containmentProbabilities(upTo: lengthCounts.last?.length ?? 0))
    overlappingSupports[path] = expected
    return expected
  }

  private func expectedSupport(_ kind: Int32) -> Double {
    var shares: [Double] = []
    var place = kind
    while place != Self.root {
      shares.append(frequencies[Int(kinds[Int(place)].frequencyClass)])
      place = kinds[Int(place)].parent
    }
    let longest = lengthCounts.last?.length ?? 0
    switch contiguity {
    case .gapsAllowed:
      return expectedSupport(IndependenceModel.containmentProbabilities(itemProbabilities: shares, upTo: longest))
    case .contiguous:
      let chance = PathChance(length: shares.count, chance: shares.reduce(1, *))
      return expectedSupport(chance.containmentProbabilities(upTo: longest))
    }
  }

  /// - Parameter chances: the probability that a sequence of each length contains the pattern.
  private func expectedSupport(_ chances: [Double]) -> Double {
    max(1e-300, lengthCounts.reduce(0) { $0 + Double($1.count) * chances[$1.length] })
  }
}
