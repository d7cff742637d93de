internal import Synchronization

/// Models that were read from the store, kept as long as they stand: reading one takes longer than using it.
final class StandingModels: Sendable {
  private let latest = Mutex<[String: (id: Int64, model: any Sendable)]>([:])

  /// The model of a kind with an id; read where another one was asked for last.
  func model<Model: Sendable>(_ id: Int64, of kind: String, _ read: () throws -> Model?) throws -> Model? {
    if let kept = latest.withLock({ $0[kind] }), kept.id == id, let model = kept.model as? Model { return model }
    guard let model = try read() else { return nil }
    latest.withLock { $0[kind] = (id, model) }
    return model
  }
}
