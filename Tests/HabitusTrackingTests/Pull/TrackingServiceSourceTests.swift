import Foundation
import HabitusModel
import HabitusTracking
import Synchronization
import Testing

@Suite("Pull from the tracking service", .timeLimit(.minutes(3)))
struct TrackingServiceSourceTests {
  /// A service over a list of events that can grow.
  private final class Events: Sendable {
    struct Item: Sendable {
      var id: String
      var time: Int64
    }
    let items: Mutex<[Item]>
    /// It gives at most so many, whatever it is asked for.
    let cap: Int
    let includesStart: Bool

    init(_ times: [Int64], cap: Int = .max, includesStart: Bool = true) {
      items = Mutex(times.enumerated().map { Item(id: "e\($0.offset)", time: $0.element) })
      self.cap = cap
      self.includesStart = includesStart
    }

    func add(_ id: String, _ time: Int64) { items.withLock { $0.append(Item(id: id, time: time)) } }

    func answer(_ request: StubService.Request) -> StubService.Answer {
      guard let start = request.query["start_time"].flatMap(Timestamp.init(rfc3339:)),
        let end = request.query["end_time"].flatMap(Timestamp.init(rfc3339:)),
        let limit = request.query["limit"].flatMap({ Int($0) })
      else { return .init(status: 400) }
      let found = items.withLock { $0 }
        .filter {
          ($0.time > start.milliseconds || includesStart && $0.time == start.milliseconds)
            && $0.time <= end.milliseconds
        }
        .sorted { ($0.time, $0.id) < ($1.time, $1.id) }.prefix(min(limit, cap))
      let list = found.map {
        #"{"event_id":"\#($0.id)","user_id":"u","event_type":"click","timestamp":"\#(Timestamp(milliseconds: $0.time))","element_id":"b"}"#
      }
      return .init(body: "{\"events\":[" + list.joined(separator: ",") + "]}")
    }
  }

  private static let now: Int64 = 1_800_000_000_000

  private func source(
    _ stub: StubService, token: String? = nil, now: Int64 = Self.now,
    pauses: Pauses = Pauses(), _ change: (inout TrackingServiceSource) -> Void = { _ in }
  ) throws -> TrackingServiceSource {
    var source = try TrackingServiceSource(baseURL: "http://127.0.0.1:\(stub.port)/api/", token: token)
    source.surroundings = PullSurroundings(
      now: { Timestamp(milliseconds: now) }, sleep: { pauses.add($0) }, random: { 0.5 })
    change(&source)
    return source
  }

  private final class Pauses: Sendable {
    private let stored = Mutex<[Duration]>([])
    var all: [Duration] { stored.withLock { $0 } }
    func add(_ pause: Duration) { stored.withLock { $0.append(pause) } }
  }

  private func pull(
    _ source: TrackingServiceSource, from position: PullPosition? = nil
  ) async throws -> Deliveries {
    let deliveries = Deliveries()
    _ = try await source.pull(from: position) { deliveries.add($0) }
    return deliveries
  }

  @Test(
    "every event is delivered exactly once, whether the start is inside or outside", arguments: [true, false],
    [1, 7, 50, 1000])
  func everything(includesStart: Bool, limit: Int) async throws {
    // Up to three at one millisecond, which is more than a limit of one has room for.
    let times = (0..<300).map { Self.now - 1_000_000 + Int64($0) * 1000 / 3 * 3 }
    let events = Events(times, includesStart: includesStart)
    let stub = try StubService(events.answer)
    let deliveries = try await pull(try source(stub) { $0.limit = limit })
    #expect(deliveries.events.map(\.event.id) == (0..<300).map { "e\($0)" })
    #expect(deliveries.events[0].event.item == "b")
    #expect(stub.requests[0].path == "/api/events")
    #expect(stub.requests[0].query["start_time"] == "1970-01-01T00:00:00.000Z")
    #expect(stub.requests[0].query["end_time"] == Timestamp(milliseconds: Self.now).description)
  }

  @Test("more events at one millisecond than the limit: the limit grows", arguments: [10, 999, 1000])
  func crowded(count: Int) async throws {
    let times = [Self.now - 5000] + Array(repeating: Self.now - 4000, count: count) + [Self.now - 3000]
    let stub = try StubService(Events(times).answer)
    let deliveries = try await pull(try source(stub) { $0.limit = 10 })
    #expect(Set(deliveries.events.map(\.event.id)).count == count + 2)
    #expect(deliveries.events.count == count + 2)
  }

