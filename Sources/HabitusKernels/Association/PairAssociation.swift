/// Two items and how they go together.
public struct PairAssociation: Hashable, Sendable, Codable {
  /// The lower item.
  public let first: Int32
  /// The higher item.
  public let second: Int32
  /// How often they occur together and apart.
  public let table: ContingencyTable
  /// Fisher's exact p-value, two-sided.
  public let pValue: Double
  /// Benjamini and Hochberg's q-value among all pairs that could have been reported.
  public let qValue: Double
}

/// Which pairs of items go together, or avoid one another, more than chance has it.
///
/// The null of each pair: given how many units have either item, which units have them is independent. A unit counts
/// once however often it has an item. Units of one user are alike, so that associations over sessions also mirror which
/// users come often; over users they do not.
public struct AssociationSearch: Hashable, Sendable, Codable {
  /// Items in fewer units are left out: they cannot be significant, and only cost power. At least 1.
  public var minimumItemCount: Int
  /// Pairs together in fewer units are not tested, unless ``findsAvoidance``. At least 1.
  public var minimumPairCount: Int
  /// Whether pairs are also tested that are seldom or never together.
  public var findsAvoidance: Bool

  /// Makes parameters.
  public init(minimumItemCount: Int = 5, minimumPairCount: Int = 3, findsAvoidance: Bool = false) {
    self.minimumItemCount = minimumItemCount
    self.minimumPairCount = minimumPairCount
    self.findsAvoidance = findsAvoidance
  }

  /// All pairs tested, by rising p-value, of equals by falling G², then by items.
  ///
  /// Pairs left out for being together too seldom count with a p-value of 1 in the q-values, which therefore hold. O(Σ
  /// squared set sizes + pairs · items' counts) time, O(threads · items) memory beside the answer; the same on any
  /// number of threads.
  ///
  /// - Throws: ``KernelError/parameter(name:value:allowed:)`` for one out of range.
  public func pairs(in sets: ItemSets, threadCount: Int? = nil) throws(KernelError) -> [PairAssociation] {
    for (name, value) in [("minimumItemCount", minimumItemCount), ("minimumPairCount", minimumPairCount)]
    where value < 1 {
      throw .parameter(name: name, value: Double(value), allowed: "1 or more")
    }
    let counts = sets.itemCounts
    let kept = counts.map { $0 >= minimumItemCount }
    let (places, starts) = sets.places()
    let ends = sets.ends()
    // Low items walk farther than high ones; short chunks dealt out in turn even that out.
    let rowLength = max(1, (sets.itemCount + 255) / 256)
    let parts = concurrentMap(count: (sets.itemCount + rowLength - 1) / rowLength, threadCount: threadCount) { part in
      var together = Array(repeating: 0, count: sets.itemCount)
      var found: [Candidate] = []
      for first in part * rowLength..<min(sets.itemCount, (part + 1) * rowLength) where kept[first] {
        count(partnersOf: places[starts[first]..<starts[first + 1]], in: sets, ends: ends, into: &together)
        for second in first + 1..<max(first + 1, sets.itemCount) where kept[second] {
          let both = together[second]
          guard both >= minimumPairCount || findsAvoidance else { continue }
          found.append(
            Candidate(
              first: first, second: second,
              table: ContingencyTable(
                both: both, firstOnly: counts[first] - both, secondOnly: counts[second] - both,
                neither: sets.unitCount - counts[first] - counts[second] + both)))
        }
        for index in together.indices { together[index] = 0 }
      }
      return found
    }
    let itemCount = Double(kept.count { $0 })
    return Self.ranked(parts.flatMap { $0 }, hypothesisCount: itemCount * (itemCount - 1) / 2)
  }

  private struct Candidate: Sendable {
    let first: Int
    let second: Int
    let table: ContingencyTable
    let pValue: Double
    let ratio: Double

    init(first: Int, second: Int, table: ContingencyTable) {
      self.first = first
      self.second = second
      self.table = table
      pValue = table.fisherPValue
      ratio = table.logLikelihoodRatio
    }
  }

  /// Adds up which higher items stand behind an item in its sets.
  private func count(partnersOf places: ArraySlice<Int>, in sets: ItemSets, ends: [Int], into together: inout [Int]) {
    for place in places {
      for other in place + 1..<max(place + 1, ends[place]) { together[Int(sets.items[other])] += 1 }
    }
  }

  private static func ranked(_ candidates: [Candidate], hypothesisCount: Double) -> [PairAssociation] {
    let ordered = candidates.sorted {
      ($0.pValue, -$0.ratio, $0.first, $0.second) < ($1.pValue, -$1.ratio, $1.first, $1.second)
    }
    let qValues = Statistics.falseDiscoveryQValues(ordered.map(\.pValue), hypothesisCount: hypothesisCount)
    return zip(ordered, qValues).map { candidate, qValue in
      PairAssociation(
        first: Int32(candidate.first), second: Int32(candidate.second), table: candidate.table,
        pValue: candidate.pValue, qValue: qValue)
    }
  }
}

extension ItemSets {
  /// By place in ``items``, where its set ends.
  fileprivate func ends() -> [Int] {
    var ends: [Int] = []
    ends.reserveCapacity(items.count)
    for unit in 0..<unitCount {
      for _ in offsets[unit]..<offsets[unit + 1] { ends.append(offsets[unit + 1]) }
    }
    return ends
  }
}
