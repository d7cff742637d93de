internal import Foundation

/// How models are written into the store.
enum ModelCoding {
  static func data(of model: some Encodable) throws -> [UInt8] {
    let encoder = PropertyListEncoder()
    encoder.outputFormat = .binary
    return Array(try encoder.encode(model))
  }

  static func model<Model: Decodable>(_ type: Model.Type, from data: [UInt8]) throws -> Model {
    try PropertyListDecoder().decode(type, from: Data(data))
  }

  /// The model; `nil` where it was written by a version with other models, and must be learned anew.
  static func modelIfKnown<Model: Decodable>(_ type: Model.Type, from data: [UInt8]) throws -> Model? {
    do {
      return try model(type, from: data)
    } catch is DecodingError {
      return nil
    }
  }

  /// How many are kept of a large model that is only asked for as it was last.
  static let largeModelCount = 2
}
