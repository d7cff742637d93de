import Foundation

/// Answers as JSON: keys in snake case and in alphabetical order, on several lines where a person looks.
enum JSONText {
  static func text(of answer: some Encodable, isPretty: Bool) throws -> String {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if isPretty { encoder.outputFormatting.insert(.prettyPrinted) }
    return String(decoding: try encoder.encode(answer), as: UTF8.self)
  }
}
