import Testing

@testable import Habitus

@Suite("Loaded configuration")
struct LoadedConfigurationTests {
  @Test("is the default without a file, variables and flags")
  func defaults() throws {
    let loaded = try load()
    #expect(loaded.configuration == HabitusConfiguration())
    #expect(loaded.file == nil)
    #expect(loaded.effectiveValues.map(\.key) == ConfigurationSchema.habitus.keys.map(\.path))
    #expect(loaded.effectiveValues.allSatisfy { $0.origin == .standard })
  }

  @Test(
    "takes flags before variables and variables before the file",
    arguments: ConfigurationSchema.habitus.keys.map(\.path))
  func precedence(path: String) throws {
    let key = try #require(ConfigurationSchema.habitus.key(path))
    for (value, lower) in zip(key.samples, key.samples.dropFirst() + [key.defaultValue]) {
      let expected = configuration(key, value)
      #expect(key.read(expected) == value)
      let file = configuration(key, lower).yaml
      let variable = [key.variable: lower.description]

      let fromFile = try load(expected.yaml)
      #expect(fromFile.configuration == expected)
      let fromVariable = try load(file, variables: [key.variable: value.description])
      #expect(fromVariable.configuration == expected)
      #expect(origin(of: path, in: fromVariable) == .variable(key.variable))
      let fromFlag = try load(file, variables: variable, settings: ["\(path)=\(value)"])
      #expect(fromFlag.configuration == expected)
      #expect(origin(of: path, in: fromFlag) == .flag("--set"))
      let fromOverride = try load(
        file, variables: variable, settings: ["\(path)=\(lower)"],
        overrides: [.init(key: path, value: value.description, flag: "--own")])
      #expect(fromOverride.configuration == expected)
      #expect(origin(of: path, in: fromOverride) == .flag("--own"))
    }
  }

  @Test("says of every value where it comes from")
  func origins() throws {
    let loaded = try load(
      "storage:\n  path: /a\nfeature_extraction:\n  time_window_days: 60\n  roles: {goal: [buy, apply]}",
      variables: ["HABITUS_FEATURE_EXTRACTION_MIN_EVENTS_COUNT": "3"], settings: ["import.namespace=shop"],
      overrides: [.init(key: "feature_extraction.time_window_days", value: "7", flag: "--window-days")])
    #expect(loaded.file == "habitus.yaml")
    let shown = Dictionary(
      uniqueKeysWithValues: loaded.effectiveValues.map { ($0.key, "\($0.value) (\($0.origin))") })
    #expect(shown["storage.path"] == "/a (habitus.yaml:2)")
    #expect(shown["feature_extraction.time_window_days"] == "7 (--window-days)")
    #expect(shown["feature_extraction.min_events_count"] == "3 (HABITUS_FEATURE_EXTRACTION_MIN_EVENTS_COUNT)")
    #expect(shown["feature_extraction.roles.goal"] == "buy,apply (habitus.yaml:5)")
    #expect(shown["import.namespace"] == "shop (--set)")
    #expect(shown["user_clustering.kmeans.n_clusters"] == "none (default)")
  }

  @Test("takes the last of several settings of a key")
  func lastSetting() throws {
    let loaded = try load(settings: ["storage.path=a", "storage.path=b=c"])
    #expect(loaded.configuration.storage.path == "b=c")
  }

  @Test("reports everything that is wrong with file, variables and flags at once")
  func problems() throws {
    let error = #expect(throws: ConfigurationError.self) {
      try load(
        "storage:\n  pth: a",
        variables: [
          "HABITUS_STORAGE_PTH": "a", "HABITUS_IMPORT_DELIMITER": ";", "PATH": "/bin", "HABITUS_CONFIG": "",
          "HABITUS_PROFILE_MANAGER_KEEP_HISTORY": "",
        ],
        settings: ["storage", "storage.pat=x", "feature_extraction.time_window_days=soon"],
        overrides: [.init(key: "feature_extraction.time_window_days", value: "0", flag: "--window-days")])
    }
    #expect(
      error?.description == """
        habitus.yaml:2: storage.pth: unknown key; did you mean storage.path?
        HABITUS_IMPORT_DELIMITER: import.delimiter: ; is not allowed; \
        allowed: one of auto, comma, semicolon, tab, pipe, blank
        HABITUS_PROFILE_MANAGER_KEEP_HISTORY: profile_manager.keep_history: an empty text has the wrong type; \
        allowed: true or false
        HABITUS_STORAGE_PTH: unknown key; did you mean HABITUS_STORAGE_PATH?
        --set: storage: not of the form key=value
        --set: storage.pat: unknown key; did you mean storage.path?
        --set: feature_extraction.time_window_days: soon has the wrong type; \
        allowed: a whole number from 1 to 36500
        --window-days: feature_extraction.time_window_days: 0 is not allowed; \
        allowed: a whole number from 1 to 36500
        """)
  }

  @Test("takes HABITUS_DATA for the data folder, but not beside its long name")
  func dataVariable() throws {
    #expect(try load(variables: ["HABITUS_DATA": "/d"]).configuration.storage.path == "/d")
    let error = #expect(throws: ConfigurationError.self) {
      try load(variables: ["HABITUS_DATA": "/d", "HABITUS_STORAGE_PATH": "/e"])
    }
    #expect(error?.description == "HABITUS_STORAGE_PATH: storage.path: HABITUS_DATA sets the same key; keep one")
  }

  @Test("keeps a higher none over a lower value")
  func higherNone() throws {
    let file = "user_clustering: {kmeans: {n_clusters: 4}}\nprofile_manager: {profile_ttl_days: 5}"
    let loaded = try load(
      file, variables: ["HABITUS_PROFILE_MANAGER_PROFILE_TTL_DAYS": ""],
      settings: ["user_clustering.kmeans.n_clusters="])
    #expect(loaded.configuration.clustering.kmeans.clusterCount == nil)
    #expect(loaded.configuration.profiles.timeToLive == nil)
  }

  private func origin(of path: String, in loaded: LoadedConfiguration) -> ConfigurationOrigin? {
    loaded.effectiveValues.first { $0.key == path }?.origin
  }
}
