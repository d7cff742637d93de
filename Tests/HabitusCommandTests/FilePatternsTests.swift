import Foundation
import Testing

@testable import HabitusCommand

@Suite("Files on the command line")
struct FilePatternsTests {
  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    try FileManager.default.createDirectory(atPath: folder + "/sub.csv", withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for name in ["b.csv", "a.csv", "c.txt", "[x].csv"] {
      try Data().write(to: URL(fileURLWithPath: folder + "/" + name))
    }
    try body(folder)
  }

  @Test("A pattern stands for the files that match, in alphabetical order, and for no folder")
  func patterns() throws {
    try withFolder { folder in
      let names = try FilePatterns.files([folder + "/?.csv", "-", folder + "/c.txt"]).map {
        ($0 as NSString).lastPathComponent
      }
      #expect(names == ["a.csv", "b.csv", "-", "c.txt"])
    }
  }

  @Test("The name of a file stands for it, even where it looks like a pattern")
  func literalNames() throws {
    try withFolder { folder in
      let files = try FilePatterns.files([folder + "/[x].csv"])
      #expect(files == [folder + "/[x].csv"])
    }
  }

  @Test("A pattern without files and a folder are errors that name them")
  func errors() throws {
    try withFolder { folder in
      #expect(throws: CommandError.noMatch(pattern: folder + "/*.nothing")) {
        try FilePatterns.files([folder + "/*.nothing"])
      }
      #expect(throws: CommandError.isFolder(folder)) { try FilePatterns.files([folder]) }
    }
  }

  @Test("A file appears under its name only when it is complete")
  func outputFiles() throws {
    try withFolder { folder in
      let path = folder + "/out.csv"
      let file = try OutputFile(path)
      try file.write(Array("text".utf8))
      #expect(!FileManager.default.fileExists(atPath: path))
      #expect(try file.finish() == 4)
      #expect(try String(contentsOfFile: path, encoding: .utf8) == "text")
      #expect(!FileManager.default.fileExists(atPath: path + ".partial"))
      let abandoned = try OutputFile(folder + "/other.csv")
      abandoned.discard()
      #expect(!FileManager.default.fileExists(atPath: folder + "/other.csv.partial"))
    }
  }
}
