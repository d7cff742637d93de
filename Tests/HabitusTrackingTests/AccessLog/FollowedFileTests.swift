import Foundation
import HabitusModel
import HabitusTracking
import Testing

@Suite("Files that grow")
struct FollowedFileTests {
  private let folder: TemporaryFolder
  private var path: String { folder.path + "/access.log" }

  init() throws { folder = try TemporaryFolder() }

  private func follow(_ position: FollowedPosition? = nil) throws -> FollowedFile<WordParser> {
    try FollowedFile(path: path, position: position) { WordParser() }
  }

  /// The users of what is new.
  private func users(_ file: FollowedFile<WordParser>, _ notices: [FollowNotice] = []) throws -> [UserID] {
    let new = try file.read()
    #expect(new.notices == notices)
    #expect(new.isAtEnd)
    return new.chunk.events.map(\.event.user)
  }

  @Test("only whole lines are read, each once")
  func wholeLines() throws {
    let file = try follow()
    #expect(try file.read().position == nil, "there is no file yet")
    try folder.write("a\nb\nc".utf8, to: "access.log")
    #expect(try users(file) == ["a", "b"])
    #expect(try users(file) == [])
    try folder.append("c", to: "access.log")
    #expect(try users(file) == [])
    try folder.append("\n!d\n\u{65}", to: "access.log")
    let new = try file.read()
    #expect(new.chunk.events.map(\.event.user) == ["cc"])
    #expect(new.chunk.refused.map(\.line) == [4])
    #expect(new.position?.byteOffset == 10)
    #expect(new.position?.lineCount == 4)
  }

  @Test("at most as many lines as wanted are read")
  func maximum() throws {
    try folder.write("a\nb\nc\n".utf8, to: "access.log")
    let file = try follow()
    let first = try file.read(maximum: 2)
    #expect(first.chunk.events.map(\.event.user) == ["a", "b"])
    #expect(!first.isAtEnd)
    let second = try file.read(maximum: 2)
    #expect(second.chunk.events.map(\.event.user) == ["c"])
    #expect(second.isAtEnd)
  }

  @Test("a stored position leads back to the line after the last one; the header goes with it")
  func resuming() throws {
    try folder.write("#h:\na\nb".utf8, to: "access.log")
    let position = try #require(try follow().read().position)
    let stored = try JSONDecoder().decode(FollowedPosition.self, from: JSONEncoder().encode(position))
    #expect(stored == position)
    try folder.append("\nc\n", to: "access.log")
    #expect(try users(try follow(stored)) == ["#h:b", "#h:c"])
    #expect(try follow(stored).read().position?.lineCount == 4)
  }

  @Test("rename and create: the former file is read to its end first, also what comes late")
  func rotation() throws {
    try folder.write("a\n".utf8, to: "access.log")
    let file = try follow()
    #expect(try users(file) == ["a"])
    try folder.append("b\n", to: "access.log")
    try folder.rename("access.log", to: "access.log.1")
    #expect(try users(file) == ["b"], "there is no new file yet")
    try folder.write("d\n".utf8, to: "access.log")
    #expect(try users(file) == [])
    try folder.append("late\nend", to: "access.log.1")
    #expect(try users(file) == ["late"])
    #expect(try users(file, [.rotated]) == ["end", "d"])
    try folder.append("e\n", to: "access.log")
    let last = try file.read()
    #expect(last.chunk.events.map(\.event.user) == ["e"])
    #expect(last.position?.lineCount == 2)
    #expect(last.position?.byteOffset == 4)
  }

  @Test("a rotation between two runs is found by the file's number and first bytes")
  func rotationWhileAway() throws {
    try folder.write("a\nb\n".utf8, to: "access.log")
    let position = try #require(try follow().read().position)
    try folder.append("c\n", to: "access.log")
    try folder.rename("access.log", to: "old-2024.log")
    try folder.write("d\n".utf8, to: "access.log")
    let file = try follow(position)
    #expect(try users(file) == ["c"])
    #expect(try users(file, [.rotated]) == ["d"])
  }

