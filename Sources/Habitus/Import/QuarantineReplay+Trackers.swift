internal import Foundation
internal import HabitusModel
internal import HabitusStore
internal import HabitusTracking

extension QuarantineReplay {
  /// Reads again what trackers sent, and lines of access logs; what becomes of each row is added to `report`.
  ///
  /// - Returns: the rows that can be taken out of the quarantine.
  func replay(_ rows: [(row: QuarantinedRow, context: IntakeContext)], into report: inout Report) async throws
    -> [Int64]
  {
    let intake = try Intake(workspace)
    let protocols = TrackerProtocols.all(mapping: workspace.configuration.eventMapping)
    var done: [Int64] = []
    for (row, context) in rows {
      guard context.byteCount == row.raw.count, let reading = try reading(row, context, protocols),
        reading.refused.isEmpty, !reading.events.isEmpty || !reading.consents.isEmpty || !reading.links.isEmpty
      else {
        report.refused[row.reason, default: 0] += 1
        continue
      }
      let receipt = try await intake.accept(reading, from: source(row, context))
      report.stored += receipt.stored
      report.duplicate += receipt.duplicate + receipt.differing
      report.withoutConsent += receipt.withoutConsent
      done.append(row.id)
    }
    await intake.stop()
    return done
  }

  private func reading(
    _ row: QuarantinedRow, _ context: IntakeContext, _ protocols: [any TrackerProtocol]
  ) throws -> TrackerReading? {
    if context.tracker == Self.accessLog {
      var parser = try AccessLogParser(
        identity: VisitorIdentity(key: workspace.store.pseudonymKey), options: AccessLogOptions())
      guard case .event(let event) = parser.read(row.raw[...]) else { return nil }
      var reading = TrackerReading(answer: TrackerAnswer(status: 200))
      reading.events = [event]
      return reading
    }
    let received = Timestamp(milliseconds: context.received)
    return protocols.first { $0.name == context.tracker }?.read(again: row.raw, received: received)
  }

  private static let accessLog = "access_log"

  private func source(_ row: QuarantinedRow, _ context: IntakeContext) -> IntakeSource {
    let name =
      row.file.hasPrefix(context.tracker + "/") ? String(row.file.dropFirst(context.tracker.count + 1)) : row.file
    let namespace = HabitusConfiguration.namespace(
      of: context.tracker, shared: workspace.configuration.importing.namespace)
    return IntakeSource(protocolName: context.tracker, name: name, namespace: namespace)
  }
}
