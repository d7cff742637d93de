internal import Foundation

/// What the configuration takes from its surroundings: variables, the home folder and files.
///
/// Only ``process`` reads the environment and the disk; everything else is handed this value.
public struct ConfigurationSurroundings: Sendable {
  /// The variables of the environment.
  public var variables: [String: String]
  /// The user's home folder, if there is one.
  public var homeDirectory: String?
  /// Reads the text of the file at a path; `nil` where there is no such file. Whatever it throws becomes a problem.
  public var contents: @Sendable (String) throws -> String?

  /// Makes surroundings from their parts.
  public init(
    variables: [String: String] = [:], homeDirectory: String? = nil,
    contents: @escaping @Sendable (String) throws -> String? = { _ in nil }
  ) {
    self.variables = variables
    self.homeDirectory = homeDirectory
    self.contents = contents
  }

  /// Those of this process. Files must be UTF-8.
  public static var process: Self {
    let variables = ProcessInfo.processInfo.environment
    return Self(variables: variables, homeDirectory: variables["HOME"]) { path in
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return nil }
      if isFolder.boolValue { throw ConfigurationProblem.Reason.unreadable("it is a folder") }
      let data = try Data(contentsOf: URL(fileURLWithPath: path))
      guard let text = String(validating: data, as: UTF8.self) else {
        throw ConfigurationProblem.Reason.unreadable("it is not UTF-8 text")
      }
      return text
    }
  }
}
