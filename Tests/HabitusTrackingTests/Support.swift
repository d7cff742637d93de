import Foundation
import HabitusModel
import HabitusTracking

/// Everything that an import delivered, with codes turned back into texts.
struct Imported: Equatable {
  var events: [Event] = []
  var refused: [RefusedRow] = []

  /// Reasons and lines of the refused rows.
  var reasons: [String] { refused.map { "\($0.line) \($0.reason.rawValue)" } }
}

/// Reads files with the receiver's side of the contract: a table of terms for each worker, extended by every chunk.
func read(_ files: [String], _ options: ImportOptions = ImportOptions(), workers: Int = 1) throws -> Imported {
  var imported = Imported()
  var terms: [[[String]]] = Array(repeating: Array(repeating: [], count: 7), count: workers)
  try EventFileReader(options).read(files, workers: workers) { chunk in
    let new = chunk.newTerms
    let columns = [new.users, new.types, new.items, new.categories, new.sessions, new.pages, new.sources]
    for (index, column) in columns.enumerated() {
      for position in 0..<column.count { terms[chunk.worker][index].append(column.text(at: position)) }
    }
    let known = terms[chunk.worker]
    func text(_ codes: [UInt32], _ row: Int, _ column: Int) -> String? {
      codes[row] == TermDictionary.missing ? nil : known[column][Int(codes[row])]
    }
    let batch = chunk.batch
    for row in 0..<batch.count {
      let properties = batch.properties.text(at: row)
      imported.events.append(
        Event(
          id: batch.ids.text(at: row), user: UserID(text(batch.users, row, 0) ?? "?"),
          time: Timestamp(milliseconds: batch.times[row]), type: text(batch.types, row, 1) ?? "?",
          session: text(batch.sessions, row, 4), item: text(batch.items, row, 2),
          category: text(batch.categories, row, 3), value: batch.values[row].isNaN ? nil : batch.values[row],
          page: text(batch.pages, row, 5), source: text(batch.sources, row, 6),
          properties: properties.isEmpty ? nil : properties, isBot: batch.bots.isEmpty ? false : batch.bots[row]))
    }
    imported.refused.append(contentsOf: chunk.refused)
  }
  return imported
}

/// Reads bytes as a file of the given name in a fresh folder, which is removed afterwards.
func read(
  bytes: [UInt8], name: String = "events.csv", _ options: ImportOptions = ImportOptions(), workers: Int = 1
) throws -> Imported {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  let path = folder.appendingPathComponent(name).path
  try Data(bytes).write(to: URL(fileURLWithPath: path))
  var imported = try read([path], options, workers: workers)
  for index in imported.refused.indices { imported.refused[index].file = name }
  return imported
}

/// Reads a text as a file.
func read(
  _ text: String, name: String = "events.csv", _ options: ImportOptions = ImportOptions(), workers: Int = 1
) throws -> Imported {
  try read(bytes: Array(text.utf8), name: name, options, workers: workers)
}

extension ImportOptions {
  /// Options with this mapping, each field's text as on a command line.
  init(mapping: [EventField: String], _ change: (inout ImportOptions) -> Void = { _ in }) throws {
    self.init()
    self.mapping = try mapping.mapValues { try FieldMapping(parsing: $0) }
    change(&self)
  }
}

/// A small generator whose sequence depends on the seed alone (Steele, Lea, Flood, "Fast splittable pseudorandom number
/// generators", 2014).
struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// The folder of real files beside the repository.
enum RealData {
  static let folder = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("shared/data").path
  static let isPresent = FileManager.default.fileExists(atPath: folder)
}
