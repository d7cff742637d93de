internal import Glibc

/// Reads what is added to a text file, as `tail -F` does: by name, over rotations, and on from where it was left.
///
/// It has no clock and no thread: the caller asks for what is new. Only whole lines are read; what follows the last
/// newline waits for its end. When another file takes the name, the former one is read to its end before (and once more
/// at the next call, because its writer may not have noticed yet); its last line may then lack a newline. A file that
/// was cut short or written anew is read from its start. Compressed files cannot be followed.
///
/// After an error, and where what was read could not be stored, go on with a new instance from the stored position. Use
/// it from one task at a time.
public final class FollowedFile<Parser: RecordParser> {
  private let path: String
  private let makeParser: () throws(TrackingError) -> Parser
  private var parser: Parser
  private var position: FollowedPosition?
  private var file: FollowedDescriptor?
  /// Whether another file had the name when the end was reached the last time.
  private var isReplaced = false
  private var buffer: [UInt8]

  /// Follows `path` from `position`; from the start of the file without one.
  ///
  /// - Parameter makeParser: Makes the parser of a file; called for each that takes the name.
  public init(
    path: String, position: FollowedPosition? = nil, makeParser: @escaping () throws(TrackingError) -> Parser
  ) throws(TrackingError) {
    self.path = path
    self.position = position
    self.makeParser = makeParser
    buffer = Array(repeating: 0, count: RecordFileChunk.maximumLineByteCount + 1 << 18)
    parser = try makeParser()
    for line in position?.header ?? [] { _ = parser.read(ArraySlice(line.utf8)) }
  }

  /// Reads at most `lineCount` new lines.
  ///
  /// - Throws: ``TrackingError/unreadable(file:reason:)``; a file that is not there is none.
  public func read(maximum lineCount: Int = 8192) throws(TrackingError) -> FollowedChunk {
    var result = FollowedChunk(chunk: RecordFileChunk(file: path))
    if file == nil { try find(&result) }
    while var position, let file {
      let isShorter = try file.byteCount() < position.byteOffset
      let isSame = try file.isFile(of: position)
      if isShorter || !isSame {
        result.notices.append(.truncated)
        position = FollowedPosition(device: file.device, inode: file.inode)
        parser = try makeParser()
      }
      result.isAtEnd = try readLines(file, &position, maximum: max(1, lineCount), into: &result.chunk)
      try remember(file, &position)
      guard result.isAtEnd else { break }
      let successor = try successor(of: file)
      let wasReplaced = isReplaced
      isReplaced = successor != nil
      // What the former file still gets between two calls is read before the other file's lines.
      guard let successor, wasReplaced, result.chunk.lineCount == 0 else { break }
      try finish(file, &position, into: &result.chunk)
      result.notices.append(.rotated)
      try begin(successor)
      isReplaced = false
    }
    result.position = position
    if let file {
      result.chunk.fileBytesRead = position?.byteOffset ?? 0
      result.chunk.fileByteCount = try file.byteCount()
    }
    return result
  }

  // MARK: Files

  /// Opens the file that the position belongs to, or else the one that has the name.
  private func find(_ result: inout FollowedChunk) throws(TrackingError) {
    let present = try FollowedDescriptor(path: path)
    guard let position else {
      if let present { try begin(present) }
      return
    }
    if let present, present.inode == position.inode {
      file = present
    } else if let former = try FollowedDescriptor.renamed(from: path, position: position) {
      file = former
    } else if let present {
      result.notices.append(.lost)
      try begin(present)
    }
  }

  private func begin(_ file: FollowedDescriptor) throws(TrackingError) {
    var head = [UInt8](repeating: 0, count: 4)
    let count = try file.read(at: 0, into: &head)
    guard Compression(magic: head.prefix(count)) == .none else {
      throw .unreadable(file: path, reason: "a compressed file cannot be followed: import it")
    }
    parser = try makeParser()
    position = FollowedPosition(device: file.device, inode: file.inode)
    self.file = file
  }

