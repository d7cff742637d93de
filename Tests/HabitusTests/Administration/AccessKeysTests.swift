import Foundation
import HabitusModel
import Synchronization
import Testing

@testable import Habitus

@Suite("AccessKeys")
struct AccessKeysTests {
  /// A clock that tests move.
  private final class Clock: Sendable {
    private let time = Mutex<Int64>(monday)
    var now: Timestamp { Timestamp(milliseconds: time.withLock { $0 }) }
    func advance(_ milliseconds: Int64) { time.withLock { $0 += milliseconds } }
  }

  private let made: TestWorkspace
  private let clock = Clock()
  private let keys: AccessKeys

  init() throws {
    made = try TestWorkspace()
    keys = try AccessKeys(made.workspace, now: { [clock] in clock.now })
  }

  @Test("A key is recognised by its secret, of which only a hash and the first characters are kept")
  func recognition() async throws {
    let created = try await keys.create(name: "web", source: "segment", eventsPerSecond: 12.5)
    #expect(created.secret.wholeMatch(of: /hab_[0-9a-hjkmnp-tv-z]{46}/) != nil)
    #expect(created.key.prefix == created.secret.prefix(10))
    #expect(try await keys.list() == [created.key])
    #expect(keys.verify(created.secret)?.id == created.key.id)
    #expect(created.key.permits(.intake, source: "segment"))
    #expect(!created.key.permits(.intake, source: "posthog") && !created.key.permits(.read, source: "segment"))
    #expect(created.key.eventsPerSecond == 12.5 && created.key.created == clock.now)
    for name in try FileManager.default.contentsOfDirectory(atPath: made.path) {
      let bytes = try Data(contentsOf: URL(fileURLWithPath: made.path + "/" + name))
      #expect(bytes.range(of: Data(created.secret.dropFirst(10).utf8)) == nil)
    }
  }

  @Test("A typing mistake is told from a key that is not there")
  func mistakes() async throws {
    let secret = try await keys.create(name: "web").secret
    for index in secret.indices.dropFirst(4) {
      var typed = secret
      typed.replaceSubrange(index...index, with: secret[index] == "7" ? "8" : "7")
      #expect(keys.check(typed) == .malformed)
    }
    for text in ["", "hab_", secret + "0", String(secret.dropLast()), secret.uppercased(), " " + secret, "hab_é\0"] {
      #expect(keys.check(text) == .malformed)
      #expect(keys.verify(text) == nil)
    }
    var random = SystemRandomNumberGenerator()
    #expect(keys.check(AccessKeySecret(using: &random).text) == .unknown)
  }

  @Test("Secrets are drawn from all 32 characters, and no two are the same")
  func secrets() {
    var random = SmallGenerator(state: 3)
    let secrets = (0..<500).map { _ in AccessKeySecret(using: &random).text }
    #expect(Set(secrets).count == 500)
    #expect(Set(secrets.joined().dropFirst(4)).count >= 32)
    #expect(secrets.allSatisfy { AccessKeySecret($0)?.text == $0 })
  }

  @Test("A key ends with the very millisecond at which it expires")
  func expiry() async throws {
    let end = Timestamp(milliseconds: monday + 10)
    let created = try await keys.create(name: "web", expires: end)
    clock.advance(9)
    #expect(keys.verify(created.secret) != nil)
    clock.advance(1)
    #expect(keys.verify(created.secret) == nil)
    #expect(keys.check(created.secret) == .expired(created.key))
    await #expect(throws: AdministrationError.expired(end)) { try await keys.create(name: "late", expires: end) }
  }

  @Test("A key is revoked for good by number, name or beginning, and its name is free again")
  func revoking() async throws {
    let first = try await keys.create(name: "web")
    await #expect(throws: AdministrationError.keyExists(name: "web")) { try await keys.create(name: "web") }
    clock.advance(5)
    let revoked = try await keys.revoke("web")
    #expect(revoked.revoked == clock.now && keys.check(first.secret) == .revoked(revoked))
    clock.advance(5)
    #expect(try await keys.revoke("1") == revoked)
    let second = try await keys.create(name: "web")
    #expect(try await keys.revoke("web").id == second.key.id)
    let third = try await keys.create(name: "other")
    #expect(try await keys.revoke(third.key.prefix).id == third.key.id)
    let fourth = try await keys.create(name: "by secret")
    #expect(try await keys.revoke(fourth.secret).id == fourth.key.id)
    for text in ["", "nobody", "99", "hab_", "-1"] {
      await #expect(throws: AdministrationError.unknownKey(text)) { try await keys.revoke(text) }
    }
  }

  @Test("What makes no sense is refused")
  func invalid() async throws {
    for name in ["", "12", "a\u{7}", "a\nb", String(repeating: "x", count: 101), "hab_web"] {
      await #expect(throws: AdministrationError.invalidKeyName(name)) { try await keys.create(name: name) }
    }
    await #expect(throws: AdministrationError.noScope) { try await keys.create(name: "a", scopes: []) }
    await #expect(throws: AdministrationError.reservedScope(.write)) {
      try await keys.create(name: "a", scopes: [.intake, .write])
    }
    await #expect(throws: AdministrationError.unknownProtocol("segmint", known: AccessKeys.protocols)) {
      try await keys.create(name: "a", source: "segmint")
    }
    for rate in [0, -1, .infinity, .nan] {
      await #expect(throws: AdministrationError.self) { try await keys.create(name: "a", eventsPerSecond: rate) }
    }
    #expect(try await keys.list().isEmpty)
  }

  @Test("What another has made or revoked is known after a reload, which happens only where something has changed")
  func reload() async throws {
    let other = try AccessKeys(made.workspace)
    let created = try await other.create(name: "web")
    #expect(keys.check(created.secret) == .unknown)
    #expect(try keys.reloadIfChanged())
    #expect(keys.verify(created.secret) != nil)
    #expect(try !keys.reloadIfChanged())
    _ = try await other.revoke("web")
    #expect(keys.verify(created.secret) != nil)
    #expect(try keys.reloadIfChanged())
    #expect(keys.verify(created.secret) == nil)
  }

  @Test("Uses are written at most once a minute, the last of them at the end")
  func uses() async throws {
    let created = try await keys.create(name: "web")
    func written() async throws -> Timestamp? { try await keys.list().first?.lastUsed }
    #expect(try await written() == nil)
    _ = keys.verify(created.secret)
    let first = clock.now
    // Written by another thread, which may have to wait for other tests.
    for _ in 0..<6000 where try await written() == nil { try await Task.sleep(for: .milliseconds(10)) }
    #expect(try await written() == first)
    clock.advance(59_999)
    _ = keys.verify(created.secret)
    try await Task.sleep(for: .milliseconds(100))
    #expect(try await written() == first)
    try keys.writeUses()
    #expect(try await written() == clock.now)
    #expect(try !keys.reloadIfChanged())
  }
}
