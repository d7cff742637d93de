/// Takes the JSON out of what clients of PostHog wrap around it.
///
/// A body is JSON, or a form whose field `data` is JSON, either of them compressed with gzip, written as Base64 or,
/// with `compression=lz64` in the query or the form, by lz-string. What a body is tells its content and not what it is
/// said to be: clients are known to say one thing and send another.
struct PostHogBody {
  /// The most bytes at every step.
  let maximumByteCount: Int
  /// The most UTF-16 code units that lz-string may make: only browsers used it, for single requests.
  static let longestLZText = 2 << 20
  /// More wrappers than these are on top of each other nowhere.
  private static let maximumStepCount = 6

  /// The JSON of a request.
  func document(of request: TrackerRequest) throws(TrackerRefusal) -> JSONDocument {
    let json = try json(of: request)
    do throws(JSONTextError) {
      return try JSONDocument(json)
    } catch {
      throw Self.refusal("invalid_json", "the body is \(error)", json)
    }
  }

  /// The text of the JSON, which is not checked.
  func json(of request: TrackerRequest) throws(TrackerRefusal) -> [UInt8] {
    var hint = FormFields.parse(request.query).last { $0.name == "compression" }?.value
    var body = try PayloadDecoding.decoded(
      request.body, contentEncoding: request.headers["content-encoding"], maximumByteCount: maximumByteCount)
    for _ in 0..<Self.maximumStepCount {
      body = Self.trimmed(body)
      guard let first = body.first else { throw Self.refusal("empty_body", "the body is empty; send JSON", []) }
      if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") { return body }
      if body.starts(with: [0x1F, 0x8B]) {
        body = try PayloadDecoding.decoded(body, contentEncoding: nil, maximumByteCount: maximumByteCount)
      } else if let form = Self.form(in: body) {
        body = Array(form.data.utf8)
        hint = form.compression ?? hint
      } else if body.contains(UInt8(ascii: "%")) {
        body = Self.percentDecoded(body)
      } else if hint == "lz64" {
        body = try Self.decompressed(body)
        hint = nil
      } else if let bytes = Base64Text.decoded(String(decoding: body, as: UTF8.self)) {
        body = bytes
      } else {
        break
      }
    }
    throw Self.refusal(
      "invalid_body", "the body is neither JSON nor a form with 'data', plain, in gzip or Base64", body)
  }

  private static func decompressed(_ body: [UInt8]) throws(TrackerRefusal) -> [UInt8] {
    do throws(LZString.Fault) {
      return try LZString.decompressed(base64: body, limit: longestLZText)
    } catch {
      switch error {
      case .limit:
        throw TrackerRefusal(
          status: 413, reason: "body_too_large",
          message: "the body is longer than \(longestLZText) letters; send less at a time, or use gzip")
      case .damaged(let reason):
        throw refusal("invalid_compression", "the body cannot be decompressed as lz64: \(reason)", body)
      }
    }
  }

  private static func form(in body: [UInt8]) -> (data: String, compression: String?)? {
    let start = String(decoding: body.prefix(200), as: UTF8.self)
    guard start.hasPrefix("data=") || start.contains("&data=") else { return nil }
    let fields = FormFields.parse(body)
    guard let data = fields.last(where: { $0.name == "data" }) else { return nil }
    return (data.value, fields.last { $0.name == "compression" }?.value)
  }

  /// Undoes percent-encoding that was done twice; `+` stays what it is.
  private static func percentDecoded(_ body: [UInt8]) -> [UInt8] {
    var decoded: [UInt8] = []
    decoded.reserveCapacity(body.count)
    var index = 0
    while index < body.count {
      if body[index] == UInt8(ascii: "%"), index + 2 < body.count, let high = body[index + 1].hexadecimalValue,
        let low = body[index + 2].hexadecimalValue
      {
        decoded.append(high << 4 | low)
        index += 3
      } else {
        decoded.append(body[index])
        index += 1
      }
    }
    return decoded
  }

  private static func trimmed(_ body: [UInt8]) -> [UInt8] {
    let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }
    guard let first = body.first, let last = body.last, isBlank(first) || isBlank(last) else { return body }
    guard let end = body.lastIndex(where: { !isBlank($0) }) else { return [] }
    return Array(body[...end].drop(while: isBlank))
  }

  static func refusal(_ reason: String, _ message: String, _ raw: [UInt8]) -> TrackerRefusal {
    TrackerRefusal(
      status: 400, reason: reason, message: message, raw: Array(raw.prefix(RefusedRow.maximumRawByteCount)))
  }
}
