internal import Habitus

/// The figures of the service, for Prometheus.
struct MetricsReport {
  let requests: RequestFigures.State
  let intake: IntakeCounters
  let process: ProcessFigures
  let further: [ServerFigure]

  /// The whole report.
  var text: String {
    var text = PrometheusText()
    addRequests(&text)
    addSources(&text)
    addIntake(&text)
    for figure in further { figure.write(to: &text) }
    addProcess(&text)
    return text.text
  }

  private func addRequests(_ text: inout PrometheusText) {
    text.begin("habitus_http_requests_total", .counter, "Requests by protocol and status.")
    for (labels, count) in requests.requests.sorted(by: { $0.key < $1.key }) {
      text.sample("habitus_http_requests_total", ["protocol": labels.protocolName, "status": labels.other], count)
    }
    text.begin("habitus_http_refusals_total", .counter, "Refused requests by protocol and reason.")
    for (labels, count) in requests.refusals.sorted(by: { $0.key < $1.key }) {
      text.sample("habitus_http_refusals_total", ["protocol": labels.protocolName, "reason": labels.other], count)
    }
    let traffic = requests.traffic.sorted { $0.key < $1.key }
    text.begin("habitus_http_request_bytes_total", .counter, "Bytes of bodies received.")
    for (name, figures) in traffic {
      text.sample("habitus_http_request_bytes_total", ["protocol": name], figures.receivedByteCount)
    }
    text.begin("habitus_http_response_bytes_total", .counter, "Bytes of bodies sent.")
    for (name, figures) in traffic {
      text.sample("habitus_http_response_bytes_total", ["protocol": name], figures.sentByteCount)
    }
    let name = "habitus_http_request_duration_seconds"
    text.begin(name, .histogram, "Time from the arrival of the whole request to its answer.")
    for (label, figures) in traffic {
      var count = 0
      for (bound, number) in zip(RequestFigures.bounds + [.infinity], figures.durations) {
        count += number
        text.sample(name + "_bucket", ["protocol": label, "le": PrometheusText.number(bound)], count)
      }
      text.sample(name + "_sum", ["protocol": label], figures.durationSum)
      text.sample(name + "_count", ["protocol": label], count)
    }
    text.single(
      "habitus_http_connections", .gauge, "Connections that are open.", Double(requests.openConnections))
    text.single(
      "habitus_http_connections_total", .counter, "Connections since the start.", Double(requests.connections))
  }

  private static let sourceFigures: [(name: String, help: String, figure: @Sendable (SourceCounters) -> Int)] = [
    ("requests", "Requests that reached the intake.", { $0.requests }),
    ("events_accepted", "Events taken.", { $0.accepted }),
    ("events_stored", "New events.", { $0.stored }),
    ("events_duplicate", "Events that were stored already.", { $0.duplicate }),
    ("events_differing", "Events whose identifier was stored already with other content.", { $0.differing }),
    ("events_without_consent", "Events of users who do not consent.", { $0.withoutConsent }),
    ("events_bot", "Stored events of programs.", { $0.bots }),
  ]

  private func addSources(_ text: inout PrometheusText) {
    let order = { (source: IntakeSource) in (source.protocolName, source.name, source.namespace) }
    let sources = intake.sources.sorted { order($0.key) < order($1.key) }
    for figure in Self.sourceFigures {
      let name = "habitus_intake_\(figure.name)_total"
      text.begin(name, .counter, figure.help)
      for (source, counters) in sources {
        text.sample(
          name, ["protocol": source.protocolName, "source": source.name, "namespace": source.namespace],
          figure.figure(counters))
      }
    }
    text.begin("habitus_intake_refused_total", .counter, "Requests and parts that could not be read, by reason.")
    for (source, reasons) in intake.refused.sorted(by: { order($0.key) < order($1.key) }) {
      for (reason, count) in reasons.sorted(by: { $0.key < $1.key }) {
        text.sample(
          "habitus_intake_refused_total",
          [
            "protocol": source.protocolName, "source": source.name, "namespace": source.namespace, "reason": reason,
          ], count)
      }
    }
  }

  private func addIntake(_ text: inout PrometheusText) {
    text.single(
      "habitus_intake_queued_events", .gauge, "Events that wait to be written.", Double(intake.queuedEvents))
    text.single("habitus_intake_commits_total", .counter, "Transactions written.", Double(intake.commits))
    text.single(
      "habitus_intake_commit_seconds_total", .counter, "Seconds that transactions took.", intake.commitSeconds)
  }

  private func addProcess(_ text: inout PrometheusText) {
    text.single("habitus_uptime_seconds", .gauge, "Seconds since the start.", process.uptime)
    if let byteCount = process.residentByteCount {
      text.single(
        "process_resident_memory_bytes", .gauge, "Memory of the process in bytes.", Double(byteCount))
    }
  }
}
