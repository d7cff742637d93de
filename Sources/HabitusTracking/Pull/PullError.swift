public import HabitusModel

/// Why a pull ended early. The position stays where the last durable page was; no message holds a password or a token.
public enum PullError: Error, Equatable, Sendable {
  /// The address of the source cannot be read.
  case invalidAddress(source: String, reason: String)
  /// The position comes from a source of another kind.
  case foreignPosition(source: String)
  /// Nothing answers at the place, or it is not ready.
  case unreachable(place: String, reason: String)
  /// The place answers and does not let us in.
  case loginRefused(place: String, reason: String)
  /// The connection ended in the middle.
  case connectionLost(place: String, reason: String)
  /// The server is too old.
  case unsupportedServer(place: String, version: Int)
  /// The database has no such table.
  case missingTable(place: String, table: String)
  /// A table lacks a column that no event can do without.
  case missingColumn(place: String, table: String, column: String)
  /// The role may not read something.
  case noPermission(place: String, object: String)
  /// The server stopped a query: its time limit, an administrator, or a conflict on a standby.
  case queryStopped(place: String, state: String, reason: String)
  /// The server could not answer a query; `state` is its SQLSTATE.
  case queryFailed(place: String, state: String, reason: String)
  /// A request did not end in time.
  case timedOut(place: String, limit: Duration)
  /// A service answered with a status that is no success.
  case status(place: String, code: Int)
  /// What a service answered cannot be used.
  case malformedAnswer(place: String, reason: String)
  /// A service's answer is longer than allowed.
  case answerTooLarge(place: String, limit: Int)
  /// More events stand at one moment than a service gives in one answer: going on would lose some of them.
  case crowdedMoment(place: String, time: Timestamp, limit: Int)
  /// A page could not be taken over.
  case delivery(reason: String)
  /// The task was cancelled.
  case cancelled

  /// Whether the same pull may succeed a little later without anybody doing anything.
  public var isTransient: Bool {
    switch self {
    case .unreachable, .connectionLost, .timedOut: true
    case .queryStopped(_, let state, _): state == "40001"
    case .queryFailed(_, let state, _): state.hasPrefix("53") || state.hasPrefix("40")
    case .status(_, let code): code == 408 || code == 429 || code >= 500
    default: false
    }
  }
}

extension PullError: CustomStringConvertible {
  /// What is wrong, where, and what to do.
  public var description: String {
    switch self {
    case .invalidAddress(let source, let reason):
      "the address of \(source) cannot be used: \(reason)"
    case .foreignPosition(let source):
      "the position was not made by \(source): pull from the beginning, without a position"
    case .unreachable(let place, let reason):
      "\(place) cannot be reached: \(reason); check host and port, and that the server runs"
    case .loginRefused(let place, let reason):
      "\(place) refuses the login: \(reason); check user, password and database, and the server's pg_hba.conf"
    case .connectionLost(let place, let reason):
      "\(place): the connection was lost: \(reason); the next pull goes on after the last page that was stored"
    case .unsupportedServer(let place, let version):
      "\(place) runs PostgreSQL \(version / 10_000); 12 or newer is needed"
    case .missingTable(let place, let table):
      "\(place) has no table \(table): name the right schema and tables in the configuration"
    case .missingColumn(let place, let table, let column):
      "\(place): table \(table) has no column \(column), or the role may not read it"
    case .noPermission(let place, let object):
      "\(place): the role may not read \(object): grant it USAGE on the schema and SELECT on its tables"
    case .queryStopped(let place, _, let reason):
      "\(place) stopped a query: \(reason); what was stored is kept and the next pull goes on from there. If it happens "
        + "again, create an index on created_at, or raise statement_timeout for the role"
    case .queryFailed(let place, let state, let reason):
      "\(place) cannot answer a query (SQLSTATE \(state)): \(reason)"
    case .timedOut(let place, let limit):
      "\(place) did not answer within \(limit): raise the time limit, or ask for fewer events at once"
    case .status(let place, let code): Self.statusMessage(place, code)
    case .malformedAnswer(let place, let reason):
      "\(place): the answer cannot be used: \(reason)"
    case .answerTooLarge(let place, let limit):
      "\(place): the answer is longer than \(limit) bytes: ask for fewer events at once"
    case .crowdedMoment(let place, let time, let limit):
      "\(place): more than \(limit) events at \(time), and the service gives no more at once: raise its limit; nothing "
        + "after that moment was read"
    case .delivery(let reason): "a page that was pulled could not be stored: \(reason)"
    case .cancelled: "the pull was cancelled"
    }
  }

  private static func statusMessage(_ place: String, _ code: Int) -> String {
    let advice =
      switch code {
      case 300..<400: "it redirects; name the final address as its url"
      case 401: "the token is missing, wrong or expired"
      case 403: "the token may not read events"
      case 404: "there are no events under this address; check the url"
      case 408, 504: "it took too long; ask for fewer events at once"
      case 429: "it was asked too often; pull less often"
      case 500...: "the service failed; see its own log"
      default: "it does not understand the request"
      }
    return "\(place) answered with status \(code): \(advice)"
  }
}
