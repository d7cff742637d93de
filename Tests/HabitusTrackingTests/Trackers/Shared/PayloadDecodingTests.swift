import Foundation
import HabitusTracking
import Testing

@Suite("Payload decoding")
struct PayloadDecodingTests {
  static let text = #"{"events":[{"user_id":"u"}]}"#
  static let gzip = "H4sIAAAAAAACA6tWSi1LzSspVrKKrlYqLU4tis9MUbJSKlWqja0FAFDgWJocAAAA"
  static let twoMembers =
    "H4sIAAAAAAACA6tWSi1LzSspVrICAGfe+PsKAAAAH4sIAAAAAAACA4uuViotTi2Kz0xRslIqVaqNrQUA2KClSxIAAAAAAAAAAA=="
  static let zlib = "eJyrVkotS80rKVayiq5WKi1OLYrPTFGyUipVqo2tBQCRmAne"
  static let raw = "q1ZKLUvNKylWsoquViotTi2Kz0xRslIqVaqNrQUA"
  static let zstandard = "KLUv/QRY4QAAeyJldmVudHMiOlt7InVzZXJfaWQiOiJ1In1dfaN/2QI="
  /// A hundred thousand zeros.
  static let zstandardBomb = "KLUv/QBYVQAAEAAAAQCbhjnAAg=="
  static let gzipBomb =
    "H4sIAAAAAAACA+3BMQEAAADCoPVPbQ0PoAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAIBXA32VEdSghgEA"

  static func bytes(_ base64: String) -> [UInt8] { Array(Data(base64Encoded: base64) ?? Data()) }

  static func decoded(_ base64: String, _ encoding: String?, limit: Int = 1000) throws -> String {
    String(
      decoding: try PayloadDecoding.decoded(bytes(base64), contentEncoding: encoding, maximumByteCount: limit),
      as: UTF8.self)
  }

  static func refusal(_ body: [UInt8], _ encoding: String?, limit: Int = 1000) -> TrackerRefusal? {
    #expect(throws: TrackerRefusal.self) {
      try PayloadDecoding.decoded(body, contentEncoding: encoding, maximumByteCount: limit)
    }
  }

  @Test(
    "every coding gives the text back, in any case of its name",
    arguments: [
      (gzip, "gzip"), (gzip, "X-GZip"), (gzip, nil), (gzip, ""), (gzip, "identity"), (gzip, " gzip , identity"),
      (twoMembers, "gzip"), (zlib, "deflate"), (raw, "Deflate"), (zstandard, "zstd"),
    ] as [(String, String?)])
  func codings(body: String, encoding: String?) throws { #expect(try Self.decoded(body, encoding) == Self.text) }

  @Test("what is not compressed stays as it is, and nothing stays nothing")
  func identity() throws {
    for encoding in [nil, "identity", "", ","] {
      #expect(
        try PayloadDecoding.decoded([1, 2], contentEncoding: encoding, maximumByteCount: 2) == [1, 2])
    }
    #expect(try PayloadDecoding.decoded([], contentEncoding: "gzip", maximumByteCount: 2) == [])
  }

  @Test("the limit itself is allowed, one byte more is 413", arguments: [gzip, twoMembers])
  func limit(body: String) throws {
    #expect(try Self.decoded(body, nil, limit: 28) == Self.text)
    let refusal = Self.refusal(Self.bytes(body), nil, limit: 27)
    #expect(refusal?.status == 413 && refusal?.reason == "body_too_large")
    #expect(refusal.map { String(decoding: $0.raw, as: UTF8.self) } == String(Self.text.dropLast()))
    #expect(Self.refusal([1, 2, 3], nil, limit: 2)?.reason == "body_too_large")
    #expect(Self.refusal(Self.bytes(Self.zlib), "deflate", limit: 27)?.reason == "body_too_large")
    #expect(Self.refusal(Self.bytes(Self.zstandard), "zstd", limit: 27)?.reason == "body_too_large")
  }

  @Test("bombs end at the limit")
  func bombs() {
    for (bomb, encoding) in [(Self.gzipBomb, "gzip"), (Self.zstandardBomb, "zstd")] {
      let refusal = Self.refusal(Self.bytes(bomb), encoding, limit: 5000)
      #expect(refusal?.reason == "body_too_large", "\(encoding)")
      #expect(refusal?.raw == Array(repeating: 0, count: 5000), "\(encoding)")
    }
  }

  @Test(
    "every body that is cut short is refused with 400",
    arguments: [(gzip, "gzip"), (zlib, "deflate"), (raw, "deflate"), (zstandard, "zstd")])
  func truncation(body: String, encoding: String) {
    let whole = Self.bytes(body)
    for count in 1..<whole.count {
      let refusal = Self.refusal(Array(whole[..<count]), encoding)
      #expect(refusal?.status == 400 && refusal?.reason == "invalid_compression", "\(count) bytes")
    }
  }

  @Test("damage, and what follows the data, is refused")
  func damage() {
    for (body, encoding) in [(Self.gzip, "gzip"), (Self.zlib, "deflate"), (Self.zstandard, "zstd")] {
      #expect(Self.refusal(Self.bytes(body) + [7], encoding)?.reason == "invalid_compression", "\(encoding)")
      var changed = Self.bytes(body)
      changed[changed.count - 6] ^= 0xFF
      #expect(Self.refusal(changed, encoding)?.reason == "invalid_compression", "\(encoding)")
      #expect(Self.refusal(Array("{}".utf8), encoding)?.reason == "invalid_compression", "\(encoding)")
    }
  }

  @Test("other codings and chains of them are 415", arguments: ["br", "gzip, gzip", "deflate,gzip", "compress", "x"])
  func unknown(encoding: String) {
    let refusal = Self.refusal(Self.bytes(Self.gzip), encoding)
    #expect(refusal?.status == 415 && refusal?.reason == "unknown_encoding")
  }
}
