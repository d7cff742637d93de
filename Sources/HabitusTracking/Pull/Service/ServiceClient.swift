internal import AsyncHTTPClient
internal import HabitusModel
internal import NIOCore
internal import NIOHTTP1

/// Asks a service for events, again where that failed for a passing reason.
struct ServiceClient: Sendable {
  let source: TrackingServiceSource
  let client: HTTPClient

  /// The body of an answer with success.
  ///
  /// - Parameter retries: Counts what was tried again.
  func body(
    from start: Timestamp, to end: Timestamp, limit: Int, retries: inout Int
  ) async throws(PullError) -> [UInt8] {
    let url = "\(source.url)?start_time=\(start)&end_time=\(end)&limit=\(limit)"
    var failures = 0
    while true {
      do throws(Failure) {
        return try await attempt(url)
      } catch {
        if Task.isCancelled { throw .cancelled }
        failures += 1
        guard error.error.isTransient, failures <= source.retries.maximumCount else { throw error.error }
        // Coming back before the service wants it is of no use.
        if let requested = error.retryAfter, requested > source.retries.longestDelay { throw error.error }
        retries += 1
        try await source.surroundings.wait(source.retries, beforeRetry: failures, requested: error.retryAfter)
      }
    }
  }

  private struct Failure: Error {
    var error: PullError
    var retryAfter: Duration?
  }

  private func attempt(_ url: String) async throws(Failure) -> [UInt8] {
    do {
      return try await answerInTime(url)
    } catch let failure as Failure {
      throw failure
    } catch let error as PullError {
      throw Failure(error: error)
    } catch {
      throw Failure(error: pullError(error))
    }
  }

  /// The client's own time limit ends with the head of an answer; this one holds for the body, too.
  private func answerInTime(_ url: String) async throws -> [UInt8] {
    try await withThrowingTaskGroup(of: [UInt8].self) { group in
      group.addTask { try await answer(url) }
      group.addTask {
        try await Task.sleep(for: source.timeout)
        throw PullError.timedOut(place: source.place, limit: source.timeout)
      }
      defer { group.cancelAll() }
      return try await group.next() ?? []
    }
  }

  private func answer(_ url: String) async throws -> [UInt8] {
    var request = HTTPClientRequest(url: url)
    request.headers.add(name: "Accept", value: "application/json")
    request.headers.add(name: "Accept-Encoding", value: "gzip")
    request.headers.add(name: "User-Agent", value: "habitus")
    if let token = source.token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
    let limit = source.maximumAnswerByteCount
    let response = try await client.execute(request, deadline: .distantFuture)
    let status = Int(response.status.code)
    guard (200..<300).contains(status) else {
      throw Failure(
        error: .status(place: source.place, code: status),
        retryAfter: RetryAfter.duration(
          response.headers.first(name: "Retry-After"), now: source.surroundings.now()))
    }
    if let length = response.headers.first(name: "Content-Length").flatMap({ Int($0) }), length > limit {
      throw PullError.answerTooLarge(place: source.place, limit: limit)
    }
    let body = try await response.body.collect(upTo: limit)
    do throws(TrackerRefusal) {
      return try PayloadDecoding.decoded(
        Array(body.readableBytesView), contentEncoding: response.headers.first(name: "Content-Encoding"),
        maximumByteCount: limit)
    } catch {
      throw error.status == 413
        ? PullError.answerTooLarge(place: source.place, limit: limit)
        : PullError.malformedAnswer(place: source.place, reason: error.message)
    }
  }

  private func pullError(_ error: any Error) -> PullError {
    switch error {
    case is CancellationError: return .cancelled
    case is NIOTooManyBytesError:
      return .answerTooLarge(place: source.place, limit: source.maximumAnswerByteCount)
    case let error as HTTPClientError:
      switch error {
      case .cancelled: return .cancelled
      case .deadlineExceeded, .readTimeout, .getConnectionFromPoolTimeout:
        return .timedOut(place: source.place, limit: source.timeout)
      case .connectTimeout, .tlsHandshakeTimeout:
        return .unreachable(place: source.place, reason: error.description)
      case .remoteConnectionClosed, .uncleanShutdown, .bodyLengthMismatch:
        return .connectionLost(place: source.place, reason: error.description)
      default: return .unreachable(place: source.place, reason: error.description)
      }
    default: return .unreachable(place: source.place, reason: String(describing: error))
    }
  }
}
