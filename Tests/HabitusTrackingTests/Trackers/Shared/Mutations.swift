import HabitusModel
import HabitusTracking
import Testing

/// Makes wrong bodies of right ones, always the same for a seed.
struct Mutations {
  private var random: SplitMix64
  private static let values = [
    "null", "true", "0", "-1", "1e999", "123456789012345678901234567890", "\"\"", "\"\\u0000\"", "\"\\ud800\"", "[]",
    "{}", "[[[[{}]]]]", "\"9999-12-31T23:59:59.999Z\"", "-9223372036854775808", "\"a\"", "0.1",
    String(repeating: "[", count: 70) + String(repeating: "]", count: 70),
  ]

  init(seed: UInt64) { random = SplitMix64(state: seed) }

  /// Something near `body`, which is compact JSON.
  mutating func mutated(_ body: [UInt8]) -> [UInt8] {
    var result = body
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      guard !result.isEmpty else { return result }
      let position = Int.random(in: 0..<result.count, using: &random)
      switch Int.random(in: 0..<6, using: &random) {
      case 0: result.removeSubrange(position...)
      case 1: result[position] = UInt8.random(in: 0...255, using: &random)
      case 2: result.insert(contentsOf: [0xC3, 0xFF, 0xED, 0xA0, 0x80].prefix(position % 5 + 1), at: position)
      case 3: result.remove(at: position)
      case 4: replaceValue(&result, after: position)
      default: repeatMember(&result, after: position)
      }
    }
    return result
  }

  private mutating func replaceValue(_ body: inout [UInt8], after position: Int) {
    guard let colon = body[position...].firstIndex(of: 0x3A),
      let end = body[(colon + 1)...].firstIndex(where: { $0 == 0x2C || $0 == 0x7D })
    else { return }
    body.replaceSubrange(colon + 1..<end, with: Array((Self.values.randomElement(using: &random) ?? "").utf8))
  }

  private mutating func repeatMember(_ body: inout [UInt8], after position: Int) {
    guard let start = body[position...].firstIndex(of: 0x2C), let end = body[(start + 1)...].firstIndex(of: 0x2C) else {
      return
    }
    body.insert(contentsOf: Array(body[start..<end]), at: end)
  }

  /// Reads `count` mutations of each body: none may crash, all are readings or refusals of the 4xx with a message, and
  /// no reading has more parts than the body has elements.
  static func check(
    _ tracker: some TrackerProtocol, seed: UInt64, count: Int, _ bodies: [(path: String, body: String, query: String)],
    received: Int64 = 1_767_600_000_000
  ) {
    var mutations = Mutations(seed: seed)
    for (path, body, query) in bodies {
      for _ in 0..<count {
        let mutated = mutations.mutated(Array(body.utf8))
        let request = TrackerRequest(
          method: "POST", path: path, query: query, body: mutated, received: .init(milliseconds: received))
        let text = String(decoding: mutated, as: UTF8.self)
        do {
          let reading = try tracker.read(request)
          let root = try? JSONDocument(mutated).root
          let list = root.flatMap { ($0.kind == .array ? $0 : nil) ?? $0["events"] ?? $0["batch"] }
          let limit =
            path.contains("batch")
            ? list?.elements.count ?? 0 : max(1, root?.members.count ?? 0, root?.elements.count ?? 0)
          #expect(reading.events.count + reading.consents.count + reading.refused.count <= limit, "\(text)")
          #expect(reading.refused.allSatisfy { !$0.reason.isEmpty && !$0.message.isEmpty }, "\(text)")
          for event in reading.events.map(\.event) {
            #expect(!event.user.rawValue.isEmpty && !event.type.isEmpty, "\(text)")
            #expect(event.properties.map { (try? JSONDocument($0).root.kind) == .object } ?? true, "\(text)")
          }
          #expect((try? JSONDocument(reading.answer.body)) != nil, "\(text)")
        } catch {
          #expect((400..<500).contains(error.status) && !error.message.isEmpty && !error.reason.isEmpty)
          #expect((try? JSONDocument(tracker.answer(to: error).body)) != nil, "\(text)")
        }
      }
    }
  }
}
