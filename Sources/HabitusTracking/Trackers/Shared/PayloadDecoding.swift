/// Undoes the compression of a request's body.
public enum PayloadDecoding {
  /// A coding of HTTP (RFC 9110, section 8.4.1; Zstandard: RFC 8878 and RFC 9659).
  private enum Coding { case identity, gzip, deflate, zstandard }

  /// The body as its sender wrote it.
  ///
  /// `identity`, `gzip` (also `x-gzip`), `deflate` (with the wrapper of zlib or without) and `zstd` are known, in any
  /// case. A body that begins with the magic bytes of gzip is decompressed without a header that says so. An empty body
  /// stays empty.
  ///
  /// - Parameters:
  ///   - body: What came.
  ///   - contentEncoding: The header `Content-Encoding`, if there is one.
  ///   - maximumByteCount: The most bytes that the result may have. Decompression stops there, whatever the body holds.
  /// - Throws: 413 `body_too_large`; 400 `invalid_compression` for a damaged body or one that is cut short; 415
  ///   `unknown_encoding` for any other coding, and for several of them on top of each other.
  public static func decoded(_ body: [UInt8], contentEncoding: String?, maximumByteCount: Int) throws(TrackerRefusal)
    -> [UInt8]
  {
    var coding = try coding(named: contentEncoding)
    if coding == .identity, body.starts(with: [0x1F, 0x8B]) { coding = .gzip }
    if coding == .identity || body.isEmpty {
      guard body.count <= maximumByteCount else {
        throw tooLarge(maximumByteCount, Array(body.prefix(RefusedRow.maximumRawByteCount)))
      }
      return body
    }
    var output: [UInt8] = []
    output.reserveCapacity(min(max(body.count * 6, 1024), maximumByteCount))
    let end: DecompressionEnd =
      switch coding {
      case .identity, .gzip: ZlibBuffer.decompress(body, .gzip, limit: maximumByteCount, to: &output)
      case .deflate: inflated(body, limit: maximumByteCount, to: &output)
      case .zstandard: ZstandardBuffer.decompress(body, limit: maximumByteCount, to: &output)
      }
    switch end {
    case .complete: return output
    case .limit: throw tooLarge(maximumByteCount, Array(output.prefix(RefusedRow.maximumRawByteCount)))
    case .damaged(let reason):
      throw TrackerRefusal(
        status: 400, reason: "invalid_compression",
        message: "the body cannot be decompressed: \(reason); send it whole, or uncompressed",
        raw: Array(output.prefix(RefusedRow.maximumRawByteCount)))
    }
  }

  /// `deflate` is meant to have the wrapper of zlib, and is sent without it, too.
  private static func inflated(_ body: [UInt8], limit: Int, to output: inout [UInt8]) -> DecompressionEnd {
    let hasWrapper = body.count >= 2 && body[0] & 0x0F == 8 && (Int(body[0]) << 8 | Int(body[1])) % 31 == 0
    if !hasWrapper { return ZlibBuffer.decompress(body, .raw, limit: limit, to: &output) }
    let end = ZlibBuffer.decompress(body, .zlib, limit: limit, to: &output)
    guard case .damaged = end else { return end }
    // The first bytes of a bare stream can look like the wrapper.
    var bare: [UInt8] = []
    guard case .complete = ZlibBuffer.decompress(body, .raw, limit: limit, to: &bare) else { return end }
    output = bare
    return .complete
  }

  private static func coding(named header: String?) throws(TrackerRefusal) -> Coding {
    guard let header, !header.isEmpty else { return .identity }
    let names = header.split(separator: ",").map { String($0).trimmingBlanks.lowercased() }.filter {
      !$0.isEmpty && $0 != "identity"
    }
    guard names.count <= 1 else { throw unknown("the body is compressed \(names.count) times over; compress it once") }
    switch names.first {
    case nil: return .identity
    case "gzip", "x-gzip": return .gzip
    case "deflate": return .deflate
    case "zstd": return .zstandard
    case .some(let name):
      throw unknown("the content encoding '\(name.prefix(40))' is not known; use gzip, deflate, zstd or none")
    }
  }

  private static func unknown(_ message: String) -> TrackerRefusal {
    TrackerRefusal(status: 415, reason: "unknown_encoding", message: message)
  }

  private static func tooLarge(_ maximum: Int, _ raw: [UInt8]) -> TrackerRefusal {
    TrackerRefusal(
      status: 413, reason: "body_too_large", message: "the body is longer than \(maximum) bytes; send less at a time",
      raw: raw)
  }
}
