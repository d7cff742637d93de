import CZlib
import CZstd

/// How a file is compressed, known by its first bytes.
public enum Compression: Sendable, Equatable {
  /// Not compressed.
  case none
  /// gzip, RFC 1952.
  case gzip
  /// Zstandard, RFC 8878.
  case zstandard

  /// Looks at the magic bytes (RFC 1952, RFC 8878); a skippable Zstandard frame counts too.
  public init(magic bytes: some Collection<UInt8>) {
    let first = Array(bytes.prefix(4))
    if first.starts(with: [0x1F, 0x8B]) {
      self = .gzip
    } else if first == [0x28, 0xB5, 0x2F, 0xFD]
      || first.count == 4 && first[0] & 0xF0 == 0x50 && first[1...] == [0x2A, 0x4D, 0x18]
    {
      self = .zstandard
    } else {
      self = .none
    }
  }

  /// `file`, decompressed if it is compressed.
  static func decompressing(_ file: FileSource) throws(TrackingError) -> any ByteSource {
    switch Compression(magic: try file.lookAhead(4)) {
    case .none: file
    case .gzip: GzipSource(file)
    case .zstandard: ZstandardSource(file)
    }
  }
}

/// A gzip file of any number of members.
final class GzipSource: ByteSource {
  private let file: FileSource
  private var stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
  private let input = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 17, alignment: 16)
  private var isInsideMember = false
  private var isAtEnd = false
  private var memberCount = 0

  init(_ file: FileSource) {
    self.file = file
    stream.initialize(to: z_stream())
    // 15 bits of window, +16 for the gzip wrapper.
    inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
    input.deallocate()
  }

  var consumedByteCount: Int { file.consumedByteCount }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(TrackingError) -> Int {
    guard !isAtEnd, buffer.count > 0 else { return 0 }
    stream.pointee.next_out = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.pointee.avail_out = UInt32(clamping: buffer.count)
    let wanted = Int(stream.pointee.avail_out)
    while Int(stream.pointee.avail_out) == wanted {
      if stream.pointee.avail_in == 0 {
        let got = try file.read(into: input)
        if got == 0 {
          if isInsideMember { throw .corruptCompression(file: file.name, reason: "it ends too early") }
          isAtEnd = true
          break
        }
        stream.pointee.next_in = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_in = UInt32(got)
      }
      if !isInsideMember {
        // Zeros after the last member are padding, as gzip itself takes them.
        if memberCount > 0, let next = stream.pointee.next_in, next.pointee == 0 {
          stream.pointee.next_in = next + 1
          stream.pointee.avail_in -= 1
          continue
        }
        inflateReset(stream)
        isInsideMember = true
      }
      switch inflate(stream, Z_NO_FLUSH) {
      case Z_OK, Z_BUF_ERROR: break
      case Z_STREAM_END:
        isInsideMember = false
        memberCount += 1
      default:
        let reason = stream.pointee.msg.map { String(cString: $0) } ?? "not a gzip stream"
        throw .corruptCompression(file: file.name, reason: reason)
      }
    }
    return wanted - Int(stream.pointee.avail_out)
  }
}

/// A Zstandard file of any number of frames.
final class ZstandardSource: ByteSource {
  private let file: FileSource
  private let stream = ZSTD_createDStream()
  private let storage = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 17, alignment: 16)
  private var input = ZSTD_inBuffer(src: nil, size: 0, pos: 0)
  private var isInsideFrame = false
  private var isAtEnd = false

  init(_ file: FileSource) {
    self.file = file
    input.src = UnsafeRawPointer(storage.baseAddress)
  }

  deinit {
    ZSTD_freeDStream(stream)
    storage.deallocate()
  }

  var consumedByteCount: Int { file.consumedByteCount }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(TrackingError) -> Int {
    guard !isAtEnd, buffer.count > 0 else { return 0 }
    var output = ZSTD_outBuffer(dst: buffer.baseAddress, size: buffer.count, pos: 0)
    while output.pos == 0 {
      if input.pos == input.size {
        let got = try file.read(into: storage)
        if got == 0 {
          if isInsideFrame { throw .corruptCompression(file: file.name, reason: "it ends too early") }
          isAtEnd = true
          break
        }
        input.size = got
        input.pos = 0
      }
      let state = ZSTD_decompressStream(stream, &output, &input)
      if ZSTD_isError(state) != 0 {
        throw .corruptCompression(file: file.name, reason: String(cString: ZSTD_getErrorName(state)))
      }
      isInsideFrame = state != 0
    }
    return output.pos
  }
}
