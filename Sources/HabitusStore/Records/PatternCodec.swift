internal import Foundation
internal import HabitusModel

/// The stored form of a profile's patterns: JSON, since they have many parts of which most are absent.
enum PatternCodec {
  static func encode(_ patterns: [Pattern]) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return Array(try encoder.encode(patterns))
  }

  static func decode(_ reader: inout ByteReader) throws -> [Pattern] {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    do {
      return try decoder.decode([Pattern].self, from: Data(reader.rest()))
    } catch {
      throw StoreError.damaged("a profile has patterns that cannot be read: \(error)")
    }
  }
}
