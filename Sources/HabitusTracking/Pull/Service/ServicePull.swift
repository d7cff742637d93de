internal import HabitusModel

/// One run over a service.
///
/// Requests go from moment to moment: each begins a millisecond before the last event of the one before, so that events
/// of one millisecond that an answer had no room for come with the next, and those that have come are left out.
struct ServicePull {
  let source: TrackingServiceSource
  let client: ServiceClient
  var progress: ServiceProgress
  var summary: PullSummary

  /// The elements of the last answers that may come again.
  private var seen: Set<String> = []
  private var lastTime: Timestamp?
  /// The most elements that an answer had.
  private var largestCount = 0

  init(source: TrackingServiceSource, client: ServiceClient, progress: ServiceProgress, summary: PullSummary) {
    self.source = source
    self.client = client
    self.progress = progress
    self.summary = summary
  }

  /// Delivers what is new.
  mutating func run(_ deliver: (PulledPage) async throws -> Void) async throws(PullError) {
    progress.begin(at: source.surroundings.now(), overlap: source.overlap)
    var limit = max(1, source.limit)
    var countBeforeGrowth = 0
    while let run = progress.running {
      let answer = try await answer(run, limit: limit)
      let count = answer.elements.count
      let new = answer.elements.filter { !seen.contains($0.identity) }
      let next = answer.lastTime.map { Timestamp(milliseconds: $0.milliseconds - 1) }
      if let next, next > run.start {
        // Of what comes again, the next answer has only what is in this one.
        seen = Set(answer.elements.map(\.identity))
        progress.running?.start = next
        try await self.deliver(new, deliver)
        (limit, countBeforeGrowth) = (max(1, source.limit), 0)
        continue
      }
      // All of the answer stands at one moment.
      seen.formUnion(new.map(\.identity))
      if !new.isEmpty { try await self.deliver(new, deliver) }
      if count >= limit {
        guard limit < source.largestLimit else {
          throw .crowdedMoment(place: source.place, time: lastTime ?? run.start, limit: limit)
        }
        (countBeforeGrowth, limit) = (count, min(limit * 2, source.largestLimit))
      } else if countBeforeGrowth > 0, count <= countBeforeGrowth {
        // It gives no more, however many it is asked for. Are there any?
        try await checkNothingFollows(run, limit: limit, count: count)
        break
      } else if new.isEmpty {
        if count > 0, count >= largestCount { try await checkNothingFollows(run, limit: limit, count: count) }
        break
      }
    }
    progress.finish(last: lastTime)
    try await summary.add(PulledPage(position: PullPosition(progress)), deliver: deliver)
  }

  private mutating func answer(_ run: ServiceProgress.Run, limit: Int) async throws(PullError) -> ServiceAnswer {
    let body = try await client.body(from: run.start, to: run.started, limit: limit, retries: &summary.retries)
    let answer = try ServiceAnswer(body, source.assembly, place: source.place)
    largestCount = max(largestCount, answer.elements.count)
    let isFull = answer.elements.count >= limit
    guard answer.isSorted || !isFull else {
      throw .malformedAnswer(place: source.place, reason: "its events are not sorted by time, oldest first")
    }
    if isFull, answer.lastTime == nil {
      throw .malformedAnswer(
        place: source.place, reason: "none of its \(limit) events can be read: so there is no next")
    }
    if let last = answer.lastTime {
      guard last.milliseconds >= run.start.milliseconds - 1000 else {
        throw .malformedAnswer(
          place: source.place, reason: "its events are earlier than start_time \(run.start): it does not heed that")
      }
      lastTime = max(lastTime ?? last, last)
    }
    return answer
  }

  private mutating func deliver(
    _ elements: [ServiceAnswer.Element], _ deliver: (PulledPage) async throws -> Void
  ) async throws(PullError) {
    var page = PulledPage(position: PullPosition(progress))
    for element in elements {
      switch element.reading {
      case .success(let event): page.events.append(event)
      case .failure(let defect):
        page.refused.append(
          RefusedPayload(
            reason: defect.reason, message: defect.message, raw: element.raw, position: page.refused.count))
      }
    }
    try await summary.add(page, deliver: deliver)
  }

  /// A service may give less than it is asked for. Then nothing new at a moment does not mean that nothing is left.
  private mutating func checkNothingFollows(
    _ run: ServiceProgress.Run, limit: Int, count: Int
  ) async throws(PullError) {
    guard let last = lastTime, last < run.started else { return }
    var later = run
    later.start = Timestamp(milliseconds: last.milliseconds + 1)
    let answer = try await answer(later, limit: limit)
    if answer.elements.contains(where: { !seen.contains($0.identity) && $0.time ?? last > last }) {
      throw .crowdedMoment(place: source.place, time: last, limit: count)
    }
  }
}
