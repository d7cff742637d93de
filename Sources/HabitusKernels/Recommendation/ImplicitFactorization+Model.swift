extension ImplicitFactorization {
  /// What the factorisation learned.
  ///
  /// Invariants: factors are finite; those of users without items, and of items without users, are zeros. Where
  /// equally scored items compete, the lower number comes first.
  public struct Model: Hashable, Sendable, Codable {
    /// What it was learned with.
    public let parameters: ImplicitFactorization
    /// Epochs that were run.
    public let epochCount: Int
    /// What a reader of the model should know.
    public let diagnostics: [Diagnostic]
    let users: FactorTable
    let items: FactorTable
    /// The sum of products of the items' factors, which is diagonal.
    let itemSpectrum: [Float]
    let userPenalties: FactorPenalties
    let itemPenalties: FactorPenalties

    /// Something worth knowing about a fit that still has an answer.
    public enum Diagnostic: Hashable, Sendable, Codable {
      /// A tolerance was asked for, and the loss was still falling by more after the last epoch.
      case notConverged(epochCount: Int)
    }

    init(
      parameters: ImplicitFactorization, users: FactorTable, items: FactorTable, itemSpectrum: [Float],
      userPenalties: FactorPenalties, itemPenalties: FactorPenalties, epochCount: Int, diagnostics: [Diagnostic]
    ) {
      self.parameters = parameters
      self.users = users
      self.items = items
      self.itemSpectrum = itemSpectrum
      self.userPenalties = userPenalties
      self.itemPenalties = itemPenalties
      self.epochCount = epochCount
      self.diagnostics = diagnostics
    }

    /// The same without the users that were learned, for whoever asks for folded users alone: their number is 0 then.
    public var withoutUsers: Model {
      Model(
        parameters: parameters, users: FactorTable(rowCount: 0, factorCount: users.factorCount), items: items,
        itemSpectrum: itemSpectrum, userPenalties: userPenalties, itemPenalties: itemPenalties, epochCount: epochCount,
        diagnostics: diagnostics)
    }

    /// Number of users that were learned.
    public var userCount: Int { users.rowCount }
    /// Number of items that were learned.
    public var itemCount: Int { items.rowCount }

    /// The factors of a user. Only products of factors have a meaning: another fit may have them turned.
    ///
    /// - Precondition: here and below, users and items are among those that were learned.
    public func factors(ofUser user: Int) -> [Float] { Array(users.row(user)) }

    /// The factors of an item.
    public func factors(ofItem item: Int) -> [Float] { Array(items.row(item)) }

    /// How much a user would take to an item: about 1 for sure, about 0 for not at all; not a probability.
    public func score(user: Int, item: Int) -> Double {
      zip(users.row(user), items.row(item)).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }

    /// The items that score best for a user, at most `count`, best first; only those that `isAllowed`, which is where
    /// to leave out what the user has seen. Nothing for a user without items. O(items · factors).
    public func recommendations(
      forUser user: Int, count: Int, where isAllowed: (Int) -> Bool = { _ in true }
    ) -> [ScoredItem] {
      recommendations(forFactors: Array(users.row(user)), count: count, where: isAllowed)
    }

    func recommendations(
      forFactors factors: [Float], count: Int, where isAllowed: (Int) -> Bool
    ) -> [ScoredItem] {
      guard factors.contains(where: { $0 != 0 }) else { return [] }
      return BestItems.of(items.products(with: factors), limit: count, where: isAllowed)
    }

    /// The cosine of two items' factors, −1…1; 0 where one has no users.
    public func similarity(ofItem first: Int, toItem second: Int) -> Double {
      let (first, second) = (items.row(first), items.row(second))
      func product(_ one: ArraySlice<Float>, _ other: ArraySlice<Float>) -> Double {
        zip(one, other).reduce(0) { $0 + Double($1.0) * Double($1.1) }
      }
      let lengths = (product(first, first) * product(second, second)).squareRoot()
      return lengths > 0 ? min(1, max(-1, product(first, second) / lengths)) : 0
    }

    /// The items whose factors point in the most similar direction, by their cosine, at most `count`, best first;
    /// without the item itself, and only those that `isAllowed`. Nothing for an item without users.
    /// O(items · factors).
    public func similarItems(
      toItem item: Int, count: Int, where isAllowed: (Int) -> Bool = { _ in true }
    ) -> [ScoredItem] {
      var best = BestItems(limit: count)
      guard items.row(item).contains(where: { $0 != 0 }) else { return [] }
      for other in 0..<itemCount where other != item {
        let candidate = ScoredItem(item: other, score: similarity(ofItem: item, toItem: other))
        if best.wants(candidate), isAllowed(other) { best.insert(candidate) }
      }
      return best.sorted
    }

    /// What the factorisation minimises, over these interactions. O(interactions · factors + rows · factors²).
    ///
    /// - Throws: ``KernelError/sampleCount(expected:found:)`` for another number of users than learned,
    ///   ``KernelError/columnCount(expected:found:)`` for another number of items.
    public func loss(on interactions: Interactions, threadCount: Int? = nil) throws(KernelError) -> Double {
      guard interactions.userCount == userCount else {
        throw .sampleCount(expected: userCount, found: interactions.userCount)
      }
      guard interactions.itemCount == itemCount else {
        throw .columnCount(expected: itemCount, found: interactions.itemCount)
      }
      return implicitLoss(
        FactorSide(interactions.byUser, userPenalties, parameters, factors: users),
        FactorSide(interactions.byItem, itemPenalties, parameters, factors: items), threadCount: threadCount)
    }
  }
}

extension ImplicitFactorization.Model {
  private enum CodingKeys: String, CodingKey {
    case parameters, epochCount, diagnostics, users, items, itemSpectrum, userPenalties, itemPenalties
  }

  /// Reads a model, and refuses one whose parts do not fit each other.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      parameters: try container.decode(ImplicitFactorization.self, forKey: .parameters),
      users: try container.decode(FactorTable.self, forKey: .users),
      items: try container.decode(FactorTable.self, forKey: .items),
      itemSpectrum: try container.decode([Float].self, forKey: .itemSpectrum),
      userPenalties: try container.decode(FactorPenalties.self, forKey: .userPenalties),
      itemPenalties: try container.decode(FactorPenalties.self, forKey: .itemPenalties),
      epochCount: try container.decode(Int.self, forKey: .epochCount),
      diagnostics: try container.decode([Diagnostic].self, forKey: .diagnostics))
    let counts = [users.factorCount, items.factorCount, itemSpectrum.count]
    guard counts.allSatisfy({ $0 == parameters.factorCount }) else {
      throw DecodingError.dataCorruptedError(
        forKey: .items, in: container,
        debugDescription: "users, items and spectrum have \(counts) factors instead of \(parameters.factorCount)")
    }
  }
}
