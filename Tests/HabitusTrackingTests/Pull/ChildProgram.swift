import Foundation
import Glibc

/// Runs a program and waits for it. A server that it leaves behind inherits nothing but its standard files: so it keeps
/// nobody waiting.
enum ChildProgram {
  struct Failed: Error {
    var program: String
    var output: String
  }

  /// What the program writes.
  static func run(_ program: String, _ arguments: [String], input: String = "") throws -> String {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("habitus-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let (inputFile, outputFile) = (folder + "/in", folder + "/out")
    try Data(input.utf8).write(to: URL(fileURLWithPath: inputFile))

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, inputFile, O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, outputFile, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    for descriptor in Int32(3)..<1024 { posix_spawn_file_actions_addclose(&actions, descriptor) }
    var list = ([program] + arguments).map { strdup($0) } + [nil]
    defer { list.forEach { free($0) } }
    var identifier: pid_t = 0
    var environment = [strdup("LC_ALL=C.UTF-8"), nil]
    defer { environment.forEach { free($0) } }
    guard posix_spawn(&identifier, program, &actions, nil, &list, &environment) == 0 else {
      throw Failed(program: program, output: String(cString: strerror(errno)))
    }
    var status: Int32 = 0
    while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
    let output = String(decoding: FileManager.default.contents(atPath: outputFile) ?? Data(), as: UTF8.self)
    guard status == 0 else { throw Failed(program: program, output: output) }
    return output
  }
}
