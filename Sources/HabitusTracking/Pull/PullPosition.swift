/// How far a source was read: what a pull gives back with every page, and takes to go on. Its inside is the source's.
public struct PullPosition: Codable, Sendable, Equatable {
  enum Progress: Codable, Sendable, Equatable {
    case postgres(PostgresProgress)
    case service(ServiceProgress)
  }

  var progress: Progress

  init(_ progress: PostgresProgress) { self.progress = .postgres(progress) }

  init(_ progress: ServiceProgress) { self.progress = .service(progress) }
}
