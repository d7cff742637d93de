import HabitusModel
import Testing

@testable import HabitusStore

@Suite("Column codecs")
struct CodecTests {
  @Test("give back every code, missing ones included", arguments: [0, 1, 2, 63, 64, 1000])
  func codes(count: Int) throws {
    var random = Seeded(state: UInt64(count))
    for largest in [0, 1, 15, 4000, UInt32.max - 1] as [UInt32] {
      let codes = (0..<count).map { _ -> UInt32 in
        if Int.random(in: 0..<5, using: &random) == 0 { return TermDictionary.missing }
        return UInt32.random(in: largest / 2...largest, using: &random)
      }
      let bytes = codes.withUnsafeBufferPointer { CodeColumn.encode($0) }
      var decoded = [UInt32](repeating: 7, count: count)
      try bytes.withUnsafeBytes { bytes in
        try decoded.withUnsafeMutableBufferPointer { try CodeColumn.decode(bytes, into: $0) }
      }
      #expect(decoded == codes)
    }
  }

  @Test("give back every time, ties and far years included")
  func times() throws {
    var random = Seeded(state: 3)
    for _ in 0..<50 {
      var offsets = [0]
      var times: [Int64] = []
      for _ in 0..<Int.random(in: 1..<20, using: &random) {
        var run = (0..<Int.random(in: 1..<9, using: &random)).map { _ in
          Int64.random(in: -62_135_596_800_000...253_402_300_799_999, using: &random)
            / Int64.random(in: 1...1_000_000_000, using: &random)
        }
        run.append(run[0])
        times += run.sorted()
        offsets.append(times.count)
      }
      let earliest = try #require(times.min())
      let bytes = times.withUnsafeBufferPointer { TimeColumn.encode($0, offsets: offsets, earliest: earliest) }
      var decoded = [Int64](repeating: 0, count: times.count)
      try bytes.withUnsafeBytes { bytes in
        try decoded.withUnsafeMutableBufferPointer { try TimeColumn.decode(bytes, offsets: offsets, into: $0) }
      }
      #expect(decoded == times)
      // Cut anywhere, the column is refused or read; it never reads outside.
      for length in stride(from: 0, to: bytes.count, by: 3) {
        try? bytes.prefix(length).withUnsafeBytes { bytes in
          try decoded.withUnsafeMutableBufferPointer { try TimeColumn.decode(bytes, offsets: offsets, into: $0) }
        }
      }
    }
  }

  @Test(
    "give back every value to the bit",
    arguments: [
      [], [1.5], [.nan], [.nan, 2, .nan], [0.1, 0.2, 0.30000000000000004], [-0.0, 0], [1e300, -1e-300, .nan],
      [19.99, 5, .nan, 100_000.01], [9_007_199_254_740_992, 1], [12.345678, 0.000001],
    ] as [[Double]])
  func values(values: [Double]) throws {
    let bytes = values.withUnsafeBufferPointer { ValueColumn.encode($0) }
    var decoded = [Double](repeating: 7, count: values.count)
    try bytes.withUnsafeBytes { bytes in
      try decoded.withUnsafeMutableBufferPointer { try ValueColumn.decode(bytes, into: $0) }
    }
    #expect(decoded.map(\.bitPattern) == values.map(\.bitPattern))
  }

  @Test("hold prices as scaled integers: 1,000 values of two decimals take under 2 bytes each")
  func decimalsAreSmall() {
    let values = (0..<1000).map { Double($0 * 7 % 9973) / 100 }
    #expect(values.withUnsafeBufferPointer { ValueColumn.encode($0) }.count < 2000)
  }

  @Test(
    "give back every identifier",
    arguments: [
      [], [""], ["00ff", "12ab"], ["00FF", "12ab"], ["abc", "de"], ["", "x"],
      ["123e4567-e89b-12d3-a456-426614174000", "00000000-0000-0000-0000-00000000000f"],
      ["123e4567-e89b-12d3-a456-426614174000", "00000000e0000-0000-0000-00000000000f"], ["é", "日本"],
    ] as [[String]])
  func identifiers(texts: [String]) throws {
    var column = ByteColumn()
    for text in texts { column.append(text) }
    let bytes = try IdentifierColumn.encode(column)
    var decoded = ByteColumn()
    try bytes.withUnsafeBytes { try IdentifierColumn.decode($0, count: texts.count, into: &decoded) }
    #expect((0..<decoded.count).map { decoded.text(at: $0) } == texts)
  }

  @Test("write sixteen hexadecimal digits as one word and back")
  func hexadecimal() {
    var random = Seeded(state: 9)
    for _ in 0..<1000 {
      let word = random.next()
      var digits = Hexadecimal.digits(word)
      let text = withUnsafeBytes(of: &digits) { String(decoding: $0, as: UTF8.self) }
      #expect(UInt64(text, radix: 16) == word)
      #expect(Array(text.utf8).withUnsafeBytes { Hexadecimal.word($0) } == word)
    }
    for text in ["0123456789ABCDEF", "0123456789abcde", "0123456789abcdeg"] {
      #expect(Array(text.utf8).withUnsafeBytes { Hexadecimal.word($0) } == nil)
    }
  }

  @Test("refuse a damaged column instead of reading outside it")
  func damage() throws {
    let codes: [UInt32] = (0..<100).map { $0 * 977 }
    let bytes = codes.withUnsafeBufferPointer { CodeColumn.encode($0) }
    var decoded = [UInt32](repeating: 0, count: 100)
    for length in 1..<bytes.count {
      #expect(throws: StoreError.self) {
        try bytes.prefix(length).withUnsafeBytes { bytes in
          try decoded.withUnsafeMutableBufferPointer { try CodeColumn.decode(bytes, into: $0) }
        }
      }
    }
  }
}

@Suite("SipHash-2-4-128")
struct SipHashTests {
  /// The first vectors of the authors' reference code (`vectors_sip128`) and OpenSSL 3's SIPHASH with size 16.
  @Test(
    "gives the published digests",
    arguments: [
      (0, "a3817f04ba25a8e66df67214c7550293"), (1, "da87c1d86b99af44347659119b22fc45"),
      (15, "5493e99933b0a8117e08ec0f97cfc3d9"),
    ])
  func vectors(length: Int, digest: String) {
    var hash = SipHash(key: (0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908))
    (0..<UInt8(length)).map { $0 }.withUnsafeBytes { hash.add($0) }
    let (first, second) = hash.finalize()
    var text = ""
    for word in [first, second] {
      withUnsafeBytes(of: word.littleEndian) {
        for byte in $0 { text += (byte < 16 ? "0" : "") + String(byte, radix: 16) }
      }
    }
    #expect(text == digest)
  }

  @Test("gives the same digest however the input is cut")
  func cuts() {
    let input = (0..<61).map { UInt8($0) }
    var whole = SipHash(key: (1, 2))
    input.withUnsafeBytes { whole.add($0) }
    let expected = whole.finalize()
    for cut in 0..<input.count {
      var parts = SipHash(key: (1, 2))
      input.prefix(cut).withUnsafeBytes { parts.add($0) }
      input.dropFirst(cut).withUnsafeBytes { parts.add($0) }
      #expect(parts.finalize() == expected)
    }
  }
}
