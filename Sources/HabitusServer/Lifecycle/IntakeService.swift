internal import Habitus
internal import ServiceLifecycle

/// Keeps an intake open until everything that uses it has ended.
struct IntakeService: Service {
  let intake: any IntakeReceiver

  func run() async throws {
    // Cancelled or asked to end: what was accepted is written in either case.
    try? await gracefulShutdown()
    await intake.stop()
  }
}
