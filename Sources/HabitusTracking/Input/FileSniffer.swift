/// Finds out how a file is written from its name and its first bytes.
enum FileSniffer {
  /// The format of a file, without any compression's ending in its name.
  static func format(ofFile name: String, head: some Collection<UInt8>) -> FileFormat {
    var name = name.lowercased()
    for ending in [".gz", ".zst"] where name.hasSuffix(ending) { name.removeLast(ending.count) }
    if [".csv", ".tsv", ".txt", ".psv"].contains(where: name.hasSuffix) { return .csv }
    if [".jsonl", ".ndjson"].contains(where: name.hasSuffix) { return .jsonLines }
    switch head.first(where: { !($0 == 0x20 || (0x09...0x0D).contains($0)) }) {
    case UInt8(ascii: "["): return .json
    case UInt8(ascii: "{"): return .jsonLines
    default: return name.hasSuffix(".json") ? .jsonLines : .csv
    }
  }

  /// The delimiter among comma, semicolon, tab, bar and blank that gives the first records the same, greatest number of
  /// fields; a blank only where no other splits the first record. A comma where there is nothing to tell.
  static func delimiter(_ head: some Collection<UInt8>) -> UInt8 {
    var best = (delimiter: UInt8(ascii: ","), isSteady: false, count: 1)
    for delimiter in [UInt8(ascii: ","), UInt8(ascii: ";"), 0x09, UInt8(ascii: "|"), UInt8(ascii: " ")] {
      let counts = fieldCounts(head, delimiter)
      guard let count = counts.first, count > 1 else { continue }
      if delimiter == UInt8(ascii: " "), best.count > 1 { continue }
      let isSteady = counts.allSatisfy { $0 == count }
      if isSteady && !best.isSteady || isSteady == best.isSteady && count > best.count {
        best = (delimiter, isSteady, count)
      }
    }
    return best.delimiter
  }

  /// The fields of the first record of `head`, and how many bytes it takes with its newline.
  static func firstRecord(_ head: [UInt8], delimiter: UInt8) -> (fields: [String], byteCount: Int) {
    var fields: [String] = []
    var field: [UInt8] = []
    var isQuoted = false
    var isAtStart = true
    var index = 0
    while index < head.count {
      let byte = head[index]
      index += 1
      if isQuoted {
        if byte != 0x22 {
          field.append(byte)
        } else if index < head.count, head[index] == 0x22 {
          field.append(byte)
          index += 1
        } else {
          isQuoted = false
        }
      } else if byte == 0x22, isAtStart {
        isQuoted = true
        isAtStart = false
      } else if byte == delimiter {
        fields.append(String(decoding: field, as: UTF8.self))
        field = []
        isAtStart = true
      } else if byte == 0x0A {
        break
      } else {
        field.append(byte)
        isAtStart = false
      }
    }
    if field.last == 0x0D { field.removeLast() }
    return (fields + [String(decoding: field, as: UTF8.self)], index)
  }

  /// The numbers of fields of the first whole records, at most 20.
  private static func fieldCounts(_ head: some Collection<UInt8>, _ delimiter: UInt8) -> [Int] {
    var counts: [Int] = []
    var count = 1
    var isQuoted = false
    var isAtStart = true
    var isEmpty = true
    for byte in head {
      if byte == 0x22, isQuoted || isAtStart {
        isQuoted.toggle()
      } else if !isQuoted, byte == delimiter {
        count += 1
        isAtStart = true
        isEmpty = false
        continue
      } else if !isQuoted, byte == 0x0A {
        if !isEmpty { counts.append(count) }
        if counts.count == 20 { return counts }
        count = 1
        isAtStart = true
        isEmpty = true
        continue
      }
      isAtStart = false
      isEmpty = isEmpty && byte == 0x0D
    }
    return counts.isEmpty && !isEmpty ? [count] : counts
  }
}
