/// How far a growing file has been read. It is kept together with what was read, so that both are there or neither.
public struct FollowedPosition: Sendable, Equatable, Codable {
  /// The device that the file lies on.
  public var device: UInt64
  /// The file's number on its device.
  public var inode: UInt64
  /// Where the first line begins that has not been read.
  public var byteOffset = 0
  /// How many bytes from there on are known to hold no newline.
  public var searchedByteCount = 0
  /// How many lines stand before ``byteOffset``.
  public var lineCount = 0
  /// How many of the first bytes ``headHash`` is made of: all that were read, at most 1024.
  public var headByteCount = 0
  /// SHA-256 of the first bytes, in hexadecimal digits: another file under the same number has others.
  public var headHash = ""
  /// The header that the parser needs to go on.
  public var header: [String] = []

  /// The start of a file.
  public init(device: UInt64, inode: UInt64) {
    self.device = device
    self.inode = inode
  }
}

/// What happened to a file that is followed.
public enum FollowNotice: Sendable, Equatable {
  /// Another file has taken its name; the former one was read to its end first.
  case rotated
  /// It was cut short or written anew, and is read from its start.
  case truncated
  /// The file that was read before is gone, with what was added to it since; the present one is read from its start.
  case lost
}

/// What is new in a file that is followed.
public struct FollowedChunk: Sendable, Equatable {
  /// The new lines.
  public var chunk: RecordFileChunk
  /// How far the file has been read with them; `nil` as long as there is no file.
  public var position: FollowedPosition?
  /// What happened to the file before or between the lines.
  public var notices: [FollowNotice] = []
  /// Whether everything is read that was there: wait a while before the next call. Otherwise call again at once.
  public var isAtEnd = true
}
