import ArgumentParser
import Foundation
import Habitus

/// `habitus doctor`.
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Checks the store, the configuration and the machine.",
    discussion: """
      Reads every stored event once. Ends with 1 where something is wrong, and says what.

      Examples:
        habitus doctor
        habitus doctor --data /var/lib/habitus --json
      """)

  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    var answer = DoctorAnswer()
    do {
      let loaded = try store.load()
      answer.configuration = .init(
        isValid: true, file: loaded.file, settingsGiven: loaded.effectiveValues.count { $0.origin != .standard })
      examine(loaded.configuration, &answer)
    } catch let error as ConfigurationError {
      answer.configuration = .init(isValid: false, file: Self.file(error) ?? store.config, settingsGiven: 0)
      answer.problems += error.problems.map(\.description)
    }
    try output.print(answer) { answer.fill(&$0) }
    if !answer.problems.isEmpty { throw CommandError.problemsFound(answer.problems) }
  }

  /// The configuration file that has mistakes.
  private static func file(_ error: ConfigurationError) -> String? {
    error.problems.lazy.compactMap { problem in
      if case .file(let path, _) = problem.origin { path } else { nil }
    }.first
  }

  private func examine(_ configuration: HabitusConfiguration, _ answer: inout DoctorAnswer) {
    let folder = configuration.storage.path
    answer.machine.freeDiskBytes = Machine.freeByteCount(at: folder)
    if let free = answer.machine.freeDiskBytes, free < 1_000_000_000 {
      answer.notes.append("Less than 1 GB is free on the disk of '\(folder)'.")
    }
    do {
      let store = try Store.open(at: folder, for: .read)
      try answer.examine(store, configuration)
    } catch StoreError.notFound {
      answer.notes.append("There is no store in '\(folder)' yet: habitus import FILE makes one.")
    } catch {
      answer.problems.append("\(error)")
    }
  }
}

/// What a check found.
struct DoctorAnswer: Encodable {
  struct StoreFindings: Encodable {
    let folder: String
    let events: Int
    let waitingEvents: Int
    let firstEvent: Timestamp?
    let lastEvent: Timestamp?
    let users: Int
    let profiles: Int
    let profilesDue: Int
    let quarantinedRows: Int
    let runs: Int
    let segments: Int
    let scanBytes: Int
    let otherBytes: Int
    let keyBytes: Int
    let fileBytes: Int
    let bytesPerEvent: Double?
    let checkSeconds: Double
  }

  struct ConfigurationFindings: Encodable {
    let isValid: Bool
    let file: String?
    let settingsGiven: Int
  }

  struct MachineFindings: Encodable {
    var processors = Machine.processorCount
    var memoryBytes = Machine.memoryByteCount
    var availableMemoryBytes = Machine.availableMemoryByteCount
    var freeDiskBytes: Int?
    var sqlite = (try? Store.sqliteVersion()) ?? ""
    var system = ProcessInfo.processInfo.operatingSystemVersionString
  }

  var store: StoreFindings?
  var configuration: ConfigurationFindings?
  var machine = MachineFindings()
  var notes: [String] = []
  var problems: [String] = []
  private var updateFrequency: Duration?

  private enum CodingKeys: CodingKey { case store, configuration, machine, notes, problems }