  @Test("a file that is gone is said to be lost, and the present one is read from its start")
  func lost() throws {
    try folder.write("a\n".utf8, to: "access.log")
    var position = try #require(try follow().read().position)
    position.inode += 1_000_000
    #expect(try users(try follow(position), [.lost]) == ["a"])
    try FileManager.default.removeItem(atPath: path)
    let new = try follow(position).read()
    #expect(new.chunk.lineCount == 0)
    #expect(new.position == position, "it is waited for")
  }

  @Test("a file that was cut short is read anew")
  func truncation() throws {
    try folder.write("a\nb\n".utf8, to: "access.log")
    let file = try follow()
    #expect(try users(file) == ["a", "b"])
    let handle = try #require(FileHandle(forWritingAtPath: path))
    try handle.truncate(atOffset: 0)
    try handle.write(contentsOf: Data("c\n".utf8))
    #expect(try users(file, [.truncated]) == ["c"])
    // Written anew, and longer than before.
    try handle.truncate(atOffset: 0)
    try handle.seek(toOffset: 0)
    try handle.write(contentsOf: Data("x\ny\nz\n".utf8))
    let position = try file.read()
    #expect(position.notices == [.truncated])
    #expect(position.chunk.events.map(\.event.user) == ["x", "y", "z"])
    try handle.truncate(atOffset: 0)
    try handle.seek(toOffset: 0)
    try handle.write(contentsOf: Data("u\nv\nw\nt\n".utf8))
    #expect(try users(try follow(position.position), [.truncated]) == ["u", "v", "w", "t"])
  }

  @Test("a line that is too long is refused once, when it ends, whatever pieces it comes in")
  func longLines() throws {
    let limit = RecordFileChunk.maximumLineByteCount
    try folder.write(Array("a\n".utf8) + [UInt8](repeating: 0x78, count: limit + 500_000), to: "access.log")
    var file = try follow()
    #expect(try users(file) == ["a"])
    try folder.append(String(repeating: "y", count: 2_000_000), to: "access.log")
    let waiting = try file.read()
    #expect(waiting.chunk.lineCount == 0)
    file = try follow(waiting.position)
    try folder.append("z\nb\n", to: "access.log")
    let new = try file.read()
    #expect(new.chunk.refused.map(\.line) == [2])
    #expect(new.chunk.refused.map(\.rawByteCount) == [limit + 2_500_001])
    #expect(new.chunk.refused.first?.raw == [UInt8](repeating: 0x78, count: RefusedRow.maximumRawByteCount))
    #expect(new.chunk.events.map(\.event.user) == ["b"])
    #expect(new.position?.byteOffset == limit + 2_500_006)
  }

  @Test("what cannot be followed is an error")
  func errors() throws {
    try folder.write([0x1F, 0x8B, 8, 0], to: "access.log")
    #expect(throws: TrackingError.self) { try follow().read() }
    let other = try FollowedFile(path: folder.path) { WordParser() }
    #expect(throws: TrackingError.self) { try other.read() }
  }

  @Test("pieces of any size give the lines of the whole file", arguments: [1 as UInt64, 2, 3])
  func pieces(seed: UInt64) throws {
    var generator = SplitMix64(state: seed)
    let text = (0..<400).map { "\($0)" + String(repeating: "x", count: Int.random(in: 0...40, using: &generator)) }
    var rest = Substring(text.joined(separator: "\n") + "\n")
    try folder.write([], to: "access.log")
    var file = try follow()
    var users: [UserID] = []
    while !rest.isEmpty {
      let piece = rest.prefix(Int.random(in: 1...200, using: &generator))
      try folder.append(String(piece), to: "access.log")
      rest = rest.dropFirst(piece.count)
      let new = try file.read(maximum: Int.random(in: 1...9, using: &generator))
      users += new.chunk.events.map(\.event.user)
      if Bool.random(using: &generator) { file = try follow(new.position) }
    }
    while true {
      let new = try file.read()
      users += new.chunk.events.map(\.event.user)
      if new.isAtEnd { break }
    }
    #expect(users.map(\.rawValue) == text)
  }
}
