import Foundation
import Testing

@testable import Habitus

@Suite("Configuration file")
struct ConfigurationFileTests {
  private static let home = "/home/u/.config/habitus/habitus.yaml"
  private let files = [
    "given.yaml": "import: {namespace: given}", "named.yaml": "import: {namespace: named}",
    "habitus.yaml": "import: {namespace: here}", home: "import: {namespace: home}",
  ]

  @Test(
    "is the one given, else the one that HABITUS_CONFIG names, else the one here, else the one at home",
    arguments: [
      ("given.yaml", "named.yaml", true, "given"), (nil, "named.yaml", true, "named"), (nil, nil, true, "here"),
      (nil, "", true, "here"), (nil, nil, false, "home"),
    ])
  func order(explicit: String?, named: String?, isHere: Bool, expected: String) throws {
    var files = files
    if !isHere { files["habitus.yaml"] = nil }
    let loaded = try LoadedConfiguration(
      file: explicit,
      surroundings: surroundings(
        variables: named.map { ["HABITUS_CONFIG": $0] } ?? [:], files: files, home: "/home/u"))
    #expect(loaded.configuration.importing.namespace == expected)
    #expect(loaded.file.flatMap { files[$0] } == "import: {namespace: \(expected)}")
  }

  @Test("must exist where it is given or named")
  func missing() {
    let expected = "nowhere.yaml: cannot be read: there is no such file"
    let given = #expect(throws: ConfigurationError.self) {
      try HabitusConfiguration.load(file: "nowhere.yaml", surroundings: surroundings(files: files))
    }
    #expect(given?.description == expected)
    let named = #expect(throws: ConfigurationError.self) {
      try HabitusConfiguration.load(
        surroundings: surroundings(variables: ["HABITUS_CONFIG": "nowhere.yaml"], files: files))
    }
    #expect(named?.description == expected)
  }

  @Test("is read from the disk as UTF-8, and what cannot be read is a problem that names it")
  func disk() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "habitus.yaml")
    var process = ConfigurationSurroundings.process
    process.variables = [:]

    try Data("\u{FEFF}import: {namespace: café}".utf8).write(to: file)
    #expect(try HabitusConfiguration.load(file: file.path, surroundings: process).importing.namespace == "café")

    try Data([0x61, 0xFF, 0x62]).write(to: file)
    for (path, reason) in [(file.path, "it is not UTF-8 text"), (folder.path, "it is a folder")] {
      let error = #expect(throws: ConfigurationError.self) {
        try HabitusConfiguration.load(file: path, surroundings: process)
      }
      #expect(error?.description == "\(path): cannot be read: \(reason)")
    }
  }
}
