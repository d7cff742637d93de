/// Who sends events: a protocol, and the key that it was used with.
public struct IntakeSource: Sendable, Hashable {
  /// The name of the protocol, as in `segment`.
  public var protocolName: String
  /// The name of the key, or ``open`` where none was needed.
  public var name: String
  /// The namespace of the identifiers of its events.
  public var namespace: String

  /// The name of sources without a key.
  public static let open = "open"

  /// Makes a source from its parts.
  public init(protocolName: String, name: String = IntakeSource.open, namespace: String) {
    self.protocolName = protocolName
    self.name = name
    self.namespace = namespace
  }
}
