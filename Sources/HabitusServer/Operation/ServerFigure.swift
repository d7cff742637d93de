/// A figure for `/metrics` of something that runs beside the server.
public struct ServerFigure: Sendable {
  /// How a figure develops.
  public enum Value: Sendable {
    /// It only grows.
    case counter(Double)
    /// It goes up and down.
    case gauge(Double)
    /// Counts of what was at most each bound and above the one before, last of what is above all, and the sum of all.
    case histogram(bounds: [Double], counts: [Int], sum: Double)
  }

  /// Its name, without the prefix `habitus_`.
  public var name: String
  /// What it says, in a sentence.
  public var help: String
  /// Its value.
  public var value: Value

  /// Makes a figure from its parts.
  public init(_ name: String, _ help: String, _ value: Value) {
    self.name = name
    self.help = help
    self.value = value
  }

  func write(to text: inout PrometheusText) {
    let name = "habitus_" + self.name
    switch value {
    case .counter(let value): text.single(name, .counter, help, value)
    case .gauge(let value): text.single(name, .gauge, help, value)
    case .histogram(let bounds, let counts, let sum):
      text.begin(name, .histogram, help)
      var total = 0
      for (bound, count) in zip(bounds + [.infinity], counts) {
        total += count
        text.sample(name + "_bucket", ["le": PrometheusText.number(bound)], total)
      }
      text.sample(name + "_sum", [:], sum)
      text.sample(name + "_count", [:], total)
    }
  }
}
