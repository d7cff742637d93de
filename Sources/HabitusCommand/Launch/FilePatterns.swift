import Foundation
import Glibc

/// The files that the words of a command line name.
enum FilePatterns {
  /// Expands patterns that the shell left alone; `-` is standard input.
  ///
  /// A word that is the name of a file stands for it, whatever characters it has.
  ///
  /// - Throws: ``CommandError/noMatch(pattern:)``, ``CommandError/isFolder(_:)``. A file that is not there is left to
  ///   whoever opens it.
  static func files(_ words: [String]) throws -> [String] {
    try words.flatMap { word -> [String] in
      var isFolder: ObjCBool = false
      if word == "-" { return [word] }
      if FileManager.default.fileExists(atPath: word, isDirectory: &isFolder) {
        guard !isFolder.boolValue else { throw CommandError.isFolder(word) }
        return [word]
      }
      guard word.contains(where: { "*?[".contains($0) }) else { return [word] }
      let matches = try matches(of: word)
      guard !matches.isEmpty else { throw CommandError.noMatch(pattern: word) }
      return matches
    }
  }

  /// The files, not folders, that match, in alphabetical order.
  private static func matches(of pattern: String) throws -> [String] {
    var result = glob_t()
    defer { globfree(&result) }
    guard glob(pattern, GLOB_TILDE, nil, &result) == 0 else { return [] }
    let paths = (0..<Int(result.gl_pathc)).compactMap { result.gl_pathv[$0].map { String(cString: $0) } }
    return paths.filter { path in
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
    }
  }
}
