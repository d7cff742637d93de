/// The identifier a user is known by in the product's own tracking, exactly as it came.
///
/// Two identifiers are the same when their UTF-8 bytes are: composed and decomposed letters differ, as they do in the store.
public struct UserID: RawRepresentable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
  /// The identifier as text.
  public let rawValue: String

  /// Takes an identifier as it came.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// Takes an identifier as it came.
  public init(_ text: String) { self.rawValue = text }

  /// Takes an identifier written in source code.
  public init(stringLiteral text: String) { self.rawValue = text }

  /// The identifier as text.
  public var description: String { rawValue }
}

extension UserID: Hashable {
  /// Compares UTF-8 bytes.
  public static func == (a: UserID, b: UserID) -> Bool { a.rawValue.utf8.elementsEqual(b.rawValue.utf8) }

  /// Hashes the UTF-8 bytes.
  public func hash(into hasher: inout Hasher) {
    for byte in rawValue.utf8 { hasher.combine(byte) }
    hasher.combine(0xff as UInt8)
  }
}

extension UserID: Comparable {
  /// Orders identifiers by their UTF-8 bytes.
  public static func < (a: UserID, b: UserID) -> Bool { a.rawValue.utf8.lexicographicallyPrecedes(b.rawValue.utf8) }
}

extension UserID: Codable {
  /// Reads an identifier from a single string.
  public init(from decoder: any Decoder) throws {
    rawValue = try decoder.singleValueContainer().decode(String.self)
  }

  /// Writes the identifier as a single string.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(rawValue)
  }
}
