import ArgumentParser
import Habitus

/// Where the data and the settings are.
struct StoreOptions: ParsableArguments {
  @Option(name: .long, help: ArgumentHelp("The data folder; the configured one unless given.", valueName: "dir"))
  var data: String?

  @Option(name: .long, help: ArgumentHelp("The configuration file.", valueName: "file"))
  var config: String?

  @Option(name: .customLong("set"), help: ArgumentHelp("A setting for this call (repeatable).", valueName: "key=value"))
  var settings: [String] = []

  @Option(name: .long, help: ArgumentHelp("Number of threads; has no influence on results.", valueName: "n"))
  var threads: Int?

  func validate() throws {
    if let threads, threads < 1 { throw ValidationError("'--threads' takes a number of at least 1.") }
  }

  /// The configuration that file, variables and flags give.
  func load(_ overrides: [ConfigurationOverride] = []) throws -> LoadedConfiguration {
    var overrides = overrides
    if let data { overrides.append(ConfigurationOverride(key: "storage.path", value: data, flag: "--data")) }
    return try LoadedConfiguration(file: config, settings: settings, overrides: overrides)
  }

  /// Opens the store.
  func workspace(_ access: Store.Access, _ overrides: [ConfigurationOverride] = []) throws -> Workspace {
    try Workspace(configuration: try load(overrides).configuration, access: access, workers: threads)
  }

  /// The flags to repeat in a proposed command.
  var repeatedFlags: String {
    var flags = ""
    if let data { flags += " --data " + ShellText.quoted(data) }
    if let config { flags += " --config " + ShellText.quoted(config) }
    return flags
  }
}
