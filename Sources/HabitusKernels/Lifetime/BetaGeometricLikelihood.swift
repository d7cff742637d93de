/// The log-likelihood of BG/NBD parameters, with first and second derivatives, for customers of whom equal ones are
/// counted.
///
/// Equation 6 of Fader, Hardie and Lee (2005), in logarithms. A customer with x repeats is active, with log-likelihood
/// A = −(r + x)·ln(1 + age/α), or has left after the last, with L = ln(a/(b + x − 1)) − (r + x)·ln(1 + recency/α) for
/// x > 0; to ln(eᴬ + eᴸ) come terms in x alone. Times are in units of the longest age.
struct BetaGeometricLikelihood: Sendable {
  /// Customers that have all three numbers in common.
  private struct Group {
    /// Index of the frequency among the distinct ones.
    let frequencyIndex: Int
    let recency: Double
    let age: Double
    var count: Double
  }

  /// What a sum over groups needs by distinct frequency.
  private struct FrequencyTerms {
    let exponent: Double
    /// ln(a/(b + x − 1)).
    let logLeaving: Double
    /// b/(b + x − 1).
    let share: Double
  }

  /// The unit that times are scaled by.
  let timeUnit: Double
  let sampleCount: Int
  /// Number of repeats in all.
  let repeatCount: Double
  /// Sum of ages, scaled.
  let totalAge: Double
  /// Ascending, with how many customers have them.
  private var frequencies: [(value: Double, count: Double)] = []
  /// By ascending frequency.
  private var groups: [Group] = []
  private let chunks: Chunks

  /// Groups customers. O(*n* log *n*).
  ///
  /// - Throws: ``KernelError``: `noSamples` without customers, `parameter` where nobody has repeats.
  init(_ customers: [RecencyFrequency]) throws(KernelError) {
    guard !customers.isEmpty else { throw .noSamples }
    guard customers.contains(where: { $0.frequency > 0 }) else {
      throw .parameter(name: "frequency", value: 0, allowed: "above 0 for at least one customer")
    }
    let unit = customers.lazy.map(\.age).max() ?? 1
    let sorted = customers.sorted {
      ($0.frequency, $0.recency, $0.age) < ($1.frequency, $1.recency, $1.age)
    }
    var previous: RecencyFrequency?
    for customer in sorted {
      if customer == previous {
        groups[groups.count - 1].count += 1
      } else {
        if customer.frequency != previous?.frequency { frequencies.append((Double(customer.frequency), 0)) }
        groups.append(
          Group(
            frequencyIndex: frequencies.count - 1, recency: customer.recency / unit, age: customer.age / unit, count: 1)
        )
      }
      frequencies[frequencies.count - 1].count += 1
      previous = customer
    }
    timeUnit = unit
    sampleCount = customers.count
    repeatCount = frequencies.reduce(0) { $0 + $1.value * $1.count }
    totalAge = groups.reduce(0) { $0 + $1.age * $1.count }
    chunks = Chunks(rowCount: groups.count)
  }

  /// The mean log-likelihood of a customer at ln r, ln α, ln a and ln b, times and α in units of `timeUnit`.
  ///
  /// O(groups + distinct frequencies); the same to the bit on any number of threads.
  func point(at logParameters: [Double], threadCount: Int?) -> LogLikelihoodPoint {
    let parameters = logParameters.map(Double.exp)
    let (r, alpha, a, b) = (parameters[0], parameters[1], parameters[2], parameters[3])
    let terms = frequencies.map { frequency in
      let rest = b + max(0, frequency.value - 1)
      return FrequencyTerms(exponent: r + frequency.value, logLeaving: Double.log(a / rest), share: b / rest)
    }
    var sums = frequencySums(r, a, b)
    sums.value -= repeatCount * logParameters[1]
    sums.gradient[1] -= repeatCount
    for part in chunks.map(threadCount: threadCount, { groupSums($0, r, alpha, terms) }) { sums.add(part) }
    return sums.mean(of: Double(sampleCount), order: 4)
  }

  /// The sum of the terms in frequencies alone, ln of Γ(r + x)/Γ(r) · Γ(b + x)/Γ(b) · Γ(a + b)/Γ(a + b + x).
  private func frequencySums(_ r: Double, _ a: Double, _ b: Double) -> LogLikelihoodSums {
    var sums = LogLikelihoodSums()
    for (x, count) in frequencies where x > 0 {
      let value =
        Double.logGammaRise(r, by: x) + Double.logGammaRise(b, by: x) - Double.logGammaRise(a + b, by: x)
      let both = (Double.digammaRise(a + b, by: x), Double.trigammaRise(a + b, by: x))
      let slopes = (
        r * Double.digammaRise(r, by: x), -a * both.0, b * (Double.digammaRise(b, by: x) - both.0)
      )
      sums.value += count * value
      sums.gradient += count * SIMD4(slopes.0, 0, slopes.1, slopes.2)
      sums.rows.0[0] += count * (r * r * Double.trigammaRise(r, by: x) + slopes.0)
      sums.rows.2[2] += count * (slopes.1 - a * a * both.1)
      sums.rows.2[3] -= count * a * b * both.1
      sums.rows.3[3] += count * (slopes.2 + b * b * (Double.trigammaRise(b, by: x) - both.1))
    }
    return sums
  }

  /// The sum over some groups of ln(eᴬ + eᴸ).
  private func groupSums(
    _ indices: Range<Int>, _ r: Double, _ alpha: Double, _ terms: [FrequencyTerms]
  ) -> LogLikelihoodSums {
    var sums = LogLikelihoodSums()
    for group in groups[indices] {
      let term = terms[group.frequencyIndex]
      let (exponent, count) = (term.exponent, group.count)
      let logAge = Double.log(onePlus: group.age / alpha)
      let ageShare = group.age / (alpha + group.age)
      guard group.recency > 0 else {
        sums.value -= count * exponent * logAge
        sums.addActive(count, r, exponent, logAge, ageShare)
        continue
      }
      let logRecency = Double.log(onePlus: group.recency / alpha)
      let recencyShare = group.recency / (alpha + group.recency)
      let logOdds = exponent * (logAge - logRecency) + term.logLeaving
      let smaller = Double.exp(-abs(logOdds))
      let left = (logOdds < 0 ? smaller : 1) / (1 + smaller)
      sums.value += count * (max(0, logOdds) + Double.log(onePlus: smaller) - exponent * logAge)
      sums.addActive(count * (1 - left), r, exponent, logAge, ageShare)
      sums.addActive(count * left, r, exponent, logRecency, recencyShare)
      sums.gradient += count * left * SIMD4(0, 0, 1, -term.share)
      sums.rows.3[3] -= count * left * term.share * (1 - term.share)
      // How the odds to have left change, whose variance is what a mixture adds.
      let change = SIMD4(
        r * (logAge - logRecency), exponent * (recencyShare - ageShare), 1, -term.share)
      sums.addSquare(of: change, weight: count * left * (1 - left))
    }
    return sums
  }
}
