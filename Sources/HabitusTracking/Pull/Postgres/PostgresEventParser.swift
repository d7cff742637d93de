internal import HabitusModel

/// Turns one row into an event.
struct PostgresEventParser: Sendable {
  /// What a row is.
  enum Reading: Sendable {
    case event(TrackedEvent)
    case refused(RefusedPayload)
  }

  private typealias Column = PostgresEventPlan.Column

  let plan: PostgresEventPlan
  let assembly: EventAssembly
  /// The source of the events.
  let source: String
  /// Rows with more bytes are refused.
  let maximumEventByteCount: Int

  /// Values that are longer do not go into the quarantine with a row whose text is refused.
  private static let longestRefusedValue = 4096

  func read(_ row: PostgresRow, byteCount: Int) -> Reading {
    guard byteCount <= maximumEventByteCount else {
      return refusal(
        row, EventDefect(reason: "event_too_large", message: "the row has more than \(maximumEventByteCount) bytes"))
    }
    for column in [Column.id, .user, .type] {
      guard let bytes = row.bytes(column.rawValue), !Self.isUTF8(bytes) else { continue }
      return refusal(row, EventDefect(.invalidUTF8, "a text is not UTF-8: the database has no encoding"))
    }
    let moment = row.moment(Column.time.rawValue)
    if let moment, moment.timestamp == nil {
      return refusal(
        row, EventDefect(.invalidTime, "event_timestamp is infinite or outside the years 1 to 9999"))
    }
    let created = row.moment(Column.created.rawValue)?.timestamp
    do {
      let document = try document(row)
      var tracked = try TrackingService.event(
        from: document.root, assembly: assembly, received: created ?? Timestamp.representable.lowerBound)
      // No event is from the first moment of the year 1: that stands for none.
      guard tracked.event.time > Timestamp.representable.lowerBound else {
        return refusal(row, EventDefect(.noTime, "event_timestamp, client_timestamp and created_at are NULL"))
      }
      tracked.event.source = source
      if let address = row.text(Column.address.rawValue), !address.isEmpty { tracked.address = address }
      return .event(tracked)
    } catch let error as EventDefect {
      return refusal(row, error)
    } catch {
      return refusal(row, EventDefect(.invalidJSON, "a column is \(error)"))
    }
  }

  private func document(_ row: PostgresRow) throws(JSONTextError) -> JSONDocument {
    let text = try PostgresEventText(row, plan)
    do throws(JSONTextError) {
      return try JSONDocument(text.bytes)
    } catch {
      // A database without an encoding may hold bytes that are no UTF-8.
      return try JSONDocument(String(decoding: text.bytes, as: UTF8.self))
    }
  }

  private static func isUTF8(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.allSatisfy { $0 < 0x80 } || String(validating: bytes, as: UTF8.self) != nil
  }

  /// A row as far as it can be written: so it can be mended and replayed.
  private func refusal(_ row: PostgresRow, _ defect: EventDefect) -> Reading {
    var raw = (try? PostgresEventText(row, plan))?.bytes
    if raw?.count ?? .max > RefusedRow.maximumRawByteCount {
      raw = (try? PostgresEventText(row, plan, longest: Self.longestRefusedValue, isLenient: true))?.bytes
    }
    let id = row.text(Column.id.rawValue) ?? ""
    return .refused(
      RefusedPayload(
        reason: defect.reason, message: "event '\(id.prefix(64))': \(defect.message)", raw: raw ?? Array(id.utf8)))
  }
}