  @Test("more events at one millisecond than the service ever gives: an error, and neither a loop nor a loss")
  func capped() async throws {
    let times = Array(repeating: Self.now - 4000, count: 50) + [Self.now - 3000]
    for limit in [10, 20, 100] {
      let stub = try StubService(Events(times, cap: 20).answer)
      let source = try source(stub) { $0.limit = limit }
      let error = await #expect(throws: PullError.self) { _ = try await source.pull(from: nil) { _ in } }
      guard case .crowdedMoment(_, let time, _) = error else {
        Issue.record("\(String(describing: error))")
        continue
      }
      #expect(time.milliseconds == Self.now - 4000)
    }
    // A limit above what the service gives is no harm where there is no crowd.
    let stub = try StubService(Events((0..<90).map { Self.now - 90_000 + $0 * 10 }, cap: 20).answer)
    #expect(try await pull(try source(stub)).events.count == 90)
  }

  @Test("the overlap is asked for again, and events in it that came late are found")
  func overlap() async throws {
    let events = Events([Self.now - 10_000, Self.now - 5000])
    let stub = try StubService(events.answer)
    let source = try source(stub) { $0.overlap = .seconds(60) }
    let first = try await pull(source)
    events.add("late", Self.now - 30_000)
    events.add("too late", Self.now - 100_000)
    let second = try await pull(source, from: first.position)
    #expect(second.events.map(\.event.id) == ["late", "e0", "e1"])
    #expect(stub.requests.contains { $0.query["start_time"] == Timestamp(milliseconds: Self.now - 65_000).description })
  }

