import Foundation

/// Reference values that are too long to quote, beside the tests in the folder Reference.
enum ReferenceData {
  /// Reads `name`.json, which a script of the same name in Scripts/reference wrote.
  static func read<Value: Decodable>(_ name: String, as type: Value.Type = Value.self) throws -> Value {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Reference/\(name).json")
    return try JSONDecoder().decode(type, from: Data(contentsOf: file))
  }
}
