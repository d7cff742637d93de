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
}
