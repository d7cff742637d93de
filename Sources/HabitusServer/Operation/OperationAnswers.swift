internal import HTTPTypes
internal import Habitus

/// Answers those who run the service.
struct OperationAnswers: Sendable {
  let health: Health
  let figures: RequestFigures
  let intake: any IntakeReceiver
  let keys: any AccessKeyVerifier
  /// Whether figures are shown to everybody.
  let opensMetrics: Bool
  let start: ContinuousClock.Instant
  let furtherFigures: @Sendable () -> [ServerFigure]

  /// `/livez`: the process runs.
  var alive: Answer { uncached(.json(#"{"status":"alive"}"#)) }

  /// `/readyz`: the service can do its work, or why not.
  var ready: Answer {
    let reasons = health.reasons()
    guard !reasons.isEmpty else { return uncached(.json(#"{"status":"ready"}"#)) }
    // The reasons are codes of our own, without characters that JSON escapes.
    let list = reasons.map { "\"\($0)\"" }.joined(separator: ",")
    return uncached(.json(#"{"status":"not ready","reasons":[\#(list)]}"#, status: 503))
  }

  /// `/metrics`: for direct callers from the same machine, or with a key of the scope admin.
  ///
  /// A call that a proxy passed on comes from its address: where the headers say so, it needs a key.
  func metrics(headers: HTTPFields, query: String, peer: String?) -> Answer {
    let isLocal = peer.flatMap(NetworkAddress.init)?.isLoopback == true && !CallerAddress.isForwarded(headers)
    guard opensMetrics || isLocal || mayRead(headers, query) else {
      var answer = Answer.problem(
        .unauthorized, "no_key",
        "The figures take a key with the scope admin. api.open_metrics shows them to everybody.")
      answer.headers[.wwwAuthenticate] = #"Bearer realm="habitus""#
      return answer
    }
    let report = MetricsReport(
      requests: figures.current, intake: intake.counters, process: ProcessFigures(start: start), further: furtherFigures())
    return uncached(
      Answer(status: 200, headers: [.contentType: PrometheusText.contentType], body: Array(report.text.utf8)))
  }

  private func mayRead(_ headers: HTTPFields, _ query: String) -> Bool {
    Credentials.candidates(headers: headers, query: query).contains {
      keys.key(for: $0)?.scopes.contains(.admin) == true
    }
  }

  private func uncached(_ answer: Answer) -> Answer {
    var answer = answer
    answer.headers[.cacheControl] = "no-store"
    return answer
  }
}
