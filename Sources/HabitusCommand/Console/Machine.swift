import Foundation
import Glibc

/// The machine that the command runs on.
enum Machine {
  /// The version of Swift that the command was built with.
  static var swiftVersion: String {
    #if swift(>=6.4)
      "6.4 or later"
    #elseif swift(>=6.3)
      "6.3"
    #else
      "6.2"
    #endif
  }

  /// Processors that may be used.
  static var processorCount: Int { ProcessInfo.processInfo.activeProcessorCount }

  /// Bytes of memory, all of it.
  static var memoryByteCount: Int { Int(ProcessInfo.processInfo.physicalMemory) }

  /// Bytes of memory that programs can still take; `nil` where the system does not say.
  static var availableMemoryByteCount: Int? {
    guard let text = try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8),
      let line = text.split(separator: "\n").first(where: { $0.hasPrefix("MemAvailable:") }),
      let kibibytes = line.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
    else { return nil }
    return kibibytes * 1024
  }

  /// Bytes that can still be written to the disk of `path`, or of the nearest folder above it that there is.
  static func freeByteCount(at path: String) -> Int? {
    var folder = URL(fileURLWithPath: path).standardizedFileURL
    while true {
      var status = statvfs()
      if statvfs(folder.path, &status) == 0 { return Int(status.f_bavail) * Int(status.f_frsize) }
      if folder.path == "/" { return nil }
      folder.deleteLastPathComponent()
    }
  }
}
