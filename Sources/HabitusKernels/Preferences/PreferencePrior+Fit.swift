extension PreferencePrior {
  /// A prior learned from users.
  public struct Fit: Hashable, Sendable, Codable {
    /// The prior.
    public let prior: PreferencePrior
    /// How many users it was learned from; with fewer than two it is the default.
    public let userCount: Int
  }

  /// Learns a prior from users: the one that best foretells the later events of each user from the earlier ones.
  ///
  /// A user's active days are cut into blocks of a fifth of the events, but three at least. Each block is foretold from
  /// the days before it, decayed as scores are, and the first from the population alone. Strength, worth and renewal
  /// have the greatest likelihood of the blocks' counts, which are Dirichlet-multinomial (Minka, "Estimating a
  /// Dirichlet distribution", 2000); then drift and spread that of the counts of the values that would be told, which
  /// are beta-binomial. The latest block counts four times as much as an earlier one: the present is to be foretold.
  /// The population's shares are those of the other users. Every positive event counts once, whatever its weight.
  ///
  /// Weak beliefs keep few users from extremes: the logarithms of strength and worth are normal around those of 10 and
  /// 1 with deviations 2 and 0.3, and what moves is rather small than large. The strength lies in 0.05…10⁵: at the
  /// upper end all users are alike.
  ///
  /// - Parameters:
  ///   - states: one a user; those without positive events are left out.
  ///   - maximumUserCount: the most users to learn from, at least 1, evenly spread over `states` if there are more.
  /// - Throws: ``KernelError/parameter(name:value:allowed:)`` for a number out of range.
  /// - Complexity: O(cells) to prepare, then some hundred times O(cells of the users learned from).
  public static func fit(
    to states: [PreferenceState], _ decay: ExponentialDecay, maximumUserCount: Int = 2_000
  ) throws(KernelError) -> Fit {
    guard maximumUserCount >= 1 else {
      throw .parameter(name: "maximumUserCount", value: Double(maximumUserCount), allowed: "1 or more")
    }
    let users = states.filter { state in state.cells.contains { $0.countFor > 0 } }
    let stride = max(1, (users.count + maximumUserCount - 1) / maximumUserCount)
    let sample = Swift.stride(from: 0, to: users.count, by: stride).map { users[$0] }
    guard sample.count >= 2 else { return Fit(prior: unmoved(10, 1, 0), userCount: sample.count) }
    let blocks = PreferenceBlocks(sample, decay).predicted
    return Fit(prior: withMovement(shrinkage(blocks), blocks), userCount: sample.count)
  }

  private static func unmoved(_ strength: Double, _ eventWorth: Double, _ renewalPerDay: Double) -> PreferencePrior {
    PreferencePrior(
      checked: strength, eventWorth: eventWorth, renewalPerDay: renewalPerDay, driftPerDay: 0, userSpread: 0)
  }

  /// Strength, worth and renewal.
  private static func shrinkage(_ blocks: PredictedBlocks) -> PreferencePrior {
    func prior(_ logarithms: [Double]) -> PreferencePrior {
      unmoved(Double.exp(logarithms[0]), Double.exp(logarithms[1]), Double.exp(logarithms[2]))
    }
    let least = Double.log(1e-6)
    let search = SimplexSearch(
      bounds: [Double.log(0.05)...Double.log(1e5), Double.log(0.02)...0, least...0], tolerance: 1e-3,
      maximumEvaluations: 150)
    let start = [Double.log(10), Double.log(0.9), Double.log(1e-3)]
    let best = search.maximum(from: start, steps: [1, -0.3, 2]) { point in
      let deviations = [(point[0] - Double.log(10)) / 2, point[1] / 0.3, (point[2] - least) / 4]
      return blocks.jointLogLikelihood(prior(point)) - deviations.reduce(0) { $0 + $1 * $1 } / 2
    }
    return prior(best.point)
  }

  /// Drift and spread, given the rest.
  private static func withMovement(_ prior: PreferencePrior, _ blocks: PredictedBlocks) -> PreferencePrior {
    func moved(_ logarithms: [Double]) -> PreferencePrior {
      PreferencePrior(
        checked: prior.strength, eventWorth: prior.eventWorth, renewalPerDay: prior.renewalPerDay,
        driftPerDay: Double.exp(logarithms[0]), userSpread: Double.exp(logarithms[1]))
    }
    let least = [Double.log(1e-6), Double.log(1e-4)]
    let search = SimplexSearch(bounds: [least[0]...0, least[1]...2], tolerance: 1e-3, maximumEvaluations: 100)
    // There may be two tops, as either explains some of what the other does.
    let starts = [[Double.log(1e-3), Double.log(0.03)], [Double.log(0.1), Double.log(1e-3)]]
    let tops = starts.map { start in
      search.maximum(from: start, steps: [2, 2]) { point in
        let deviations = zip(point, least).map { ($0 - $1) / 4 }
        return blocks.marginalLogLikelihood(moved(point)) - deviations.reduce(0) { $0 + $1 * $1 } / 2
      }
    }
    return moved((tops.max { $0.value < $1.value } ?? tops[0]).point)
  }
}
