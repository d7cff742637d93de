internal import Foundation

/// The configuration file: which one it is, and what it says.
struct ConfigurationFile {
  /// The path of the file that was found; `nil` for none.
  let path: String?
  /// Its values and problems; empty where there is no file.
  let layer: ConfigurationLayer

  /// Finds and reads the file.
  init(explicit: String?, surroundings: ConfigurationSurroundings, schema: ConfigurationSchema) {
    let named = surroundings.variables[ConfigurationSchema.fileVariable].flatMap { $0.isEmpty ? nil : $0 }
    if let required = explicit ?? named {
      path = required
      layer =
        Self.read(required, surroundings, schema)
        ?? .init(problems: [
          .init(origin: .file(required), key: "", reason: .unreadable("there is no such file"))
        ])
      return
    }
    for candidate in ["habitus.yaml"] + Self.homeFiles(surroundings) {
      if let found = Self.read(candidate, surroundings, schema) {
        path = candidate
        layer = found
        return
      }
    }
    path = nil
    layer = ConfigurationLayer()
  }

  private static func homeFiles(_ surroundings: ConfigurationSurroundings) -> [String] {
    guard let home = surroundings.homeDirectory, !home.isEmpty else { return [] }
    return [home + "/.config/habitus/habitus.yaml"]
  }

  /// What the file says, or why it cannot be read; `nil` where there is none.
  private static func read(
    _ path: String, _ surroundings: ConfigurationSurroundings, _ schema: ConfigurationSchema
  ) -> ConfigurationLayer? {
    do {
      guard let text = try surroundings.contents(path) else { return nil }
      let document = ConfigurationDocument(text: text, file: path, schema: schema)
      let values = document.values.mapValues { entry in
        ConfigurationLayer.Entry(value: entry.value, origin: .file(path, line: entry.line))
      }
      return ConfigurationLayer(values: values, problems: document.problems)
    } catch {
      let reason = error as? ConfigurationProblem.Reason ?? .unreadable(error.localizedDescription)
      return ConfigurationLayer(problems: [.init(origin: .file(path), key: "", reason: reason)])
    }
  }
}
