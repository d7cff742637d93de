internal import CPQ
internal import Dispatch
internal import Synchronization

/// Stops what a connection is waiting for, from any thread.
final class PostgresCancellation: Sendable {
  /// Wraps a pointer that libpq allows to be used by any thread; the lock lets one at a time.
  private struct Handle: @unchecked Sendable { var pointer: OpaquePointer? }

  private let handle = Mutex(Handle(pointer: nil))
  private let flag = Atomic(false)

  deinit { disarm() }

  /// Whether somebody wants the connection to stop.
  var isCancelled: Bool { flag.load(ordering: .relaxed) }

  /// Takes the means to stop a connection that has just been made.
  func arm(_ connection: OpaquePointer) {
    let pointer = PQgetCancel(connection)
    handle.withLock { handle in
      PQfreeCancel(handle.pointer)
      handle.pointer = pointer
    }
  }

  /// Forgets the connection.
  func disarm() {
    handle.withLock { handle in
      PQfreeCancel(handle.pointer)
      handle.pointer = nil
    }
  }

  /// Asks the server to stop the query; returns at once.
  func cancel() {
    flag.store(true, ordering: .relaxed)
    DispatchQueue.global().async {
      self.handle.withLock { handle in
        var message = [CChar](repeating: 0, count: 256)
        if let pointer = handle.pointer { PQcancel(pointer, &message, Int32(message.count)) }
      }
    }
  }
}
