internal import Foundation
internal import HTTPTypes

/// Finds what may be keys in the places where trackers put them.
enum Credentials {
  /// The parameters of a query that hold a key.
  static let queryNames: Set<String> = ["api_key", "writeKey", "write_key", "token", "token_auth"]
  /// Longer texts are no keys.
  static let maximumByteCount = 512

  /// What may be a key, in this order: user name of Basic, or Bearer; `X-API-Key`; parameters of the query.
  static func candidates(headers: HTTPFields, query: String) -> [String] {
    var found: [String] = []
    if let text = headers[.authorization].flatMap(fromAuthorization) { found.append(text) }
    if let text = headers[.apiKey] { found.append(text) }
    if !query.isEmpty { found += QueryText.values(of: queryNames, in: query) }
    return found.filter(isPossible)
  }

  /// Whether a text can be a key at all.
  static func isPossible(_ text: String) -> Bool { !text.isEmpty && text.utf8.count <= maximumByteCount }

  /// The key of a header `Authorization`.
  static func fromAuthorization(_ value: String) -> String? {
    guard value.utf8.count <= 4 * maximumByteCount else { return nil }
    let parts = value.split(separator: " ", maxSplits: 1)
    guard parts.count == 2 else { return nil }
    let text = parts[1].drop { $0 == " " }
    switch parts[0].lowercased() {
    case "bearer": return String(text)
    case "basic":
      guard let data = Data(base64Encoded: String(text)), let pair = String(data: data, encoding: .utf8) else {
        return nil
      }
      return String(pair.prefix { $0 != ":" })
    default: return nil
    }
  }
}

extension HTTPField.Name {
  /// Two literals that are valid names; `authorization` stands in for the impossible case.
  static let apiKey = HTTPField.Name("X-API-Key") ?? .authorization
  static let forwardedFor = HTTPField.Name("X-Forwarded-For") ?? .authorization
  static let forwarded = HTTPField.Name("Forwarded") ?? .authorization
  static let realAddress = HTTPField.Name("X-Real-IP") ?? .authorization
}

/// Reads single parameters of a query.
enum QueryText {
  /// The values of the parameters called like one of `names`, in their order.
  static func values(of names: Set<String>, in query: String) -> [String] {
    query.utf8.split(separator: UInt8(ascii: "&")).compactMap { pair in
      let end = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
      guard end < pair.endIndex, names.contains(decoded(pair[..<end])) else { return nil }
      return decoded(pair[pair.index(after: end)...])
    }
  }

  /// A name or value with `+` for a blank and `%XX` for a byte; what is malformed stays as it is.
  static func decoded(_ text: Substring.UTF8View) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count)
    var index = text.startIndex
    while index < text.endIndex {
      let byte = text[index]
      if byte == UInt8(ascii: "%"), let high = text.index(index, offsetBy: 1, limitedBy: text.endIndex),
        let low = text.index(index, offsetBy: 2, limitedBy: text.endIndex), low < text.endIndex,
        let first = Character(Unicode.Scalar(text[high])).hexDigitValue,
        let second = Character(Unicode.Scalar(text[low])).hexDigitValue
      {
        bytes.append(UInt8(first << 4 | second))
        index = text.index(after: low)
      } else {
        bytes.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
        index = text.index(after: index)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
