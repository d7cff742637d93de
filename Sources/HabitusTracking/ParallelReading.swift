import Dispatch
import Foundation
import Synchronization

/// An import by several threads: each takes the next chunk of the files (one at a time, in turn), parses it, and the
/// caller's thread gets the results in the order of the chunks.
///
/// At most `workers + 2` chunks are under way, so a slow receiver holds the readers back.
final class ParallelReading: Sendable {
  private struct Feed {
    var sequence: ChunkSequence
    var nextNumber = 0
    var isStopped = false
  }

  private struct Finished {
    var chunk: ImportedChunk
    var position: FilePosition
  }

  private struct Results {
    var finished: [Int: Result<Finished, TrackingError>] = [:]
    /// Chunks that were delivered, whose memory is free.
    var spare: [ImportedChunk] = []
    var workingCount: Int
  }

  private let plan: ImportPlan
  private let workers: Int
  private let feed: Mutex<Feed>
  private let results: Mutex<Results>
  private let free: DispatchSemaphore
  private let changed = DispatchSemaphore(value: 0)

  init(files: [String], plan: ImportPlan, workers: Int) {
    self.plan = plan
    self.workers = workers
    feed = Mutex(Feed(sequence: ChunkSequence(files: files, options: plan.options)))
    results = Mutex(Results(workingCount: workers))
    free = DispatchSemaphore(value: workers + 2)
  }

  /// Runs the import and gives every chunk to `receive` on this thread; returns or throws after all threads have ended.
  func run(_ receive: (inout ImportedChunk, FilePosition) throws -> Void) throws {
    for worker in 0..<workers {
      let thread = Thread { self.work(worker) }
      thread.stackSize = 4 << 20
      thread.start()
    }
    var failure: (any Error)?
    var expected = 0
    var isWorking = true
    while isWorking {
      changed.wait()
      while let result = results.withLock({ $0.finished.removeValue(forKey: expected) }) {
        expected += 1
        if failure == nil {
          do {
            var finished = try result.get()
            try receive(&finished.chunk, finished.position)
            let chunk = finished.chunk
            results.withLock { $0.spare.append(chunk) }
          } catch {
            failure = error
            feed.withLock { $0.isStopped = true }
          }
        }
        free.signal()
      }
      isWorking = results.withLock { $0.workingCount > 0 || !$0.finished.isEmpty }
    }
    if let failure { throw failure }
  }

  private func work(_ worker: Int) {
    let parser = ChunkParser(plan)
    var chunk = Chunk()
    while true {
      free.wait()
      guard let (number, place) = take(&chunk) else { break }
      var result = results.withLock { $0.spare.popLast() } ?? ImportedChunk()
      result.worker = worker
      let finished = Result { () throws(TrackingError) in
        let place = try place.get()
        try parser.parse(chunk, of: place.plan, fileIndex: place.position.fileIndex, into: &result)
        result.fileByteCount = place.byteCount
        return Finished(chunk: result, position: place.position)
      }
      result = ImportedChunk()
      results.withLock { $0.finished[number] = finished }
      changed.signal()
    }
    free.signal()
    results.withLock { $0.workingCount -= 1 }
    changed.signal()
  }

  /// Reads the next chunk of the files and gives it a number; `nil` at the end. An error has a number too, and ends it.
  private func take(_ chunk: inout Chunk) -> (number: Int, place: Result<ChunkPlace, TrackingError>)? {
    feed.withLock { feed in
      if feed.isStopped { return nil }
      let next = Result { () throws(TrackingError) in try feed.sequence.next(&chunk) }
      feed.nextNumber += 1
      switch next {
      case .success(nil):
        feed.isStopped = true
        return nil
      case .success(let place?): return (feed.nextNumber - 1, .success(place))
      case .failure(let error):
        feed.isStopped = true
        return (feed.nextNumber - 1, .failure(error))
      }
    }
  }
}
