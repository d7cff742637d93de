internal import Crypto
internal import HabitusModel

/// The secret of a key: `hab_`, 40 random characters and 6 that check them.
///
/// A character carries 5 bits, so a secret has 200 random ones, of which the 30 in ``prefix`` are kept to recognise it
/// by. The check characters tell a typing mistake from a key that is not there.
struct AccessKeySecret: Sendable, Equatable {
  /// What every secret begins with, so that one that leaked is found by whoever searches for it.
  static let beginning = "hab_"
  private static let randomCount = 40
  private static let checkCount = 6
  /// Digits and lower-case letters without those that are taken for each other: i, l, o, u.
  private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

  /// The whole text.
  let text: String

  /// Draws a new secret.
  ///
  /// - Parameter random: a generator that nobody can predict; the system's unless given.
  init(using random: inout some RandomNumberGenerator) {
    let body =
      Array(Self.beginning.utf8)
      + (0..<Self.randomCount).map { _ in Self.alphabet[Int(random.next(upperBound: UInt32(32)))] }
    text = String(decoding: body + Self.check(of: body), as: UTF8.self)
  }

  /// Takes a secret as it was shown; `nil` where it is none, or is mistyped.
  init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count == Self.beginning.utf8.count + Self.randomCount + Self.checkCount,
      bytes.starts(with: Self.beginning.utf8),
      Self.check(of: bytes.dropLast(Self.checkCount)) == Array(bytes.suffix(Self.checkCount))
    else { return nil }
    self.text = text
  }

  /// The first characters, by which people recognise it.
  var prefix: String { String(text.prefix(Self.beginning.count + 6)) }

  /// The SHA-256 of the text.
  ///
  /// A salt and a slow hash guard secrets that people choose, of which the likely ones can be tried. Nobody can try
  /// 2¹⁷⁰ random ones, no two keys share a secret, and a fast hash can be checked with every request.
  var hash: [UInt8] { Array(SHA256.hash(data: Array(text.utf8))) }

  private static func check(of body: some Collection<UInt8>) -> [UInt8] {
    let bits = SHA256.hash(data: Array(body)).prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    return (1...checkCount).map { alphabet[Int(bits >> (32 - 5 * UInt32($0)) & 31)] }
  }
}
