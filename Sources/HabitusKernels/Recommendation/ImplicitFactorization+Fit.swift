extension ImplicitFactorization.Plan {
  /// Learns factors. The result does not depend on `threadCount` (`nil`: one a processor).
  ///
  /// An epoch takes O(interactions · factors · steps + (users + items) · factors² + factors³); `checkpoint` is called
  /// after every epoch.
  public func fit(
    threadCount: Int? = nil, checkpoint: Checkpoint
  ) throws(CancellationError) -> ImplicitFactorization.Model {
    var turns = AlternatingTurns(interactions, parameters, threadCount: threadCount)
    var (loss, epochCount, isConverged) = (Double.infinity, 0, parameters.tolerance == 0)
    while epochCount < parameters.maximumEpochs {
      turns.improveItems()
      turns.improveUsers()
      epochCount += 1
      try checkpoint(FitProgress(completedCount: epochCount, maximumCount: parameters.maximumEpochs))
      guard parameters.tolerance > 0 else { continue }
      let before = loss
      loss = turns.loss
      isConverged = before.isFinite && before - loss < parameters.tolerance * before
      if isConverged { break }
    }
    return ImplicitFactorization.Model(
      parameters: parameters, users: turns.users.factors, items: turns.items.factors,
      itemSpectrum: Array(turns.spectrum.prefix(parameters.factorCount)), userPenalties: turns.userPenalties,
      itemPenalties: turns.itemPenalties,
      epochCount: epochCount, diagnostics: isConverged ? [] : [.notConverged(epochCount: epochCount)])
  }

  /// ``fit(threadCount:checkpoint:)`` without checkpoints.
  public func fit(threadCount: Int? = nil) -> ImplicitFactorization.Model {
    do {
      return try fit(threadCount: threadCount) { (_) throws(CancellationError) in }
    } catch {
      preconditionFailure("a fit without checkpoints is never cancelled")
    }
  }
}

/// The two sides of a fit, each improved in turn.
private struct AlternatingTurns {
  private let parameters: ImplicitFactorization
  private let threadCount: Int?
  let userPenalties: FactorPenalties
  let itemPenalties: FactorPenalties
  private(set) var users: FactorSide
  private(set) var items: FactorSide
  /// The sums of squares of the factors, axis by axis, of the side that stayed in the latest turn.
  private(set) var spectrum: [Float] = []

  init(_ interactions: Interactions, _ parameters: ImplicitFactorization, threadCount: Int?) {
    self.parameters = parameters
    self.threadCount = threadCount
    userPenalties = FactorPenalties(
      parameters, rowSums: interactions.byUser.rowSums, columnCount: interactions.itemCount)
    itemPenalties = FactorPenalties(
      parameters, rowSums: interactions.byItem.rowSums, columnCount: interactions.userCount)
    users = FactorSide(interactions.byUser, userPenalties, parameters)
    items = FactorSide(interactions.byItem, itemPenalties, parameters)
    start()
  }

  /// Users begin near the leading singular vectors of who interacted with what, found by subspace iteration (Halko,
  /// Martinsson and Tropp, SIAM Review 53, 2011, doi:10.1137/090771806): many epochs nearer than random factors.
  private mutating func start() {
    var generator = SplitMix64(seed: parameters.seed)
    items.addNoise(&generator)
    users.gather(from: items.factors, threadCount: threadCount)
    users.scaleAxes(byPower: -1, threadCount: threadCount)
    items.gather(from: users.factors, threadCount: threadCount)
    items.scaleAxes(byPower: -1, threadCount: threadCount)
    users.gather(from: items.factors, threadCount: threadCount)
    users.scaleAxes(byPower: -0.5, threadCount: threadCount)
    // So that no axis is dead where there are fewer singular vectors than factors.
    users.addNoise(&generator)
    items.clear()
  }

  mutating func improveItems() {
    rotateOntoAxes(of: users.factors)
    items.improve(
      given: users.factors, spectrum: spectrum, stepCount: parameters.stepCount, threadCount: threadCount)
  }

  mutating func improveUsers() {
    rotateOntoAxes(of: items.factors)
    users.improve(
      given: items.factors, spectrum: spectrum, stepCount: parameters.stepCount, threadCount: threadCount)
  }

  /// Turns both sides so that the sum of products of one becomes diagonal; no product of a user and an item changes.
  private mutating func rotateOntoAxes(of side: FactorTable) {
    let axes = SymmetricEigenDecomposition(of: side.gram(threadCount: threadCount), order: side.factorCount)
    // Rounding may leave the least of them a little below zero.
    spectrum = axes.values.map { Float(max(0, $0)) } + Array(repeating: 0, count: side.stride - side.factorCount)
    let rotation = axes.vectors.map { Float($0) }
    users.rotate(by: rotation, threadCount: threadCount)
    items.rotate(by: rotation, threadCount: threadCount)
  }

  var loss: Double { implicitLoss(users, items, threadCount: threadCount) }
}

/// What the factorisation minimises: every pair as if it had not interacted, what those that did add, and penalties.
func implicitLoss(_ users: FactorSide, _ items: FactorSide, threadCount: Int?) -> Double {
  let grams = zip(users.factors.gram(threadCount: threadCount), items.factors.gram(threadCount: threadCount))
  return grams.reduce(0) { $0 + $1.0 * $1.1 }
    + users.interactionLoss(given: items.factors, threadCount: threadCount) + users.penalty + items.penalty
}
