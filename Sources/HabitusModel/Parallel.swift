internal import Dispatch
internal import Synchronization

/// Runs independent parts of a piece of work on several threads.
///
/// Parts are taken in ascending order by whichever worker is free, so what a part computes must not depend on which
/// worker runs it; results that are put together in the order of the parts are then the same for any number of workers.
package enum Parallel {
  /// Runs `body(&state, part)` for every part in `0..<partCount` and waits for all of them.
  ///
  /// - Parameters:
  ///   - partCount: number of parts.
  ///   - workers: number of threads.
  ///   - makeState: makes what one worker keeps from part to part, such as buffers that are used again.
  /// - Throws: the error of the first part (in order of the parts) that failed; parts not yet begun are then left out.
  package static func forEach<State>(
    _ partCount: Int, workers: Int, makeState: @Sendable () throws -> State,
    _ body: @Sendable (_ state: inout State, _ part: Int) throws -> Void
  ) throws {
    let workers = min(max(1, workers), partCount)
    if workers <= 1 {
      guard partCount > 0 else { return }
      var state = try makeState()
      for part in 0..<partCount { try body(&state, part) }
      return
    }
    let next = Atomic(0)
    let failure = Mutex<(part: Int, error: any Error)?>(nil)
    DispatchQueue.concurrentPerform(iterations: workers) { _ in
      var part = -1
      do {
        var state = try makeState()
        while true {
          part = next.add(1, ordering: .relaxed).oldValue
          guard part < partCount else { return }
          try body(&state, part)
        }
      } catch {
        failure.withLock { if part < $0?.part ?? .max { $0 = (part, error) } }
        next.store(partCount, ordering: .relaxed)
      }
    }
    if let failed = failure.withLock({ $0 }) { throw failed.error }
  }

  /// Runs `body(part)` for every part in `0..<partCount` and waits for all of them.
  package static func forEach(_ partCount: Int, workers: Int, _ body: @Sendable (_ part: Int) throws -> Void) throws {
    try forEach(partCount, workers: workers, makeState: {}) { (_: inout Void, part) in try body(part) }
  }

  /// The arrays one after the other, copied by several threads: most of the time goes into touching fresh memory.
  package static func joined(_ arrays: [[Double]], workers: Int) throws -> [Double] {
    var starts = [0]
    for array in arrays { starts.append(starts[starts.count - 1] + array.count) }
    let bounds = starts
    return try [Double](unsafeUninitializedCapacity: bounds[arrays.count]) { buffer, count in
      let target = JoinTarget(base: buffer.baseAddress)
      try forEach(arrays.count, workers: workers) { part in
        arrays[part].withUnsafeBufferPointer { source in
          guard let first = source.baseAddress, let base = target.base else { return }
          (base + bounds[part]).initialize(from: first, count: source.count)
        }
      }
      count = bounds[arrays.count]
    }
  }

  /// Sendable by hand: every part writes to a stretch of its own.
  private struct JoinTarget: @unchecked Sendable {
    let base: UnsafeMutablePointer<Double>?
  }
}
