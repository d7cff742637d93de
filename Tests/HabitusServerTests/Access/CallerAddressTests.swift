import HTTPTypes
import Testing

@testable import HabitusServer

@Suite("Addresses of callers")
struct CallerAddressTests {
  private func address(_ peer: String?, _ proxies: [String], _ headers: [HTTPField.Name: String]) throws -> String? {
    var fields = HTTPFields()
    for (name, value) in headers { fields[name] = value }
    return try CallerAddress(trustedProxies: proxies).address(peer: peer, headers: fields)
  }

  @Test("Only a trusted proxy is believed")
  func trust() throws {
    let headers: [HTTPField.Name: String] = [.forwardedFor: "203.0.113.7, 10.0.0.1"]
    #expect(try address("10.1.2.3", ["10.0.0.0/8"], headers) == "203.0.113.7")
    #expect(try address("::ffff:10.1.2.3", ["10.0.0.0/8"], headers) == "203.0.113.7")
    #expect(try address("11.1.2.3", ["10.0.0.0/8"], headers) == "11.1.2.3")
    #expect(try address("10.1.2.3", [], headers) == "10.1.2.3")
    #expect(try address("10.1.2.3", ["10.0.0.0/8"], [:]) == "10.1.2.3")
    #expect(try address(nil, ["10.0.0.0/8"], headers) == nil)
  }

  @Test(
    "Ports, brackets and the form of RFC 7239 are understood; what is no address is none",
    arguments: [
      ("203.0.113.7:4711", nil, "203.0.113.7"), ("[2001:db8::1]:80", nil, "2001:db8::1"),
      ("2001:db8::1", nil, "2001:db8::1"), ("unknown", nil, nil), ("", nil, nil), ("1.2.3.4.5", nil, nil),
      (nil, "For=\"[2001:db8::1]:80\";proto=https, for=10.0.0.1", "2001:db8::1"),
      (nil, "proto=http; for=192.0.2.60", "192.0.2.60"), (nil, "for=_hidden", nil), (nil, "by=1.2.3.4", nil),
    ] as [(String?, String?, String?)])
  func forms(list: String?, forwarded: String?, expected: String?) throws {
    var headers: [HTTPField.Name: String] = [:]
    headers[.forwardedFor] = list
    headers[.forwarded] = forwarded
    #expect(try address("127.0.0.1", ["127.0.0.1"], headers) == expected)
  }

  @Test("Ranges hold the addresses that begin with their bits")
  func ranges() throws {
    func contains(_ range: String, _ address: String) throws -> Bool {
      try #require(AddressRange(range)).contains(try #require(NetworkAddress(address)))
    }
    #expect(try contains("192.0.2.128/25", "192.0.2.200") && !contains("192.0.2.128/25", "192.0.2.127"))
    #expect(try contains("0.0.0.0/0", "255.1.2.3") && !contains("0.0.0.0/0", "2001:db8::1"))
    #expect(try contains("2001:db8::/33", "2001:db8:7fff::1") && !contains("2001:db8::/33", "2001:db8:8000::1"))
    #expect(try contains("2001:db8::/64", "2001:db8::ffff") && !contains("2001:db8::/64", "2001:db8:0:1::"))
    #expect(try contains("2001:db8::/65", "2001:db8::7fff:0:0:1") && !contains("2001:db8::/65", "2001:db8::8000:0:0:1"))
    #expect(try contains("::/0", "10.0.0.1") && contains("::1", "::1") && !contains("::1", "::2"))
    #expect(try contains("10.0.0.1", "10.0.0.1") && !contains("10.0.0.1", "10.0.0.2"))
  }

  @Test(
    "What is no address or range is refused",
    arguments: ["", "x", "10.0.0.0/33", "10.0.0/8", "::1/129", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8/8", "localhost"])
  func invalid(text: String) {
    #expect(throws: ServerError.invalidProxy(text)) { try CallerAddress(trustedProxies: [text]) }
  }

  @Test("This machine's own addresses are known", arguments: ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"])
  func loopback(text: String) throws {
    #expect(try #require(NetworkAddress(text)).isLoopback)
  }

  @Test("Other addresses are not", arguments: ["128.0.0.1", "0.0.0.0", "::", "::2", "::ffff:10.0.0.1", "1::1"])
  func elsewhere(text: String) throws {
    #expect(try !#require(NetworkAddress(text)).isLoopback)
  }
}
