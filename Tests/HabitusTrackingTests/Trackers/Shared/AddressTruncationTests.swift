import HabitusTracking
import Testing

@Suite("Address truncation")
struct AddressTruncationTests {
  @Test(
    "the network of an address is kept",
    arguments: [
      ("203.0.113.77", "203.0.113.0"), ("255.255.255.255", "255.255.255.0"), (" 10.0.0.1\n", "10.0.0.0"),
      ("203.0.113.77:8080", "203.0.113.0"), ("010.001.000.009", "10.1.0.0"),
      ("2001:db8:7:8::9", "2001:db8:7::"), ("2001:0DB8:0000:0001:1:2:3:4", "2001:db8::"),
      ("2001:0:7::1", "2001:0:7::"), ("::1", "::"), ("::", "::"), ("0:0:1::", "0:0:1::"), ("1::", "1::"),
      ("fe80::1%eth0", "fe80::"), ("[2001:db8:7::1]", "2001:db8:7::"), ("[2001:db8:7::1]:443", "2001:db8:7::"),
      ("::ffff:203.0.113.77", "203.0.113.0"), ("::FFFF:cb00:714d", "203.0.113.0"),
      ("0:0:0:0:0:ffff:1.2.3.4", "1.2.3.0"), ("64:ff9b::1.2.3.4", "64:ff9b::"), ("1:2:3:4:5:6:7:8", "1:2:3::"),
      ("1:2:3:4:5:6:7::", "1:2:3::"),
    ])
  func truncated(address: String, network: String) {
    #expect(AddressTruncation.truncated(address) == network)
    #expect(AddressTruncation.truncated(network) == network, "again")
  }

  @Test(
    "what is no address is none",
    arguments: [
      "", " ", "localhost", "unknown", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.", "a.b.c.d", "1.2.3.4:", "1.2.3.4:x",
      "1.2.3.4:1234567", "12345::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", ":::", ":1", "1:", "g::1",
      "1:2:3:4:5:6:7:8::", "[::1", "[::1]x", "[1.2.3.4]", "::1.2.3", "1:2:3:4:5:6:7:1.2.3.4", "%", "\\u00",
    ])
  func noAddress(text: String) { #expect(AddressTruncation.truncated(text) == nil) }

  static func text(_ text: String) -> String {
    String(decoding: AddressTruncation.truncatingAddresses(in: Array(text.utf8)), as: UTF8.self)
  }

  @Test(
    "every address inside a text is truncated, and nothing else is changed",
    arguments: [
      (#"{"ip":"203.0.113.77","x":1.5}"#, #"{"ip":"203.0.113.0","x":1.5}"#),
      ("203.0.113.77 - - [05/Jan/2026:00:00:00 +0000]", "203.0.113.0 - - [05/Jan/2026:00:00:00 +0000]"),
      ("a 1.2.3.4,5.6.7.8;9.9.9.9", "a 1.2.3.0,5.6.7.0;9.9.9.0"), ("v1.2.3.4", "v1.2.3.0"),
      ("1.2.3.4.5", "1.2.3.0.5"), ("999.1.2.3.4", "999.1.2.3.0"), ("Chrome/116.0.5845.96", "Chrome/116.0.5845.96"),
      (#"["2001:db8:7:8::9","fe80::1%eth0"]"#, #"["2001:db8:7::","fe80::%eth0"]"#),
      ("ip:2001:db8:7:8::9", "ip:2001:db8:7::"), ("http://[2001:db8:7::1]:80/", "http://[2001:db8:7::]:80/"),
      ("cip=2001%3Adb8%3A7%3a8::9&x", "cip=2001:db8:7::&x"), ("ip%3D1%2E2%2E3%2E4", "ip%3D1.2.3.0"),
      (#"\n2001:db8:7:8::9\t1.2.3.4\u000a1.2.3.4"#, #"\n2001:db8:7::\t1.2.3.0\u000a1.2.3.0"#),
      (#"2001\u003adb8\u003A7::1"#, "2001:db8:7::"), ("%20250.1.2.3", "%20250.1.2.0"),
      ("%202001:db8:7::1", "%202001:db8:7::"),
      ("::ffff:203.0.113.77.", "203.0.113.0."),
      ("std::string a::before 12:34:56 aa:bb:cc:dd:ee:ff", "std::string a::before 12:34:56 aa:bb:cc:dd:ee:ff"),
      ("", ""), ("no address", "no address"),
    ])
  func inside(text: String, expected: String) {
    #expect(Self.text(text) == expected)
    #expect(Self.text(expected) == expected, "again")
  }

  @Test("an address is found wherever it stands in random bytes, and no bytes are too odd")
  func randomBytes() {
    var random = SplitMix64(state: 7)
    let alphabet = Array("0123456789abcdef:.%\\un[] g".utf8)
    for _ in 0..<3000 {
      var bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in alphabet.randomElement(using: &random) ?? 0 }
      _ = AddressTruncation.truncatingAddresses(in: bytes)
      _ = AddressTruncation.truncated(String(decoding: bytes, as: UTF8.self))
      bytes += Array("\" 198.51.100.123 \"".utf8)
      let result = AddressTruncation.truncatingAddresses(in: bytes)
      #expect(!String(decoding: result, as: UTF8.self).contains("198.51.100.123"))
    }
    let invalid: [UInt8] = [0xFF, 0x31, 0x2E, 0x32, 0x2E, 0x33, 0x2E, 0x34, 0xFE]
    #expect(
      AddressTruncation.truncatingAddresses(in: invalid) == [0xFF, 0x31, 0x2E, 0x32, 0x2E, 0x33, 0x2E, 0x30, 0xFE])
  }
}
