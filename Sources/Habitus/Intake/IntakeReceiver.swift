public import HabitusTracking

/// Takes what adapters have read, and keeps it.
public protocol IntakeReceiver: Sendable {
  /// Returns when everything of `reading` is durable.
  func accept(_ reading: TrackerReading, from source: IntakeSource) async throws(IntakeError) -> IntakeReceipt

  /// Counts a request of which nothing could be read, and keeps its body in the quarantine.
  func refuse(_ refusal: TrackerRefusal, from source: IntakeSource) async

  /// What has happened since the start.
  var counters: IntakeCounters { get }

  /// Ends after everything that was accepted is durable; later calls of ``accept(_:from:)`` throw
  /// ``IntakeError/stopped``.
  func stop() async
}