  @Test("a pull that was interrupted goes on at its position")
  func resuming() async throws {
    let stub = try StubService(Events((0..<200).map { Self.now - 1_000_000 + $0 * 100 }).answer)
    let source = try source(stub) {
      $0.limit = 10
      $0.overlap = .zero
    }
    var position: PullPosition?
    var ids: [String] = []
    var isAtEnd = false
    while !isAtEnd {
      let deliveries = Deliveries()
      do {
        _ = try await source.pull(from: position) { page in
          if deliveries.pages.count == 2 { throw Refusal() }
          deliveries.add(page)
        }
        isAtEnd = true
      } catch {
        #expect(error == .delivery(reason: "Refusal()"))
      }
      ids += deliveries.events.map(\.event.id)
      let data = try JSONEncoder().encode(try #require(deliveries.position))
      position = try JSONDecoder().decode(PullPosition.self, from: data)
    }
    #expect(Set(ids) == Set((0..<200).map { "e\($0)" }))
    // Where it goes on, the last event comes again.
    #expect(ids.count <= 200 + 25)
  }

  @Test("what passes is tried again after growing pauses; Retry-After is heeded")
  func retrying() async throws {
    let count = Atomic(0)
    let stub = try StubService { _ in
      switch count.add(1, ordering: .relaxed).newValue {
      case 1: .init(status: 503)
      case 2: .init(status: 500)
      case 3: .init(status: 429, headers: ["Retry-After": "77"])
      default: .init(body: #"{"events":[]}"#)
      }
    }
    let pauses = Pauses()
    let source = try source(stub, token: "abc", pauses: pauses)
    let summary = try await source.pull(from: nil) { _ in }
    #expect(pauses.all == [.seconds(3.75), .seconds(7.5), .seconds(77)])
    #expect(summary.retries == 3)
    #expect(stub.requests.allSatisfy { $0.headers["authorization"] == "Bearer abc" })
  }

  @Test("a service that wants more patience than allowed is left alone")
  func impatient() async throws {
    let stub = try StubService { _ in .init(status: 503, headers: ["Retry-After": "Fri, 15 Jan 2027 09:00:00 GMT"]) }
    let pauses = Pauses()
    let source = try source(stub, pauses: pauses)
    await #expect(throws: PullError.self) { _ = try await source.pull(from: nil) { _ in } }
    #expect(pauses.all.isEmpty)
    #expect(stub.requests.count == 1)
  }

  @Test(
    "a status that does not pass is an error at once",
    arguments: [(301, 1), (400, 1), (401, 1), (403, 1), (404, 1), (429, 3), (502, 3)])
  func statuses(status: Int, requestCount: Int) async throws {
    let stub = try StubService { _ in .init(status: status, headers: ["Location": "http://127.0.0.1:1/"]) }
    let source = try source(stub, token: "sekret-token") { $0.retries.maximumCount = 2 }
    let error = await #expect(throws: PullError.self) { _ = try await source.pull(from: nil) { _ in } }
    guard case .status(_, status) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(error?.description.contains("sekret") == false)
    #expect(error?.description.contains("\(stub.port)") == true)
    #expect(stub.requests.count == requestCount)
  }

  @Test(
    "an answer that cannot be used is an error",
    arguments: [
      "", "<html>", "[]", "{}", #"{"events":{}}"#, #"{"events":[}"#, #"{"events":null}"#,
      #"{"events":[{"user_id":"u","event_type":"x","timestamp":"2026-01-02T00:00:00Z"},{"user_id":"u","event_type":"x","timestamp":"2026-01-01T00:00:00Z"}]}"#,
      #"{"events":[1,2]}"#,
    ])
  func malformed(body: String) async throws {
    let stub = try StubService { _ in .init(body: body) }
    let source = try source(stub) { $0.limit = 2 }
    let error = await #expect(throws: PullError.self) { _ = try await source.pull(from: nil) { _ in } }
    guard case .malformedAnswer = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test("a service that does not heed start_time is an error, not a loop")
  func unheeding() async throws {
    let stub = try StubService { _ in
      .init(body: #"{"events":[{"event_id":"1","user_id":"u","event_type":"x","timestamp":"2026-01-02T00:00:00Z"}]}"#)
    }
    let deliveries = try await pull(try source(stub))
    #expect(deliveries.events.count == 1)
    let later = try source(stub, now: Self.now + 86_400_000)
    let other = try StubService(Events([Self.now]).answer)
    let position = try await pull(try source(other)).position
    let error = await #expect(throws: PullError.self) { _ = try await later.pull(from: position) { _ in } }
    guard case .malformedAnswer = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test("elements that are no events are refused, the others kept")
  func wrongElements() async throws {
    let stub = try StubService { _ in
      .init(
        body:
          #"{"events":[7,{"event_type":"x"},{"event_id":"1","user_id":"u","event_type":"x","timestamp":"2026-01-02T00:00:00Z"},"#
          + #"{"user_id":"u","event_type":"x"},{"user_id":"u","event_type":"x","timestamp":"soon"}]}"#)
    }
    let deliveries = try await pull(try source(stub))
    #expect(deliveries.events.map(\.event.id) == ["1"])
    #expect(deliveries.refused.map(\.reason) == ["not_an_object", "no_user", "no_time", "invalid_time"])
  }

  @Test("an answer that is too long is not read")
  func tooLarge() async throws {
    let body = #"{"events":[]}"# + String(repeating: " ", count: 100_000)
    let stub = try StubService { _ in .init(body: body) }
    let source = try source(stub) { $0.maximumAnswerByteCount = 1000 }
    let error = await #expect(throws: PullError.self) { _ = try await source.pull(from: nil) { _ in } }
    guard case .answerTooLarge(_, 1000) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test("a service that is slow, cuts its answer, or is not there")
  func connections() async throws {
    let slow = try StubService { _ in .init(body: #"{"events":[]}"#, delay: .seconds(5)) }
    let slowError = await #expect(throws: PullError.self) {
      _ = try await source(slow) {
        $0.timeout = .milliseconds(300)
        $0.retries.maximumCount = 1
      }.pull(from: nil) { _ in }
    }
    guard case .timedOut = slowError else {
      Issue.record("\(String(describing: slowError))")
      return
    }
    let stalled = try StubService { _ in .init(body: #"{"events":[]}"#, cut: 5, pause: .seconds(5)) }
    let stalledError = await #expect(throws: PullError.self) {
      _ = try await source(stalled) {
        $0.timeout = .milliseconds(300)
        $0.retries.maximumCount = 0
      }.pull(from: nil) { _ in }
    }
    guard case .timedOut = stalledError else {
      Issue.record("\(String(describing: stalledError))")
      return
    }
    let cut = try StubService { _ in .init(body: #"{"events":[]}"#, cut: 5) }
    let cutError = await #expect(throws: PullError.self) { _ = try await source(cut).pull(from: nil) { _ in } }
    #expect(cutError?.isTransient == true, "\(String(describing: cutError))")
    #expect(cut.requests.count == 4)
    var absent = try TrackingServiceSource(baseURL: "http://127.0.0.1:1", token: nil)
    absent.retries.maximumCount = 0
    let absentError = await #expect(throws: PullError.self) { _ = try await absent.pull(from: nil) { _ in } }
    guard case .unreachable = absentError else {
      Issue.record("\(String(describing: absentError))")
      return
    }
  }

  @Test("a task that is cancelled ends at once")
  func cancelled() async throws {
    let stub = try StubService { _ in .init(body: #"{"events":[]}"#, delay: .seconds(20)) }
    let source = try source(stub)
    let task = Task { try await source.pull(from: nil) { _ in } }
    try await Task.sleep(for: .milliseconds(300))
    task.cancel()
    let time = await ContinuousClock().measure {
      await #expect(throws: PullError.cancelled) { _ = try await task.value }
    }
    #expect(time < .seconds(5))
  }

  @Test(
    "an address that cannot be used is refused, without repeating it",
    arguments: ["", "ftp://h", "http://", "h/path", "https://u:sekret@h", "https://h?sekret=1", "https://h#sekret"])
  func addresses(text: String) {
    let error = #expect(throws: PullError.self) { _ = try TrackingServiceSource(baseURL: text, token: nil) }
    #expect(error?.description.contains("sekret") == false)
    #expect(throws: PullError.self) { _ = try TrackingServiceSource(baseURL: "http://h", token: "a\r\nX: b") }
  }
}
