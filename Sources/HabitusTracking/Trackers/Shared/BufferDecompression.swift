internal import CZlib
internal import CZstd

/// How the decompression of a buffer ended.
enum DecompressionEnd: Equatable {
  case complete
  /// The result would be longer than the limit; as much as that is there.
  case limit
  /// The data is damaged or cut short; what was read before is there.
  case damaged(String)
}

/// Decompresses DEFLATE (RFC 1951) in memory.
enum ZlibBuffer {
  /// What stands around the compressed data.
  enum Wrapper: Int32 {
    /// RFC 1952, any number of members, zeros after the last.
    case gzip = 31
    /// RFC 1950.
    case zlib = 15
    /// Nothing.
    case raw = -15
  }

  /// Adds what `body` holds to `output`, at most `limit` bytes.
  static func decompress(_ body: [UInt8], _ wrapper: Wrapper, limit: Int, to output: inout [UInt8]) -> DecompressionEnd
  {
    var stream = z_stream()
    guard inflateInit2_(&stream, wrapper.rawValue, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      return .damaged("there is no memory for it")
    }
    defer { inflateEnd(&stream) }
    return body.withUnsafeBufferPointer { body in
      withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 1 << 16) { window in
        run(&stream, body, window, wrapper, limit, &output)
      }
    }
  }

  private static func run(
    _ stream: inout z_stream, _ body: UnsafeBufferPointer<UInt8>, _ window: UnsafeMutableBufferPointer<UInt8>,
    _ wrapper: Wrapper, _ limit: Int, _ output: inout [UInt8]
  ) -> DecompressionEnd {
    stream.next_in = UnsafeMutablePointer(mutating: body.baseAddress)
    stream.avail_in = UInt32(clamping: body.count)
    while true {
      stream.next_out = window.baseAddress
      stream.avail_out = UInt32(window.count)
      let code = inflate(&stream, Z_NO_FLUSH)
      let count = window.count - Int(stream.avail_out)
      guard append(window, count, limit, to: &output) else { return .limit }
      switch code {
      case Z_OK: break
      case Z_STREAM_END:
        while wrapper == .gzip, stream.avail_in > 0, stream.next_in?.pointee == 0 {
          stream.next_in += 1
          stream.avail_in -= 1
        }
        if stream.avail_in == 0 { return .complete }
        guard wrapper == .gzip else { return .damaged("something follows the compressed data") }
        inflateReset(&stream)
      case Z_BUF_ERROR: return .damaged("it ends too early")
      default: return .damaged(stream.msg.map { String(cString: $0) } ?? "it is not compressed as its header says")
      }
    }
  }
}

/// Decompresses Zstandard (RFC 8878) in memory.
enum ZstandardBuffer {
  /// Windows of HTTP bodies have at most 8 MiB (RFC 9659), 2 to the power of this; greater limits allow greater ones.
  private static let windowExponent = 23

  /// Adds what `body` holds, any number of frames, to `output`, at most `limit` bytes.
  static func decompress(_ body: [UInt8], limit: Int, to output: inout [UInt8]) -> DecompressionEnd {
    guard let stream = ZSTD_createDStream() else { return .damaged("there is no memory for it") }
    defer { ZSTD_freeDStream(stream) }
    let exponent = max(windowExponent, min(27, Int.bitWidth - max(limit - 1, 1).leadingZeroBitCount))
    ZSTD_DCtx_setParameter(stream, ZSTD_d_windowLogMax, Int32(exponent))
    return body.withUnsafeBytes { body in
      withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 1 << 16) { window in
        run(stream, body, window, limit, &output)
      }
    }
  }

  private static func run(
    _ stream: OpaquePointer, _ body: UnsafeRawBufferPointer, _ window: UnsafeMutableBufferPointer<UInt8>, _ limit: Int,
    _ output: inout [UInt8]
  ) -> DecompressionEnd {
    var input = ZSTD_inBuffer(src: body.baseAddress, size: body.count, pos: 0)
    while true {
      var result = ZSTD_outBuffer(dst: window.baseAddress, size: window.count, pos: 0)
      let before = input.pos
      let state = ZSTD_decompressStream(stream, &result, &input)
      if ZSTD_isError(state) != 0 { return .damaged(String(cString: ZSTD_getErrorName(state))) }
      guard append(window, result.pos, limit, to: &output) else { return .limit }
      if state == 0, input.pos == input.size { return .complete }
      if result.pos == 0, input.pos == before { return .damaged("it ends too early") }
    }
  }
}

/// Adds the first `count` bytes of `window` to `output`, or as many as `limit` allows; tells whether it allows all.
private func append(_ window: UnsafeMutableBufferPointer<UInt8>, _ count: Int, _ limit: Int, to output: inout [UInt8])
  -> Bool
{
  let allowed = min(count, max(0, limit - output.count))
  output.append(contentsOf: UnsafeBufferPointer(rebasing: window[..<allowed]))
  return allowed == count
}
