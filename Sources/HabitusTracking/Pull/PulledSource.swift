public import HabitusModel

/// A place that events are fetched from, again and again: what is new since the last time.
public protocol PulledSource: Sendable {
  /// The source's name, as in `postgres`.
  var name: String { get }

  /// Reads what is new since `position`, page by page; from the beginning where it is `nil`.
  ///
  /// `deliver` returns when a page is durable. The caller keeps the page's position with it: a later pull from there
  /// reads everything that was not delivered, however this one ended. Events may come twice, never not at all.
  ///
  /// - Throws: ``PullError``; what `deliver` throws becomes ``PullError/delivery(reason:)``.
  func pull(
    from position: PullPosition?, deliver: (PulledPage) async throws -> Void
  ) async throws(PullError) -> PullSummary
}

/// A part of what a source holds.
public struct PulledPage: Sendable, Equatable {
  /// The events, oldest first by the order of the source.
  public var events: [TrackedEvent] = []
  /// What the source says about consent.
  public var consents: [ConsentStatement] = []
  /// When the consents were read, by the clock of the source; `nil` where the page has none.
  public var consentsRead: Timestamp?
  /// The parts that could not be read.
  public var refused: [RefusedPayload] = []
  /// Where to go on once the page is durable.
  public var position: PullPosition

  /// Makes a page without content.
  public init(position: PullPosition) { self.position = position }

  /// Whether the page says nothing but its position.
  public var isEmpty: Bool { events.isEmpty && consents.isEmpty && refused.isEmpty }
}

/// What a pull did.
public struct PullSummary: Sendable, Equatable {
  /// Events that were delivered.
  public var events = 0
  /// Statements about consent that were delivered.
  public var consents = 0
  /// Parts that could not be read.
  public var refused = 0
  /// Pages that were delivered.
  public var pages = 0
  /// How often a lost connection or a failed request was tried again.
  public var retries = 0
  /// The position of the last page; `nil` where there was neither a page nor a position before.
  public var position: PullPosition?

  /// Makes the summary of a pull that has done nothing yet.
  public init(position: PullPosition? = nil) { self.position = position }

  /// Hands over a page and counts it.
  mutating func add(
    _ page: PulledPage, deliver: (PulledPage) async throws -> Void
  ) async throws(PullError) {
    do {
      try await deliver(page)
    } catch is CancellationError {
      throw .cancelled
    } catch {
      throw .delivery(reason: String(describing: error))
    }
    events += page.events.count
    consents += page.consents.count
    refused += page.refused.count
    pages += 1
    position = page.position
  }
}
