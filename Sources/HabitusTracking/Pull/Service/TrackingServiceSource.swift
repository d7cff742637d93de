internal import AsyncHTTPClient
internal import Foundation
internal import HabitusModel
internal import NIOCore

/// Pulls events from the HTTP service of the existing tracking system: `GET {url}/events?start_time=&end_time=&limit=`.
///
/// The service is asked for events by their own time, oldest first, so an event that comes later than ``overlap`` after
/// it happened is not found. All events of the overlap are delivered with each pull. A pull ends when an answer has
/// nothing new. Whether the service counts events at `start_time` itself as inside or outside does not matter.
public struct TrackingServiceSource: PulledSource {
  /// The source's name.
  public let name: String
  /// How far a pull goes back behind the last event that was delivered.
  public var overlap: Duration = .seconds(600)
  /// At most so many events an answer.
  public var limit = 1000
  /// Where more events than ``limit`` stand at one millisecond, up to so many are asked for.
  public var largestLimit = 64_000
  /// The longest answer, decompressed.
  public var maximumAnswerByteCount = 64 << 20
  /// How long one request may take.
  public var timeout: Duration = .seconds(30)
  /// What happens when a request fails.
  public var retries = PullRetries()
  /// Clock, waiting and random numbers.
  public var surroundings = PullSurroundings.system

  /// The address of the events.
  let url: String
  let token: String?
  let assembly: EventAssembly
  /// The service, for messages.
  let place: String

  /// Takes the address of a service, under which there is `/events`.
  ///
  /// - Parameters:
  ///   - baseURL: `http://` or `https://`, without user, query and fragment.
  ///   - token: Sent as `Authorization: Bearer`; `nil` for none.
  ///   - name: The source's name.
  ///   - mapping: Which property feeds item, category, value and page.
  /// - Throws: ``PullError/invalidAddress(source:reason:)``.
  public init(
    baseURL: String, token: String?, name: String = "service", mapping: EventMapping = .standard
  ) throws(PullError) {
    guard let components = URLComponents(string: baseURL), ["http", "https"].contains(components.scheme?.lowercased()),
      let host = components.host, !host.isEmpty
    else {
      throw .invalidAddress(source: name, reason: "it is no URL such as https://host/path")
    }
    guard components.user == nil, components.password == nil else {
      throw .invalidAddress(source: name, reason: "it holds a user or password; give the service's token apart")
    }
    guard components.query == nil, components.fragment == nil else {
      throw .invalidAddress(source: name, reason: "it has a query or a fragment; leave out what follows ? or #")
    }
    if let token, token.isEmpty || !token.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) {
      throw .invalidAddress(source: name, reason: "its token is empty or holds blanks or letters that are not ASCII")
    }
    var base = baseURL
    while base.hasSuffix("/") { base.removeLast() }
    url = base + "/events"
    place = "the tracking service at \(base)"
    self.token = token
    self.name = name
    assembly = EventAssembly(mapping)
  }

  /// Reads what is new since `position`, page by page; ``PulledSource/pull(from:deliver:)``.
  public func pull(
    from position: PullPosition?, deliver: (PulledPage) async throws -> Void
  ) async throws(PullError) -> PullSummary {
    var progress = ServiceProgress()
    if let position {
      guard case .service(let known) = position.progress else { throw .foreignPosition(source: name) }
      progress = known
    }
    var configuration = HTTPClient.Configuration()
    // A token does not follow to another address.
    configuration.redirectConfiguration = .disallow
    configuration.timeout.connect = .seconds(10)
    let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    var pull = ServicePull(
      source: self, client: ServiceClient(source: self, client: client), progress: progress,
      summary: PullSummary(position: position))
    var failure: PullError?
    do throws(PullError) { try await pull.run(deliver) } catch { failure = error }
    // What it could not close ends with the process; the events are read.
    try? await client.shutdown()
    if let failure { throw failure }
    return pull.summary
  }
}
