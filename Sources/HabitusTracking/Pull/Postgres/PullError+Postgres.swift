extension PullError {
  /// What an error of a server means.
  ///
  /// - Parameter state: the SQLSTATE; `nil` where libpq itself reports that the connection broke.
  init(place: String, state: String?, reason: String, isCancelled: Bool) {
    guard let state else {
      self = isCancelled ? .cancelled : .connectionLost(place: place, reason: reason)
      return
    }
    switch state {
    case "57014": self = isCancelled ? .cancelled : .queryStopped(place: place, state: state, reason: reason)
    case "40001", "40P01": self = .queryStopped(place: place, state: "40001", reason: reason)
    case "42501": self = .noPermission(place: place, object: reason)
    case "42P01", "3F000": self = .missingTable(place: place, table: reason)
    case "42703": self = .missingColumn(place: place, table: "", column: reason)
    case _ where state.hasPrefix("08") || state.hasPrefix("57P") || state == "25P03":
      self = .connectionLost(place: place, reason: reason)
    default: self = .queryFailed(place: place, state: state, reason: reason)
    }
  }
}
