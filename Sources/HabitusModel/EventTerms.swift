/// Terms of each dictionary of events, in the order of their codes.
public struct EventTerms: Sendable {
  /// User identifiers.
  public var users = ByteColumn()
  /// Event types.
  public var types = ByteColumn()
  /// Items.
  public var items = ByteColumn()
  /// Categories.
  public var categories = ByteColumn()
  /// The sources' own sessions.
  public var sessions = ByteColumn()
  /// Pages.
  public var pages = ByteColumn()
  /// Sources.
  public var sources = ByteColumn()

  /// Makes empty columns.
  public init() {}

  /// Takes the terms of each dictionary.
  public init(
    users: ByteColumn, types: ByteColumn, items: ByteColumn, categories: ByteColumn, sessions: ByteColumn,
    pages: ByteColumn, sources: ByteColumn
  ) {
    self.users = users
    self.types = types
    self.items = items
    self.categories = categories
    self.sessions = sessions
    self.pages = pages
    self.sources = sources
  }
}
