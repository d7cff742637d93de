import HTTPTypes
import Testing

@testable import HabitusServer

@Suite("Origins")
struct OriginPolicyTests {
  private func headers(_ origins: [String], origin: String?, isOpen: Bool) throws -> (HTTPFields, Bool) {
    var headers = HTTPFields()
    let isAdmitted = try OriginPolicy(origins).apply(to: &headers, origin: origin, isOpen: isOpen)
    return (headers, isAdmitted)
  }

  @Test("A listed origin is named and may send credentials", arguments: [true, false])
  func listed(isOpen: Bool) throws {
    let (headers, isAdmitted) = try headers(
      ["https://App.example.com/"], origin: "https://app.example.com", isOpen: isOpen)
    #expect(isAdmitted && headers[.accessControlAllowOrigin] == "https://app.example.com")
    #expect(headers[.accessControlAllowCredentials] == "true" && headers[.vary] == "Origin")
  }

  @Test("The star admits others to open sources only, and never with credentials")
  func star() throws {
    let (open, isAdmitted) = try headers(["*"], origin: "https://x.example", isOpen: true)
    #expect(isAdmitted && open[.accessControlAllowOrigin] == "*" && open[.accessControlAllowCredentials] == nil)
    let (keyed, isKeyedAdmitted) = try headers(["*"], origin: "https://x.example", isOpen: false)
    #expect(!isKeyedAdmitted && keyed[.accessControlAllowOrigin] == nil && keyed[.vary] == "Origin")
    let (listed, _) = try headers(["*", "https://x.example"], origin: "https://x.example", isOpen: true)
    #expect(listed[.accessControlAllowOrigin] == "https://x.example")
  }

  @Test(
    "Others may read nothing",
    arguments: ["null", "https://app.example.com.evil.example", "http://app.example.com", "https://app.example.com:81"])
  func others(origin: String) throws {
    let (headers, isAdmitted) = try headers(["https://app.example.com"], origin: origin, isOpen: true)
    #expect(!isAdmitted && headers[.accessControlAllowOrigin] == nil && headers[.vary] == "Origin")
  }

  @Test("Without configured origins an answer says nothing of them")
  func none() throws {
    let (headers, isAdmitted) = try headers([], origin: "https://a.example", isOpen: true)
    #expect(!isAdmitted && headers.isEmpty)
    #expect(try self.headers([], origin: nil, isOpen: true).1)
  }

  @Test(
    "What is no origin is refused",
    arguments: ["", "app.example.com", "https://", "https://a/b", "https://*.example.com", "https://a b", "null"])
  func invalid(text: String) {
    #expect(throws: ServerError.invalidOrigin(text)) { try OriginPolicy([text]) }
  }
}
