internal import HTTPTypes
internal import HabitusTracking
internal import Hummingbird
internal import NIOCore

/// An answer, and what is counted about it.
struct Answer: Sendable {
  var status: Int
  var headers = HTTPFields()
  var body: [UInt8] = []
  /// Why the request was refused, as a stable code; `nil` where it was not.
  var refusal: String?

  init(status: Int, headers: HTTPFields = HTTPFields(), body: [UInt8] = [], refusal: String? = nil) {
    self.status = status
    self.headers = headers
    self.body = body
    self.refusal = refusal
  }

  /// What a protocol answers.
  init(_ answer: TrackerAnswer, refusal: String? = nil) {
    self.init(status: answer.status, body: answer.body, refusal: refusal)
    headers[.contentType] = answer.contentType
    for (name, value) in answer.headers {
      if let name = HTTPField.Name(name) { headers[name] = value }
    }
  }

  /// JSON as it is written.
  static func json(_ text: String, status: Int = 200) -> Answer {
    Answer(status: status, headers: [.contentType: "application/json"], body: Array(text.utf8))
  }

  /// A problem in the form of RFC 9457.
  ///
  /// - Parameter detail: a sentence without characters that JSON escapes.
  static func problem(_ status: HTTPResponse.Status, _ reason: String, _ detail: String) -> Answer {
    let text =
      #"{"type":"about:blank","title":"\#(status.reasonPhrase)","status":\#(status.code),"# + #""detail":"\#(detail)"}"#
    return Answer(
      status: status.code, headers: [.contentType: "application/problem+json"], body: Array(text.utf8), refusal: reason)
  }

  /// The answer as it is sent.
  ///
  /// - Parameter hasBody: whether the body itself is sent; its length is stated in either case.
  func response(hasBody: Bool) -> Response {
    var headers = headers
    if !hasBody { headers[.contentLength] = String(body.count) }
    return Response(
      status: HTTPResponse.Status(code: status), headers: headers,
      body: body.isEmpty || !hasBody ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
  }
}
