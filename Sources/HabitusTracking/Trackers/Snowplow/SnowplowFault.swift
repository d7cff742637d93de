/// Why a part of what Snowplow writes cannot be read.
struct SnowplowFault: Error, Equatable {
  /// A stable code in lower case.
  var reason: String
  /// What is wrong, and where.
  var message: String

  init(_ reason: String, _ message: String) {
    self.reason = reason
    self.message = message
  }

  init(_ reason: RefusalReason, _ message: String) { self.init(reason.rawValue, message) }
}
