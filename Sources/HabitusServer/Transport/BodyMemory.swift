internal import Synchronization

/// Keeps count of the memory that bodies of requests take, over all connections.
final class BodyMemory: Sendable {
  private let limit: Int
  private let used = Atomic(0)

  /// - Parameter limit: bytes that all bodies may take together.
  init(limit: Int) { self.limit = limit }

  /// Bytes that are taken now.
  var usedByteCount: Int { used.load(ordering: .relaxed) }

  /// Takes so many bytes, if they are there.
  func reserve(_ byteCount: Int) -> Bool {
    let after = used.wrappingAdd(byteCount, ordering: .relaxed).newValue
    if after <= limit { return true }
    release(byteCount)
    return false
  }

  /// Gives so many bytes back.
  func release(_ byteCount: Int) { used.wrappingSubtract(byteCount, ordering: .relaxed) }
}
