/// A strict reader of the text format of Prometheus, version 0.0.4.
struct PrometheusParser {
  struct Failure: Error { let line: String, reason: String }

  struct Sample: Equatable {
    var name: String
    var labels: [String: String]
    var value: Double
  }

  private(set) var types: [String: String] = [:]
  private(set) var samples: [Sample] = []

  init(_ text: String) throws {
    guard text.hasSuffix("\n") else { throw Failure(line: "", reason: "no line end at the end") }
    var helps: Set<String> = []
    var current = ""
    var finished: Set<String> = []
    var seen: Set<String> = []
    for line in text.dropLast().split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
      func fail(_ reason: String) -> Failure { Failure(line: line, reason: reason) }
      if line.hasPrefix("# HELP ") {
        let parts = line.split(separator: " ", maxSplits: 3)
        guard parts.count == 4 else { throw fail("no help") }
        guard helps.insert(String(parts[2])).inserted else { throw fail("second help") }
      } else if line.hasPrefix("# TYPE ") {
        let parts = line.split(separator: " ")
        guard parts.count == 4, ["counter", "gauge", "histogram"].contains(parts[3]) else { throw fail("type") }
        let name = String(parts[2])
        guard helps.contains(name), types[name] == nil else { throw fail("type without help, or twice") }
        if !current.isEmpty { finished.insert(current) }
        current = name
        types[name] = String(parts[3])
      } else {
        let sample = try Self.sample(line)
        var base = sample.name
        if types[current] == "histogram" {
          for suffix in ["_bucket", "_sum", "_count"] where base == current + suffix { base = current }
        }
        guard base == current, !finished.contains(base) else { throw fail("sample outside its metric") }
        guard seen.insert("\(sample.name)\(sample.labels.sorted { $0.key < $1.key })").inserted else {
          throw fail("sample twice")
        }
        samples.append(sample)
      }
    }
  }

  subscript(name: String, labels: [String: String]) -> Double? {
    samples.first { $0.name == name && $0.labels == labels }?.value
  }

  private static func sample(_ line: String) throws -> Sample {
    func fail(_ reason: String) -> Failure { Failure(line: line, reason: reason) }
    var rest = Substring(line)
    let name = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == ":") }
    guard let first = name.first, !first.isNumber else { throw fail("name") }
    rest = rest.dropFirst(name.count)
    var labels: [String: String] = [:]
    if rest.first == "{" {
      rest = rest.dropFirst()
      while rest.first != "}" {
        let label = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        rest = rest.dropFirst(label.count)
        guard !label.isEmpty, rest.hasPrefix("=\"") else { throw fail("label") }
        rest = rest.dropFirst(2)
        var value = ""
        while let character = rest.first, character != "\"" {
          rest = rest.dropFirst()
          if character == "\\" {
            guard let escaped = rest.popFirst(), let plain = ["\\": "\\", "n": "\n", "\"": "\""][escaped] else {
              throw fail("escape")
            }
            value += plain
          } else {
            value.append(character)
          }
        }
        guard rest.popFirst() == "\"", labels.updateValue(value, forKey: String(label)) == nil else {
          throw fail("value")
        }
        if rest.first == "," { rest = rest.dropFirst() } else if rest.first != "}" { throw fail("separator") }
      }
      rest = rest.dropFirst()
    }
    guard rest.first == " ", let value = number(String(rest.dropFirst())) else { throw fail("number") }
    return Sample(name: String(name), labels: labels, value: value)
  }

  private static func number(_ text: String) -> Double? {
    switch text {
    case "+Inf": .infinity
    case "-Inf": -.infinity
    case "NaN": .nan
    default: text.allSatisfy { "0123456789.eE+-".contains($0) } ? Double(text) : nil
    }
  }
}