  mutating func examine(_ store: Store, _ configuration: HabitusConfiguration) throws {
    let started = ContinuousClock.now
    let report = try store.report(isThorough: true)
    let snapshot = try store.snapshot()
    let now = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
    let frequency = configuration.profiles.updateFrequency
    updateFrequency = frequency
    let due = Timestamp(milliseconds: now.milliseconds - Int64(frequency / .milliseconds(1)))
    let eventBytes = report.scanByteCount + report.otherColumnByteCount + report.keyByteCount
    self.store = StoreFindings(
      folder: store.directory, events: snapshot.eventCount, waitingEvents: report.loggedEventCount,
      firstEvent: snapshot.timeRange?.lowerBound, lastEvent: snapshot.timeRange?.upperBound,
      users: snapshot.dictionaries.users.count, profiles: report.profileCount,
      profilesDue: try store.profileCount(updatedBefore: due), quarantinedRows: report.quarantinedCount,
      runs: report.runCount, segments: report.segmentCount, scanBytes: report.scanByteCount,
      otherBytes: report.otherColumnByteCount, keyBytes: report.keyByteCount,
      fileBytes: report.fileByteCount,
      bytesPerEvent: snapshot.eventCount > 0 ? Double(eventBytes) / Double(snapshot.eventCount) : nil,
      checkSeconds: (ContinuousClock.now - started) / .seconds(1))
    problems += report.problems
    if report.profileCount > 0, let found = self.store, found.profilesDue > 0 {
      notes.append("\(NumberText.count(found.profilesDue, "profile")) due for an update: habitus analyze")
    }
  }

  func fill(_ page: inout Page) {
    page.title("Store")
    if let store { fill(&page, store) } else { page.paragraph("not read", indentation: 2) }
    page.heading("Configuration")
    if let configuration {
      page.fields([
        ("state", configuration.isValid ? "valid" : "not valid"),
        ("file", configuration.file ?? "none found: defaults, variables and flags"),
        ("settings given", NumberText.count(configuration.settingsGiven)),
      ])
    }
    page.heading("Machine")
    page.fields([
      ("system", machine.system),
      ("processors", NumberText.count(machine.processors)),
      (
        "memory",
        NumberText.bytes(machine.memoryBytes)
          + (machine.availableMemoryBytes.map { ", \(NumberText.bytes($0)) available" } ?? "")
      ),
      ("disk", machine.freeDiskBytes.map { "\(NumberText.bytes($0)) free" } ?? "not known"),
      ("SQLite", machine.sqlite),
    ])
    page.blank()
    for note in notes { page.paragraph(note) }
    if problems.isEmpty {
      page.line(page.style.green("No problem was found."))
    } else {
      page.line(page.style.red(NumberText.count(problems.count, "problem") + " found; see below."))
    }
  }

  private func fill(_ page: inout Page, _ store: StoreFindings) {
    let moments = MomentText(timeZone: "UTC")
    var fields = [
      ("folder", store.folder),
      (
        "events",
        NumberText.count(store.events)
          + (store.waitingEvents > 0 ? ", \(NumberText.count(store.waitingEvents)) of them not folded yet" : "")
      ),
    ]
    if let first = store.firstEvent, let last = store.lastEvent {
      fields.append(("from, to", "\(moments.toMinute(first)), \(moments.toMinute(last)) UTC"))
    }
    fields.append(("users", NumberText.count(store.users)))
    let hours = updateFrequency.map { NumberText.duration($0 / .seconds(1)) } ?? ""
    fields.append(
      (
        "profiles",
        NumberText.count(store.profiles)
          + (store.profiles > 0 ? ", \(NumberText.count(store.profilesDue)) older than \(hours)" : "")
      ))
    fields.append(("quarantine", NumberText.count(store.quarantinedRows, "row")))
    let eventBytes = store.scanBytes + store.otherBytes + store.keyBytes
    fields.append(
      (
        "size",
        "\(NumberText.bytes(store.fileBytes)), of which events \(NumberText.bytes(eventBytes))"
          + (store.bytesPerEvent.map { ", \(NumberText.decimal($0, digits: 1)) bytes each" } ?? "")
      ))
    fields.append(
      (
        "of events",
        "scanned columns \(NumberText.bytes(store.scanBytes)), other columns \(NumberText.bytes(store.otherBytes)), "
          + "keys \(NumberText.bytes(store.keyBytes))"
      ))
    fields.append(("checked in", NumberText.duration(store.checkSeconds)))
    page.fields(fields.map { (name: $0.0, value: $0.1) })
  }
}
