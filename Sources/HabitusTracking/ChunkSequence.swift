/// Where a chunk lies in an import.
struct FilePosition: Sendable {
  var fileIndex = -1
  /// Lines of the file before its first chunk.
  var headerLineCount = 0
}

/// A chunk's file and place.
struct ChunkPlace: Sendable {
  var plan: FilePlan
  var position: FilePosition
  var byteCount: Int?
}

/// Counts the lines of the file at hand as its chunks go by.
struct FilePlace {
  private var fileIndex = -1
  /// Lines before the chunk at hand.
  var lineCount = 0

  mutating func advance(to position: FilePosition) {
    if position.fileIndex == fileIndex { return }
    fileIndex = position.fileIndex
    lineCount = position.headerLineCount
  }
}

/// The chunks of several files, one file after the other.
struct ChunkSequence {
  private let files: [String]
  private let options: ImportOptions
  private var fileIndex = -1
  private var opened: OpenedFile?

  init(files: [String], options: ImportOptions) {
    self.files = files
    self.options = options
  }

  /// Reads the next chunk into the memory of `chunk`; `nil` after the last file.
  mutating func next(_ chunk: inout Chunk) throws(TrackingError) -> ChunkPlace? {
    while true {
      if let opened, try opened.next(&chunk) {
        let position = FilePosition(fileIndex: fileIndex, headerLineCount: opened.headerLineCount)
        return ChunkPlace(plan: opened.plan, position: position, byteCount: opened.byteCount)
      }
      fileIndex += 1
      opened = nil
      guard fileIndex < files.count else { return nil }
      opened = try OpenedFile(path: files[fileIndex], options: options)
    }
  }
}