  /// The file that has the name in place of `file`.
  private func successor(of file: FollowedDescriptor) throws(TrackingError) -> FollowedDescriptor? {
    guard let present = try FollowedDescriptor(path: path) else { return nil }
    return present.inode == file.inode && present.device == file.device ? nil : present
  }

  // MARK: Lines

  /// Reads whole lines; returns whether the end was reached.
  private func readLines(
    _ file: FollowedDescriptor, _ position: inout FollowedPosition, maximum: Int, into chunk: inout RecordFileChunk
  ) throws(TrackingError) -> Bool {
    while chunk.lineCount < maximum {
      if position.searchedByteCount > RecordFileChunk.maximumLineByteCount {
        if try !passOverLine(file, &position, into: &chunk) { return true }
        continue
      }
      let count = try file.read(at: position.byteOffset, into: &buffer)
      var start = 0
      while chunk.lineCount < maximum, let end = buffer[..<count].position(of: 0x0A, from: start) {
        add(buffer[start..<end], position, into: &chunk)
        position.byteOffset += end + 1 - start
        position.lineCount += 1
        start = end + 1
      }
      position.searchedByteCount = 0
      if chunk.lineCount == maximum { return false }
      position.searchedByteCount = count - start
      if count < buffer.count { return true }
    }
    return false
  }

  private func add(_ line: ArraySlice<UInt8>, _ position: FollowedPosition, into chunk: inout RecordFileChunk) {
    let hasMark = position.byteOffset == 0 && line.starts(with: [0xEF, 0xBB, 0xBF])
    chunk.add(hasMark ? line.dropFirst(3) : line, number: position.lineCount + 1, with: &parser)
  }

  /// Looks for the end of a line that is too long; returns whether it was found, or at least more of the line.
  private func passOverLine(
    _ file: FollowedDescriptor, _ position: inout FollowedPosition, into chunk: inout RecordFileChunk
  ) throws(TrackingError) -> Bool {
    let count = try file.read(at: position.byteOffset + position.searchedByteCount, into: &buffer)
    guard let end = buffer[..<count].position(of: 0x0A, from: 0) else {
      position.searchedByteCount += count
      return count == buffer.count
    }
    try refuseLine(file, &position, byteCount: position.searchedByteCount + end, into: &chunk)
    position.byteOffset += 1
    return true
  }

  private func refuseLine(
    _ file: FollowedDescriptor, _ position: inout FollowedPosition, byteCount: Int, into chunk: inout RecordFileChunk
  ) throws(TrackingError) {
    var start = [UInt8](repeating: 0, count: RefusedRow.maximumRawByteCount)
    let count = try file.read(at: position.byteOffset, into: &start)
    position.lineCount += 1
    chunk.addTooLong(start.prefix(count), byteCount: byteCount, number: position.lineCount)
    position.byteOffset += byteCount
    position.searchedByteCount = 0
  }

  /// Reads the last line of a file that nothing will be added to.
  private func finish(
    _ file: FollowedDescriptor, _ position: inout FollowedPosition, into chunk: inout RecordFileChunk
  ) throws(TrackingError) {
    let count = position.searchedByteCount
    guard count > 0 else { return }
    guard count <= RecordFileChunk.maximumLineByteCount else {
      return try refuseLine(file, &position, byteCount: count, into: &chunk)
    }
    let got = try file.read(at: position.byteOffset, into: &buffer)
    add(buffer[..<min(got, count)], position, into: &chunk)
  }

  /// Notes by what the file and the parser can be known again.
  private func remember(_ file: FollowedDescriptor, _ position: inout FollowedPosition) throws(TrackingError) {
    position.device = file.device
    let wanted = min(position.byteOffset, FollowedDescriptor.longestHead)
    if position.headByteCount < wanted, let hash = try file.headHash(wanted) {
      position.headByteCount = wanted
      position.headHash = hash
    }
    position.header = ((parser as? any ResumableRecordParser)?.header ?? []).map { String(decoding: $0, as: UTF8.self) }
    self.position = position
  }
}
