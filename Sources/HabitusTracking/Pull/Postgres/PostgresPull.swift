internal import HabitusModel

/// One run over a database with one connection.
struct PostgresPull {
  let source: PostgresSource
  let connection: PostgresConnection
  var progress: PostgresProgress
  var summary: PullSummary

  /// Delivers what is new.
  mutating func run(_ deliver: (PulledPage) async throws -> Void) async throws(PullError) {
    try await connection.connect(timeout: source.connectTimeout)
    let catalog = try await PostgresCatalog.read(source.tables, from: connection)
    let place = await connection.place
    let plan = try PostgresEventPlan(source.tables, catalog, place: place)
    if let table = source.tables.consents {
      let consents = try PostgresConsentPlan(source.tables, table: table, catalog, place: place)
      try await deliverConsents(consents, deliver)
    }
    try await begin()
    let (now, transaction) = try await clock()
    try await commit()
    let overlap = max(.zero, source.overlap)
    progress.begin(at: now, transaction: transaction, identity: plan.identity, overlap: overlap)
    let known = plan.hasTransactions ? progress.knownRows(identity: plan.identity, transaction: transaction) : nil
    try await deliverEvents(plan, known, deliver)
    progress.finish()
    try await summary.add(page(), deliver: deliver)
  }

  // MARK: Transactions

  private func begin() async throws(PullError) {
    try await connection.texts(PostgresQuery("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
    try await connection.texts(PostgresQuery("SET LOCAL TimeZone = 'UTC'"))
  }

  private func commit() async throws(PullError) { try await connection.texts(PostgresQuery("COMMIT")) }

  /// The database's time, and the oldest transaction that it still runs.
  private func clock() async throws(PullError) -> (PostgresMoment, Int64) {
    let row = try await connection.texts(
      PostgresQuery(
        """
        SELECT (extract(epoch FROM now() - timestamptz '2000-01-01 00:00:00+00') * 1000000)::bigint::text,
          txid_snapshot_xmin(txid_current_snapshot())::text
        """)
    ).first
    guard let row, let now = row[0].flatMap({ Int64($0) }), let transaction = row[1].flatMap({ Int64($0) }) else {
      throw .queryFailed(place: await connection.place, state: "", reason: "it does not tell the time")
    }
    return (PostgresMoment(microseconds: now), transaction)
  }

  // MARK: Consents

  private mutating func deliverConsents(
    _ plan: PostgresConsentPlan, _ deliver: (PulledPage) async throws -> Void
  ) async throws(PullError) {
    try await begin()
    let digest = try await connection.texts(plan.digest).first?[0] ?? ""
    guard digest != progress.consents else { return try await commit() }
    let now = try await clock().0.timestamp ?? source.surroundings.now()
    try await connection.start(plan.statements)
    var reader = PostgresConsentReader(source: source.name, read: now, limit: source.rowsPerPage)
    var isAtEnd = false
    repeat {
      (reader, isAtEnd) = try await connection.read(into: reader)
      let (consents, refused) = reader.drain()
      // The last page says that all were read; an empty table is no page of its own.
      if isAtEnd { progress.consents = digest }
      if consents.isEmpty, refused.isEmpty { continue }
      var page = page()
      (page.consents, page.refused, page.consentsRead) = (consents, refused, now)
      try await summary.add(page, deliver: deliver)
    } while !isAtEnd
    try await commit()
  }

  // MARK: Events

  private mutating func deliverEvents(
    _ plan: PostgresEventPlan, _ known: PostgresKnownRows?, _ deliver: (PulledPage) async throws -> Void
  ) async throws(PullError) {
    while let sweep = progress.running, !sweep.isDated {
      let range = PostgresRange(from: sweep.from, lower: sweep.last, known: known)
      let isLast = try await deliverRange(range, plan, deliver)
      progress.running?.isDated = isLast
    }
    guard plan.hasUndated else { return }
    var isLast = false
    while !isLast {
      let lower = progress.running?.lastUndated.map { PostgresKey(created: .minusInfinity, id: $0) }
      isLast = try await deliverRange(PostgresRange(isUndated: true, lower: lower, known: known), plan, deliver)
    }
  }

  /// Delivers the first events of a range, in one transaction; returns whether these were all.
  private mutating func deliverRange(
    _ range: PostgresRange, _ plan: PostgresEventPlan, _ deliver: (PulledPage) async throws -> Void
  ) async throws(PullError) -> Bool {
    try await begin()
    var range = range
    range.upper = try await boundary(of: range, plan)
    try await connection.start(plan.events(in: range))
    let parser = PostgresEventParser(
      plan: plan, assembly: source.assembly, source: source.name, maximumEventByteCount: source.maximumEventByteCount)
    let limit = PullPageLimit(rowCount: max(1, source.rowsPerPage), byteCount: source.bytesPerPage)
    let reader = PostgresEventReader(plan, parser, limit: limit)
    var reading = await Self.next(reader, connection)
    while true {
      var (reader, isAtEnd) = try reading.get()
      if isAtEnd { reader.finish() }
      let (events, refused, last) = reader.drain()
      if let last { advance(to: last, range) }
      var page = page()
      (page.events, page.refused) = (events, refused)
      if isAtEnd {
        if !page.isEmpty { try await summary.add(page, deliver: deliver) }
        break
      }
      // The next page is read while this one is stored.
      let (started, connection) = (reader, connection)
      async let next = Self.next(started, connection)
      try await summary.add(page, deliver: deliver)
      reading = await next
    }
    try await commit()
    return range.upper == nil
  }

  private static func next(
    _ reader: PostgresEventReader, _ connection: PostgresConnection
  ) async -> Result<(PostgresEventReader, Bool), PullError> {
    do throws(PullError) {
      let (reader, isAtEnd) = try await connection.read(into: reader)
      return .success((reader, isAtEnd))
    } catch {
      return .failure(error)
    }
  }

  private mutating func advance(to key: PostgresKey, _ range: PostgresRange) {
    if range.isUndated { progress.running?.lastUndated = key.id } else { progress.running?.last = key }
  }

  /// Where a transaction ends; `nil` where the range has no more events than fit into one.
  private func boundary(
    of range: PostgresRange, _ plan: PostgresEventPlan
  ) async throws(PullError) -> PostgresKey? {
    try await connection.start(plan.boundary(in: range, after: max(1, source.rowsPerTransaction) - 1))
    return try await connection.read(into: PostgresKeyReader()).consumer.key
  }

  private func page() -> PulledPage { PulledPage(position: PullPosition(progress)) }
}
