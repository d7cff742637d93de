internal import Foundation

extension TrackingService {
  /// What a path under `/api/events/match` says about its event.
  enum MatchKind { case proposed, viewed, decision, feedback }

  /// Reads one event that is a request of its own.
  ///
  /// A path under `match` decides the type of its event, whatever `event_type` says. `proposed` is also answered with
  /// the `match_id`: that of the event (at top level or in `properties`), else a new UUID, which then becomes the
  /// event's.
  func single(_ request: TrackerRequest, kind: MatchKind?) throws(TrackerRefusal) -> TrackerReading {
    let root = try TrackerBody.json(request, maximumByteCount: maximumBodyByteCount).root
    do throws(EventDefect) {
      var answer = #"{"status":"accepted"}"#
      var newMatchID: String?
      if kind == .proposed {
        let known = try EventValues.text(root["match_id"], "match_id")
        let nested = try EventValues.text(root["properties"]?["match_id"], "match_id")
        if known == nil, nested == nil { newMatchID = UUID().uuidString.lowercased() }
        answer = TrackerBody.object(("status", "accepted"), ("match_id", known ?? nested ?? newMatchID ?? ""))
      }
      var event = try Self.event(
        from: root, type: try type(of: kind, root), newMatchID: newMatchID, assembly: assembly,
        received: request.received, mayHoldNUL: root.document.mayHoldNUL)
      if event.address == nil { event.address = request.address }
      if event.userAgent == nil { event.userAgent = request.browserAgent }
      var reading = TrackerReading(answer: .json(answer, status: 202))
      reading.events = [event]
      return reading
    } catch { throw error.refusal(status: 422, root) }
  }

  private func type(of kind: MatchKind?, _ event: JSONNode) throws(EventDefect) -> String? {
    switch kind {
    case nil: return nil
    case .proposed: return "match_proposed"
    case .viewed: return "match_viewed"
    case .feedback: return "match_feedback"
    case .decision:
      guard event.kind == .object else { throw EventDefect(.notAnObject, "the event is no JSON object") }
      guard let isAccepted = Self.isAccepted(event) else {
        throw EventDefect(
          .noType,
          "the decision is missing: send `decision` (accepted, rejected), `event_type` (match_accepted, "
            + "match_rejected) or `accepted` (true, false)")
      }
      return isAccepted ? "match_accepted" : "match_rejected"
    }
  }

  /// What was decided: the first of `decision`, `event_type`, `action_type` and `accepted`, at top level and then in
  /// `properties`, that says so. Taken are true and false, 1 and 0, and in any case `accepted`, `accept`,
  /// `match_accepted`, `approved`, `approve`, `yes`, `true` against `rejected`, `reject`, `match_rejected`, `declined`,
  /// `decline`, `no`, `false`.
  static func isAccepted(_ event: JSONNode) -> Bool? {
    for object in [event, event["properties"]] {
      for member in [object?["decision"], object?["event_type"], object?["action_type"], object?["accepted"]] {
        if let member, let isAccepted = decision(member) { return isAccepted }
      }
    }
    return nil
  }

  private static func decision(_ node: JSONNode) -> Bool? {
    if let boolean = node.boolean { return boolean }
    switch node.scalarText?.lowercased() {
    case "accepted", "accept", "match_accepted", "approved", "approve", "yes", "true", "1": return true
    case "rejected", "reject", "match_rejected", "declined", "decline", "no", "false", "0": return false
    default: return nil
    }
  }
}
