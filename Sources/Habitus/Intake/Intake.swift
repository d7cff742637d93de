internal import Dispatch
public import HabitusModel
internal import HabitusStore
public import HabitusTracking
internal import Synchronization

/// Takes in what trackers send and sources give: screens it, stores it durably, and answers when it is stored.
///
/// Many senders are served by one writer, who takes everything that has come meanwhile into one transaction. When more
/// events wait than may, further ones are refused before memory grows.
public final class Intake: IntakeReceiver {
  /// Configuration and store.
  public let workspace: Workspace

  private let clock: @Sendable () -> Timestamp
  private let screening: IntakeScreening
  private let queue: IntakeQueue<Delivery>
  private let writer = DispatchQueue(label: "habitus.intake", qos: .userInitiated)
  private let state: Mutex<State>
  private let onStored: @Sendable ([UserID]) -> Void

  private struct State {
    var counters = IntakeCounters()
    var consents: ConsentStates
  }

  /// What one call of ``accept(_:from:)`` waits for.
  private struct Delivery: Sendable {
    var content: ScreenedReading
    var source: IntakeSource
    var answer: CheckedContinuation<Result<IntakeReceipt, IntakeError>, Never>
  }

  /// Events that are written in one transaction, about.
  private static let transactionSize = 1 << 14

  /// Prepares the intake of a workspace.
  ///
  /// - Parameters:
  ///   - clock: the present moment; the machine's unless given.
  ///   - onStored: called with the users of events after they are stored, on the writer's thread.
  /// - Throws: `StoreError`.
  public init(
    _ workspace: Workspace, clock: (@Sendable () -> Timestamp)? = nil,
    onStored: @escaping @Sendable ([UserID]) -> Void = { _ in }
  ) throws {
    self.workspace = workspace
    self.clock = clock ?? { .now }
    self.onStored = onStored
    screening = IntakeScreening(workspace.configuration.intake)
    queue = IntakeQueue(capacity: workspace.configuration.intake.maximumQueuedEventCount)
    state = Mutex(State(consents: try workspace.consentStates()))
  }

  /// What was done so far.
  public var counters: IntakeCounters {
    var counters = state.withLock { $0.counters }
    counters.queuedEvents = queue.eventCount
    return counters
  }

  /// Stores what a reading holds; when this returns, it is durable.
  ///
  /// Events of users who do not agree to it are counted and not stored. What was refused goes to the quarantine.
  public func accept(
    _ reading: TrackerReading, from source: IntakeSource
  ) async throws(IntakeError) -> IntakeReceipt {
    guard queue.hasRoom(for: reading.events.count) else { throw .busy(retryAfter: retryTime) }
    return try await deliver(screening.screened(reading), from: source)
  }

  /// Counts a request of which nothing could be read, and keeps its body in the quarantine.
  public func refuse(_ refusal: TrackerRefusal, from source: IntakeSource) async {
    var reading = TrackerReading(answer: TrackerAnswer(status: refusal.status))
    reading.refused = [RefusedPayload(reason: refusal.reason, message: refusal.message, raw: refusal.raw)]
    // Where it cannot be kept, the sender is told of the refusal all the same.
    _ = try? await deliver(screening.screened(reading), from: source)
  }

  /// Takes nothing from now on, and returns when everything that was taken is durable.
  public func stop() async {
    queue.stop()
    repeat {
      // What is on the writer's queue before this is finished first.
      await withCheckedContinuation { continuation in writer.async { continuation.resume() } }
    } while !queue.isIdle
  }

  private func deliver(
    _ content: ScreenedReading, from source: IntakeSource
  ) async throws(IntakeError) -> IntakeReceipt {
    if content.isEmpty { return IntakeReceipt() }
    let result = await withCheckedContinuation { continuation in
      let delivery = Delivery(content: content, source: source, answer: continuation)
      switch queue.enqueue(delivery, eventCount: content.weight) {
      case .waiting: break
      case .wakesWriter: writer.async { self.writeAll() }
      case .full:
        continuation.resume(returning: Result<IntakeReceipt, IntakeError>.failure(.busy(retryAfter: retryTime)))
      case .stopped: continuation.resume(returning: .failure(.stopped))
      }
    }
    return try result.get()
  }

  private var retryTime: Duration { .seconds(1) }

  // MARK: The writer

