import Foundation
import HTTPTypes
import Testing

@testable import HabitusServer

@Suite("Credentials")
struct CredentialsTests {
  private func basic(_ text: String) -> String { "Basic " + Data(text.utf8).base64EncodedString() }

  @Test("A key comes from Basic (the user name), Bearer, X-API-Key and the query, in this order")
  func order() {
    var headers = HTTPFields()
    headers[.authorization] = basic("first:secret")
    headers[.apiKey] = "second"
    let found = Credentials.candidates(headers: headers, query: "a=1&api_key=third&token=fo%75rth")
    #expect(found == ["first", "second", "third", "fourth"])
  }

  @Test(
    "Schemes are told apart whatever their case, and nonsense is no key",
    arguments: [
      ("Bearer abc", "abc"), ("bearer  abc", "abc"), ("BASIC " + Data("k:".utf8).base64EncodedString(), "k"),
      ("Basic " + Data("k".utf8).base64EncodedString(), "k"), ("Basic !!!", nil), ("Digest x", nil), ("Bearer", nil),
      ("", nil), ("Basic " + Data([0xFF, 0xFE]).base64EncodedString(), nil),
    ] as [(String, String?)])
  func schemes(header: String, key: String?) {
    #expect(Credentials.fromAuthorization(header) == key)
  }

  @Test("What is empty or longer than any key is left out")
  func limits() {
    var headers = HTTPFields()
    headers[.authorization] = "Bearer " + String(repeating: "x", count: 513)
    headers[.apiKey] = ""
    #expect(Credentials.candidates(headers: headers, query: "api_key=&token").isEmpty)
  }

  @Test("Queries are decoded, and malformed escapes stay as they are")
  func query() {
    #expect(QueryText.values(of: ["user_id"], in: "user_id=a%20b+c&user_id=%zz%4&x=%") == ["a b c", "%zz%4"])
    #expect(QueryText.values(of: ["user_id"], in: "user%5Fid=%C3%A9%ff") == ["é\u{FFFD}"])
    #expect(QueryText.values(of: ["user_id"], in: "user_id").isEmpty)
    #expect(QueryText.values(of: ["user_id"], in: "").isEmpty)
    #expect(QueryText.values(of: ["a"], in: "a=1=2&&a=") == ["1=2", ""])
  }
}
