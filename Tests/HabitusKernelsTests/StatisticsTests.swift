import HabitusKernels
import Testing

@Suite("Statistics")
struct StatisticsTests {
  let values = [3.5, -1.25, 0.0, 7.75, 2.5, 2.5, 11.0]

  @Test("quantiles equal numpy's", .tags(.reference))
  func quantilesEqualNumpy() throws {
    let expected = [-1.25, -0.4999999999999999, 1.25, 2.5, 6.135000000000001, 10.024999999999999, 11.0]
    for (probability, expected) in zip([0, 0.1, 0.25, 0.5, 0.77, 0.95, 1], expected) {
      #expect(agree(try #require(Statistics.quantile(probability, of: values)), expected, tolerance: 1e-15))
    }
  }

  @Test("quantiles leave NaN out, and are nil where nothing is left")
  func quantilesLeaveNaNOut() {
    #expect(Statistics.median(of: [.nan, 4, 1, .nan, 2]) == 2)
    #expect(Statistics.median(of: [4, 1, 2, 3]) == 2.5)
    #expect(Statistics.quantile(0.3, of: [7]) == 7)
    #expect(Statistics.quantile(0.3, of: [.nan]) == nil)
    #expect(Statistics.median(of: []) == nil)
  }

  @Test("moments equal numpy's and scipy's", .tags(.reference))
  func momentsEqualNumpy() throws {
    let moments = Moments(of: values)
    #expect(moments.count == 7)
    #expect(agree(try #require(moments.mean), 3.7142857142857144))
    #expect(agree(try #require(moments.populationVariance), 15.82908163265306))
    #expect(agree(try #require(moments.sampleVariance), 18.4672619047619))
    #expect(agree(try #require(moments.skewness), 0.6244751139378263))
  }

  @Test("moments of parts merge into those of the whole", .tags(.differential), arguments: 0..<8)
  func momentsMerge(split: Int) throws {
    let merged = Moments(of: values.prefix(split)).merging(Moments(of: values.dropFirst(split)))
    let whole = Moments(of: values)
    #expect(merged.count == whole.count)
    #expect(agree(try #require(merged.mean), try #require(whole.mean)))
    #expect(agree(try #require(merged.populationVariance), try #require(whole.populationVariance)))
    #expect(agree(try #require(merged.skewness), try #require(whole.skewness)))
  }

  @Test("variance is exact far from the origin, where the textbook sum of squares fails")
  func varianceIsStable() {
    // 10⁹ + (4, 7, 13, 16): mean 10⁹ + 10, squared deviations 36 + 9 + 9 + 36.
    #expect(Moments(of: [1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16]).sampleVariance == 30)
  }

  @Test("moments that do not exist are nil")
  func missingMoments() {
    #expect(Moments().mean == nil && Moments().populationVariance == nil && Moments().skewness == nil)
    let one = Moments(of: [5, .nan])
    #expect(one.mean == 5 && one.populationVariance == 0 && one.sampleVariance == nil && one.skewness == nil)
    #expect(Statistics.mean(of: [1, .nan, 3]) == 2)
    #expect(Statistics.sampleVariance(of: [1, .nan, 3]) == 2)
  }

  @Test("entropy equals scipy's; one kind has none, equal kinds have the logarithm of their number")
  func entropy() throws {
    #expect(agree(try #require(Statistics.entropyInBits(ofCounts: [5, 0, 2, 1])), 1.2987949406953987))
    #expect(Statistics.entropyInBits(ofCounts: [3, 3, 3, 3]) == 2)
    #expect(Statistics.entropyInBits(ofCounts: [0, 9]) == 0)
    #expect(Statistics.entropyInBits(ofCounts: [0, 0]) == nil)
    #expect(Statistics.entropyInBits(ofCounts: []) == nil)
  }

  @Test("the circular mean of hours crosses midnight, as scipy's", .tags(.reference))
  func circularMean() throws {
    let hours = try #require(CircularSummary(of: [23.0, 1.0, 0.5, 22.25, 12.0, .nan]))
    #expect(agree(try #require(hours.mean), 23.57944748117959))
    #expect(agree(hours.concentration, 0.5674698400704413))
  }

  @Test("opposite hours have no mean, one hour is its own, weights count as repeats, nothing is nil")
  func circularEdges() throws {
    let opposite = try #require(CircularSummary(of: [3, 15]))
    #expect(opposite.mean == nil && opposite.concentration < 1e-6)
    let one = try #require(CircularSummary(of: [6]))
    #expect(agree(try #require(one.mean), 6) && agree(one.concentration, 1))
    let weighted = try #require(CircularSummary(of: [5, 9], weights: [2, 1]))
    let repeated = try #require(CircularSummary(of: [5, 5, 9]))
    #expect(agree(try #require(weighted.mean), try #require(repeated.mean)))
    #expect(agree(weighted.concentration, repeated.concentration))
    #expect(CircularSummary(of: []) == nil)
    #expect(CircularSummary(of: [.nan]) == nil)
  }

  @Test(
    "Wilson's interval equals scipy's", .tags(.reference),
    arguments: [
      (8.0, 10.0, 0.95, 0.4901624715366418, 0.9433178485456248), (0, 7, 0.9, 0.0, 0.27876269545254206),
      (40, 1000, 0.99, 0.0268364621878075, 0.05922740952332678),
    ])
  func wilson(successes: Double, trials: Double, confidence: Double, low: Double, high: Double) throws {
    let interval = try #require(
      Statistics.wilsonInterval(successes: successes, trials: trials, confidence: confidence))
    #expect(agree(interval.lowerBound, low) && agree(interval.upperBound, high))
  }

  @Test("Wilson's interval needs trials, and ends at 1 where all succeed")
  func wilsonEdges() {
    #expect(Statistics.wilsonInterval(successes: 0, trials: 0) == nil)
    #expect(Statistics.wilsonInterval(successes: 4, trials: 4)?.upperBound == 1)
  }

  @Test("q-values equal scipy's, with ties", .tags(.reference))
  func qValues() {
    let found = Statistics.falseDiscoveryQValues([0.01, 0.04, 0.03, 0.005, 0.55, 0.04, 1.0])
    let expected = [0.035, 0.056, 0.056, 0.035, 0.6416666666666667, 0.056, 1.0]
    #expect(zip(found, expected).allSatisfy { agree($0, $1) })
    #expect(Statistics.falseDiscoveryQValues([]).isEmpty)
  }

  @Test("hypotheses that are not listed count as p-values of 1")
  func unlistedHypotheses() {
    let listed = Statistics.falseDiscoveryQValues([0.001, 0.2, 0.01, 1, 1, 1])
    let unlisted = Statistics.falseDiscoveryQValues([0.001, 0.2, 0.01], hypothesisCount: 6)
    #expect(unlisted == Array(listed.prefix(3)))
  }
}
