internal import CPQ
internal import Glibc

/// A connection to PostgreSQL that reads: everything that waits does so on a queue of its own.
actor PostgresConnection {
  private static let readyWait: Int32 = 200

  /// Stops what the connection is doing.
  nonisolated let cancellation: PostgresCancellation
  /// Which server this is, for messages.
  private(set) var place = "PostgreSQL"

  private let executor = BlockingExecutor(label: "habitus.postgres")
  private let address: PostgresAddress
  private var handle: PostgresHandle?

  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  /// Prepares a connection; it is made by ``connect(timeout:)``.
  init(_ address: PostgresAddress, cancellation: PostgresCancellation) {
    self.address = address
    self.cancellation = cancellation
  }

  // MARK: Opening

  /// Connects.
  func connect(timeout: Duration) throws(PullError) {
    let parameters = address.parameters(timeoutSeconds: Int(clamping: timeout.components.seconds))
    let pointer = CStrings.with(parameters.map(\.keyword)) { keywords in
      CStrings.with(parameters.map(\.value)) { values in PQconnectdbParams(keywords, values, 1) }
    }
    guard let pointer else { throw .unreachable(place: place, reason: "there is no memory") }
    let handle = PostgresHandle(pointer)
    place = Self.place(pointer)
    guard PQstatus(pointer) == CONNECTION_OK else { throw loginError(pointer, parameters) }
    // Notices would be printed.
    PQsetNoticeProcessor(pointer, { _, _ in }, nil)
    let version = Int(PQserverVersion(pointer))
    guard version >= 120_000 else { throw .unsupportedServer(place: place, version: version) }
    // A database without an encoding would refuse to give what is no UTF-8.
    if PQparameterStatus(pointer, "server_encoding").map({ String(cString: $0) }) == "SQL_ASCII" {
      PQsetClientEncoding(pointer, "SQL_ASCII")
    }
    self.handle = handle
    cancellation.arm(pointer)
  }

  /// Closes the connection.
  func close() {
    cancellation.disarm()
    handle = nil
  }

  private static func place(_ pointer: OpaquePointer) -> String {
    func text(_ value: UnsafeMutablePointer<CChar>?) -> String { value.map { String(cString: $0) } ?? "" }
    return "PostgreSQL at \(text(PQhost(pointer))):\(text(PQport(pointer)))/\(text(PQdb(pointer)))"
  }

  private func loginError(
    _ pointer: OpaquePointer, _ parameters: [(keyword: String, value: String)]
  ) -> PullError {
    let message = address.cleaned(String(cString: PQerrorMessage(pointer)))
    // The word is the same in every language; libpq does not tell the code of an error at this point.
    let isAnswered = message.contains("FATAL") || PQconnectionNeedsPassword(pointer) == 1
    guard isAnswered else { return .unreachable(place: place, reason: message) }
    let state = CStrings.with(parameters.map(\.keyword)) { keywords in
      CStrings.with(parameters.map(\.value)) { values in PQpingParams(keywords, values, 1) }
    }
    // A server that is full says so in the same way as one that does not know the role.
    let isFull = ["connection slots", "too many clients", "too many connections"].contains(where: message.contains)
    return state == PQPING_REJECT || isFull
      ? .unreachable(place: place, reason: message) : .loginRefused(place: place, reason: message)
  }

  // MARK: Queries

  /// Answers a small query with texts.
  @discardableResult
  func texts(_ query: PostgresQuery) throws(PullError) -> [[String?]] {
    let pointer = try send(query, format: 0)
    var rows: [[String?]] = []
    while let result = try nextResult(pointer) {
      try check(result)
      rows += result.texts
    }
    return rows
  }

  /// Sends a query whose rows are then read by ``read(into:)``.
  func start(_ query: PostgresQuery) throws(PullError) {
    let pointer = try send(query, format: 1)
    guard PQsetSingleRowMode(pointer) == 1 else { throw lost(pointer) }
  }

  /// Hands over rows of the query that was started until the consumer has no room; returns whether it was the last.
  func read<Consumer: PostgresRowConsumer>(
    into consumer: Consumer
  ) throws(PullError) -> (consumer: Consumer, isAtEnd: Bool) {
    guard let pointer = handle?.pointer else { throw .connectionLost(place: place, reason: "it is closed") }
    if cancellation.isCancelled { throw .cancelled }
    var consumer = consumer
    while let result = try nextResult(pointer) {
      try check(result)
      guard result.status == PGRES_SINGLE_TUPLE else { continue }
      if !consumer.take(PostgresRow(result.pointer)) { return (consumer, false) }
    }
    return (consumer, true)
  }

  private func send(_ query: PostgresQuery, format: Int32) throws(PullError) -> OpaquePointer {
    guard let pointer = handle?.pointer else { throw .connectionLost(place: place, reason: "it is closed") }
    if cancellation.isCancelled { throw .cancelled }
    let encoded = query.parameters.map(\.encoded)
    let isSent = CStrings.with(encoded.map(\.bytes)) { values in
      PQsendQueryParams(
        pointer, query.text, Int32(encoded.count), encoded.map { Oid($0.type) }, values,
        encoded.map { Int32($0.bytes.count) }, encoded.map(\.format), format)
    }
    guard isSent == 1 else { throw lost(pointer) }
    return pointer
  }

  private func nextResult(_ pointer: OpaquePointer) throws(PullError) -> PostgresResult? {
    while PQisBusy(pointer) == 1 {
      try waitForInput(pointer)
      guard PQconsumeInput(pointer) == 1 else { throw lost(pointer) }
    }
    return PQgetResult(pointer).map { PostgresResult(pointer: $0) }
  }

  private func waitForInput(_ pointer: OpaquePointer) throws(PullError) {
    // After a request to cancel, the server has two seconds to say so.
    var remainingWaits = 10
    while true {
      if cancellation.isCancelled {
        remainingWaits -= 1
        if remainingWaits < 0 {
          close()
          throw .cancelled
        }
      }
      var descriptor = pollfd(fd: PQsocket(pointer), events: Int16(POLLIN), revents: 0)
      let count = poll(&descriptor, 1, Self.readyWait)
      if count > 0 { return }
      if count < 0, errno != EINTR { throw .connectionLost(place: place, reason: String(cString: strerror(errno))) }
    }
  }

  private func lost(_ pointer: OpaquePointer) -> PullError {
    let reason = address.cleaned(String(cString: PQerrorMessage(pointer)))
    close()
    return cancellation.isCancelled ? .cancelled : .connectionLost(place: place, reason: reason)
  }

  private func check(_ result: borrowing PostgresResult) throws(PullError) {
    switch result.status {
    case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_SINGLE_TUPLE, PGRES_EMPTY_QUERY: return
    default: break
    }
    let message = result.errorField("M") ?? PQresultErrorMessage(result.pointer).map { String(cString: $0) } ?? ""
    let error = PullError(
      place: place, state: result.errorField("C"), reason: address.cleaned(message),
      isCancelled: cancellation.isCancelled)
    // Whatever comes after an error is of no use.
    close()
    throw error
  }
}

/// Closes a connection with its last use.
private final class PostgresHandle {
  let pointer: OpaquePointer

  init(_ pointer: OpaquePointer) { self.pointer = pointer }

  deinit { PQfinish(pointer) }
}
