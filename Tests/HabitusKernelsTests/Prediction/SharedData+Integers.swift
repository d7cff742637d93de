import Foundation

extension SharedData {
  /// The whole numbers of every line but the first of a file compressed by gzip, whatever stands between them.
  static func integers(_ path: String) throws -> [[Int]] {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["gzip", "-dc", folder.appending(path: path).path]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    var rows: [[Int]] = []
    data.withUnsafeBytes { bytes in
      var (row, number, isHeader) = ([Int](), Int?.none, true)
      for byte in bytes {
        if byte >= 48 && byte <= 57 {
          number = (number ?? 0) * 10 + Int(byte) - 48
          continue
        }
        if let found = number { row.append(found) }
        number = nil
        guard byte == 10 else { continue }
        if !isHeader { rows.append(row) }
        (row, isHeader) = ([], false)
      }
    }
    return rows
  }
}
