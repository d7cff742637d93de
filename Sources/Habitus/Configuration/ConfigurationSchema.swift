/// All keys, by section: what the file, variables, flags and the documentation are made from.
public struct ConfigurationSchema: Sendable {
  /// The keys below one name at the top of the file.
  public struct Section: Sendable {
    /// The first part of the path of its keys.
    public let name: String
    /// One line: what it is about.
    public let meaning: String
    /// Its keys, in the order of the file; keys of one group follow each other.
    public let keys: [ConfigurationKey]
  }

  /// The sections, in the order of the file.
  public let sections: [Section]

  /// What the names of variables begin with.
  public static let variablePrefix = "HABITUS_"
  /// The variable that names the configuration file.
  public static let fileVariable = "HABITUS_CONFIG"
  /// The variable that is a short name for the one of `storage.path`.
  public static let dataVariable = "HABITUS_DATA"

  /// How values are given, for the head of the file and of the reference.
  static let guide =
    "A variable such as \(variablePrefix)FEATURE_EXTRACTION_TIME_WINDOW_DAYS=60 overrides the file, a flag such as "
    + "--set feature_extraction.time_window_days=60 overrides both. There, lists are written a,b, maps a=1,b=2, maps "
    + "of lists a=x|y,b=z, and maps of fields a.item=x,a.value=y, with a backslash before a separator that is part of "
    + "a text. A list or map that is given takes the place of the whole default. \(fileVariable) names the file, "
    + "\(dataVariable) is short for \(variablePrefix)STORAGE_PATH."

  private let keysByPath: [String: ConfigurationKey]
  private let keysByVariable: [String: ConfigurationKey]
  private let groups: Set<String>

  /// Makes a schema of sections whose keys have different paths.
  init(sections: [Section]) {
    self.sections = sections
    let keys = sections.flatMap(\.keys)
    keysByPath = Dictionary(keys.map { ($0.path, $0) }) { first, _ in first }
    keysByVariable = Dictionary(keys.map { ($0.variable, $0) }) { first, _ in first }
    groups = Set(keys.flatMap { Self.groups(of: $0.path) })
  }

  /// All keys, in the order of the file.
  public var keys: [ConfigurationKey] { sections.flatMap(\.keys) }

  /// The key with this path.
  public func key(_ path: String) -> ConfigurationKey? { keysByPath[path] }

  /// The key that this variable sets.
  func key(variable: String) -> ConfigurationKey? {
    keysByVariable[variable] ?? (variable == Self.dataVariable ? key("storage.path") : nil)
  }

  /// Whether keys have paths that begin with this one.
  func isGroup(_ path: String) -> Bool { groups.contains(path) }

  /// The key or group that was probably meant: one of the same name in another place, else the nearest path.
  func suggestion(for path: String) -> String? {
    let name = path[(path.lastIndex(of: ".").map(path.index(after:)) ?? path.startIndex)...]
    let namesakes = keys.filter { $0.name == name }
    let near = EditDistance.nearest(to: path, among: Array(keysByPath.keys) + groups)
    return near ?? (namesakes.count == 1 ? namesakes[0].path : nil)
  }

  /// The variable that was probably meant.
  func suggestion(forVariable name: String) -> String? {
    EditDistance.nearest(to: name, among: Array(keysByVariable.keys) + [Self.fileVariable, Self.dataVariable])
  }

  /// The paths above a path, outermost first.
  static func groups(of path: String) -> [String] {
    path.indices.filter { path[$0] == "." }.map { String(path[..<$0]) }
  }
}
