import Habitus
import HabitusServer
import Logging
import Synchronization

struct NullTracker: TrackerProtocol {
  let name = "null"
  let maximumBodyByteCount = 1_000_000
  let routes = [TrackerRoute("POST", "/null")]
  func read(_ request: TrackerRequest) throws(TrackerRefusal) -> TrackerReading {
    TrackerReading(answer: .json(#"{"success":true}"#))
  }
  func answer(to refusal: TrackerRefusal) -> TrackerAnswer { TrackerAnswer(status: refusal.status) }
}
struct JSONTracker: TrackerProtocol {
  let name = "json"
  let maximumBodyByteCount = 1_000_000
  let routes = [TrackerRoute("POST", "/json")]
  let assembly = EventAssembly()
  func read(_ request: TrackerRequest) throws(TrackerRefusal) -> TrackerReading {
    var reading = TrackerReading(answer: .json(#"{"status":"accepted"}"#, status: 202))
    do {
      let root = try JSONDocument(request.body).root
      for node in root["events"]?.elements ?? [root] {
        var event = Event(id: node["event_id"]?.string ?? "", user: UserID(node["user_id"]?.string ?? ""), time: Timestamp(rfc3339: node["timestamp"]?.string ?? "") ?? request.received, type: node["event_type"]?.string ?? "", source: name)
        var text = PropertyText()
        text.append(membersOf: node, except: ["event_id", "user_id", "timestamp", "event_type"])
        event.properties = text.text
        assembly.complete(&event, from: [node])
        reading.events.append(TrackedEvent(event, address: request.address, userAgent: request.headers["user-agent"]))
      }
    } catch { throw TrackerRefusal(status: 400, reason: "invalid_json", message: "\(error)") }
    return reading
  }
  func answer(to refusal: TrackerRefusal) -> TrackerAnswer { TrackerAnswer(status: refusal.status) }
}
final class CountingIntake: IntakeReceiver {
  let events = Atomic(0)
  func accept(_ reading: TrackerReading, from source: IntakeSource) async throws(IntakeError) -> IntakeReceipt {
    events.wrappingAdd(reading.events.count, ordering: .relaxed)
    return IntakeReceipt()
  }
  func refuse(_ refusal: TrackerRefusal, from source: IntakeSource) async {}
  var counters: IntakeCounters { IntakeCounters() }
  func stop() async { print("events", events.load(ordering: .relaxed)) }
}
struct Keys: AccessKeyVerifier {
  func key(for secret: String) -> VerifiedKey? { secret == "good" ? VerifiedKey(name: "web", scopes: [.intake]) : nil }
}
struct Consents: ConsentReader { func consents(of user: String) -> [String: Bool]? { nil } }
var options = ServerOptions()
options.port = 8099
let intake = CountingIntake()
let logger = Logger(label: "bench") { _ in LineLog(HabitusConfiguration.Log()) }
let server = try HabitusHTTPServer(options, protocols: [NullTracker(), JSONTracker()], intake: intake, keys: Keys(), consents: Consents(), logger: logger)
try await ServiceRun(server: server, intake: intake, logger: logger).run()
