import CSimdJSON
import Glibc

/// The tokens of JSON texts: simdjson finds where they begin, this walks over them and checks the grammar (RFC 8259).
struct JSONTokens {
  /// A value, by its first token and its bytes (a string's quotes included).
  struct Value {
    var token: Int
    var start: Int
    var end: Int
  }

  /// The deepest nesting that is taken.
  static let maximumDepth = 512

  /// What the positions count from.
  let base: UnsafePointer<UInt8>
  /// Where tokens begin, relative to `origin`.
  private let positions: UnsafePointer<UInt32>
  private let origin: Int
  let count: Int
  /// Where the text ends.
  private let textEnd: Int
  /// Whether strings may hold escapes.
  let hasEscapes: Bool

  /// Indexes the bytes `range` of `base`, which 64 readable ones follow; `nil` where a string is not closed or holds
  /// control characters, or where the bytes are not UTF-8 or empty. The tokens are valid until the indexer's next use.
  init?(_ base: UnsafePointer<UInt8>, _ range: Range<Int>, indexer: OpaquePointer) {
    var positions: UnsafePointer<UInt32>?
    var count = 0
    guard csimdjson_index(indexer, base + range.lowerBound, range.count, &positions, &count) == 0, let positions else {
      return nil
    }
    self.base = base
    self.positions = positions
    self.count = count
    origin = range.lowerBound
    textEnd = range.upperBound
    hasEscapes = memchr(base + range.lowerBound, 0x5C, range.count) != nil
  }

  /// Where token `token` begins; the end of the text behind the last one.
  @inline(__always)
  func position(_ token: Int) -> Int { token < count ? origin &+ Int(positions[token]) : textEnd }

  /// The first byte of token `token`; 0 behind the last one.
  @inline(__always)
  func byte(_ token: Int) -> UInt8 { token < count ? base[origin &+ Int(positions[token])] : 0 }

  @inline(__always)
  func bytes(_ start: Int, _ end: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: base + start, count: end &- start)
  }

  /// Where the text of token `token` ends: before the blanks in front of the next one.
  @inline(__always)
  func end(ofToken token: Int) -> Int {
    var end = position(token &+ 1)
    while base[end &- 1] <= 0x20 { end &-= 1 }
    return end
  }

  /// Passes over the value at `token`, sets `end` to where its bytes end and returns the token behind it; −1 where the
  /// grammar is broken.
  @inline(__always)
  func skipValue(_ token: Int, depth: Int, end: inout Int) -> Int {
    switch byte(token) {
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      let next = skipContainer(token, depth: depth)
      if next >= 0 { end = position(next &- 1) &+ 1 }
      return next
    case UInt8(ascii: "\""):
      end = endOfString(token)
      return end < 0 ? -1 : token &+ 1
    default:
      let start = position(token)
      end = self.end(ofToken: token)
      return end > start && isScalar(bytes(start, end)) ? token &+ 1 : -1
    }
  }

  /// Where the string at `token` ends, with its quote; −1 where it is broken.
  @inline(__always)
  private func endOfString(_ token: Int) -> Int {
    let start = position(token)
    let end = end(ofToken: token)
    guard end &- start >= 2, base[end &- 1] == UInt8(ascii: "\"") else { return -1 }
    if hasEscapes, !JSONText.hasValidEscapes(bytes(start &+ 1, end &- 1)) { return -1 }
    return end
  }

  /// The token behind the object or array at `token`; −1 where the grammar is broken.
  private func skipContainer(_ token: Int, depth: Int) -> Int {
    if depth >= Self.maximumDepth { return -1 }
    if byte(token) == UInt8(ascii: "{") {
      var members = Members(self, object: token, depth: depth)
      while members.next() {}
      return members.isBroken ? -1 : members.token
    }
    var next = token &+ 1
    var end = 0
    if byte(next) == UInt8(ascii: "]") { return next &+ 1 }
    while true {
      next = skipValue(next, depth: depth &+ 1, end: &end)
      if next < 0 { return -1 }
      next &+= 1
      switch byte(next &- 1) {
      case UInt8(ascii: ","): continue
      case UInt8(ascii: "]"): return next
      default: return -1
      }
    }
  }

  private func isScalar(_ text: UnsafeRawBufferPointer) -> Bool {
    switch text[0] {
    case UInt8(ascii: "t"): text.elementsEqual("true".utf8)
    case UInt8(ascii: "f"): text.elementsEqual("false".utf8)
    case UInt8(ascii: "n"): text.elementsEqual("null".utf8)
    default: JSONText.isNumber(text)
    }
  }

  /// A key, without its quotes, and its value.
  struct Member {
    var keyStart: Int
    var keyEnd: Int
    var value: Value
  }

  /// The members of an object, one after the other.
  struct Members {
    private let tokens: JSONTokens
    private let depth: Int
    /// The member that ``next()`` went to.
    private(set) var member = Member(keyStart: 0, keyEnd: 0, value: Value(token: 0, start: 0, end: 0))
    /// The token that comes next; behind the object once ``next()`` has given `false`.
    private(set) var token: Int
    /// Whether the grammar is broken.
    private(set) var isBroken = false
    private var isAtEnd = false

    /// The object at token `object`.
    init(_ tokens: JSONTokens, object: Int, depth: Int) {
      self.tokens = tokens
      self.depth = depth
      token = object &+ 1
      if tokens.byte(token) == UInt8(ascii: "}") {
        token &+= 1
        isAtEnd = true
      }
    }

    /// Goes to the next member; `false` at the end or where the grammar is broken.
    @inline(__always)
    mutating func next() -> Bool {
      if isAtEnd { return false }
      isAtEnd = true
      isBroken = true
      guard tokens.byte(token) == UInt8(ascii: "\""), tokens.byte(token &+ 1) == UInt8(ascii: ":") else { return false }
      let keyEnd = tokens.endOfString(token)
      var end = 0
      let next = tokens.skipValue(token &+ 2, depth: depth &+ 1, end: &end)
      if keyEnd < 0 || next < 0 { return false }
      let separator = tokens.byte(next)
      if separator != UInt8(ascii: ","), separator != UInt8(ascii: "}") { return false }
      member = Member(
        keyStart: tokens.position(token) &+ 1, keyEnd: keyEnd &- 1,
        value: Value(token: token &+ 2, start: tokens.position(token &+ 2), end: end))
      isAtEnd = separator == UInt8(ascii: "}")
      isBroken = false
      token = next &+ 1
      return true
    }
  }
}
