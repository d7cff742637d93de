internal import Crypto
internal import Foundation
public import HabitusModel

/// Makes identifiers of visitors whom a log knows by address and user agent alone.
///
/// The identifier is `visitor_` and the first 128 bits of HMAC-SHA256 (RFC 2104) over the address, a zero byte and the
/// user agent, as 32 hexadecimal digits. Without the key it leads back to neither; with another key it is another one.
public struct VisitorIdentity: Sendable {
  private let key: SymmetricKey

  /// Takes the secret of the store.
  public init(key: [UInt8]) { self.key = SymmetricKey(data: key) }

  /// The identifier of the visitor with this address and user agent; no agent and an empty one are the same.
  public func user(address: String, userAgent: String?) -> UserID {
    user(address: ArraySlice(address.utf8), userAgent: ArraySlice((userAgent ?? "").utf8))
  }

  func user(address: ArraySlice<UInt8>, userAgent: ArraySlice<UInt8>) -> UserID {
    let code = HMAC<SHA256>.authenticationCode(for: address + [0] + userAgent, using: key)
    let digits = Array("0123456789abcdef".utf8)
    var text = Array("visitor_".utf8)
    for byte in code.prefix(16) {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return UserID(String(decoding: text, as: UTF8.self))
  }
}