  private func writeAll() {
    while true {
      let deliveries = queue.take(limit: Self.transactionSize) { $0.content.weight }
      if deliveries.isEmpty { return }
      // What somebody says about consent holds for everything that comes after it.
      for part in deliveries.split(after: { !$0.content.consents.isEmpty }) { write(part) }
      queue.wereWritten(deliveries.reduce(0) { $0 + $1.content.weight })
    }
  }

  private func write(_ deliveries: ArraySlice<Delivery>) {
    let started = ContinuousClock.now
    do {
      let receipts = try commit(deliveries)
      let seconds = (ContinuousClock.now - started) / .seconds(1)
      state.withLock { state in
        state.counters.commits += 1
        state.counters.commitSeconds += seconds
        for (delivery, receipt) in zip(deliveries, receipts) {
          state.counters.add(receipt, delivery.content, from: delivery.source)
        }
      }
      for (delivery, receipt) in zip(deliveries, receipts) { delivery.answer.resume(returning: .success(receipt)) }
    } catch {
      // One delivery that cannot be stored must not take the others with it.
      if deliveries.count > 1 { return deliveries.indices.forEach { write(deliveries[$0...$0]) } }
      for delivery in deliveries { delivery.answer.resume(returning: .failure(.storage("\(error)"))) }
    }
  }

  private func commit(_ deliveries: ArraySlice<Delivery>) throws -> [IntakeReceipt] {
    let now = clock()
    let consents = try currentConsents()
    var commit = IntakeCommit(at: now, identityPolicy: IdentityPolicy(workspace.configuration))
    var receipts: [IntakeReceipt] = []
    for delivery in deliveries {
      var receipt = IntakeReceipt()
      let content = delivery.content
      let permitted = content.events.filter { consents.permits($0.user, at: now) }
      receipt.withoutConsent = content.events.count - permitted.count
      receipt.refused = content.refused.count
      receipt.bots = permitted.count(where: \.isBot)
      commit.deliveries.append(
        .init(
          source: delivery.source.label,
          events: EventGroup(namespace: delivery.source.namespace, events: permitted),
          withoutConsentCount: receipt.withoutConsent, consents: content.consents, links: content.links,
          quarantined: content.refused.map { QuarantinedRow($0, from: delivery.source, at: now) }))
      receipts.append(receipt)
    }
    let summaries = try workspace.store.commit(commit)
    for (index, summary) in summaries.enumerated() {
      receipts[index].stored = summary.stored
      receipts[index].duplicate = summary.duplicate
      receipts[index].differing = summary.differing
    }
    // What was known already makes nobody's features stale.
    onStored(
      zip(commit.deliveries, summaries).flatMap { delivery, summary in
        summary.stored > 0 ? delivery.events.events.map(\.user) : []
      })
    return receipts
  }

  /// The consents as they are now, also by what another process has written.
  private func currentConsents() throws -> ConsentStates {
    let version = try workspace.store.administrationVersion().consents
    let known = state.withLock { $0.consents }
    guard known.version != version else { return known }
    var consents = known
    try workspace.store.update(&consents)
    state.withLock { $0.consents = consents }
    return consents
  }
}

extension Array {
  /// The elements in parts, each of which ends with one for which `isLast` holds, or with the last of all.
  fileprivate func split(after isLast: (Element) -> Bool) -> [ArraySlice<Element>] {
    var parts: [ArraySlice<Element>] = []
    var start = startIndex
    for index in indices where isLast(self[index]) || index == endIndex - 1 {
      parts.append(self[start...index])
      start = index + 1
    }
    return parts
  }
}

extension IntakeCounters {
  fileprivate mutating func add(_ receipt: IntakeReceipt, _ content: ScreenedReading, from source: IntakeSource) {
    sources[source, default: SourceCounters()].add(receipt, eventCount: content.events.count)
    for payload in content.refused { refused[source, default: [:]][payload.reason, default: 0] += 1 }
  }
}

extension SourceCounters {
  fileprivate mutating func add(_ receipt: IntakeReceipt, eventCount: Int) {
    requests += 1
    accepted += eventCount
    stored += receipt.stored
    duplicate += receipt.duplicate
    differing += receipt.differing
    withoutConsent += receipt.withoutConsent
    bots += receipt.bots
  }
}

extension IntakeSource {
  /// Protocol and key in one word, as in `segment/website`.
  var label: String { "\(protocolName)/\(name)" }
}
