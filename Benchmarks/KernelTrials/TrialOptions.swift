/// Named values of a call.
struct TrialOptions {
  private var values: [String: String] = [:]

  init(_ words: some Sequence<String>) throws {
    for word in words {
      let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2 else { throw TrialError.option(word) }
      values[parts[0]] = parts[1]
    }
  }

  func integer(_ name: String, _ standard: Int) throws -> Int {
    guard let text = values[name] else { return standard }
    guard let value = Int(text) else { throw TrialError.option("\(name)=\(text)") }
    return value
  }

  func number(_ name: String, _ standard: Double) throws -> Double {
    guard let text = values[name] else { return standard }
    guard let value = Double(text) else { throw TrialError.option("\(name)=\(text)") }
    return value
  }

  func `is`(_ name: String, _ value: String) -> Bool { values[name] == value }

  func flag(_ name: String) -> Bool { values[name] == "true" }
}
