/// Reads the bodies of requests.
enum TrackerBody {
  /// The JSON text that the body of a request is, decompressed; its content type does not matter, as browsers send
  /// JSON as `text/plain`, too.
  ///
  /// - Throws: What ``PayloadDecoding`` throws, and 400 `invalid_json`.
  static func json(_ request: TrackerRequest, maximumByteCount: Int) throws(TrackerRefusal) -> JSONDocument {
    let body = try PayloadDecoding.decoded(
      request.body, contentEncoding: request.headers["content-encoding"], maximumByteCount: maximumByteCount)
    return try json(body)
  }

  /// The JSON text that a decompressed body is.
  static func json(_ body: [UInt8]) throws(TrackerRefusal) -> JSONDocument {
    do throws(JSONTextError) { return try JSONDocument(body) } catch {
      throw TrackerRefusal(
        status: 400, reason: RefusalReason.invalidJSON.rawValue, message: "the body is \(error)", raw: body)
    }
  }

  /// A JSON object with a text for each name, in their order.
  static func object(_ members: (name: String, text: String)...) -> String {
    var object = PropertyText()
    for member in members { object.append(member.name, member.text) }
    return object.text ?? "{}"
  }
}
