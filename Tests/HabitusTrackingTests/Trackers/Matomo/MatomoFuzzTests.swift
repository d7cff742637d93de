import HabitusModel
import HabitusTracking
import Testing

@Suite("Matomo's tracking API, damaged requests")
struct MatomoFuzzTests {
  private static let seeds = [
    "idsite=1&rec=1&action_name=A%20b&url=https%3A%2F%2Fx.example%2Fa&_id=0123456789abcdef&uid=u&r=1&h=1&m=2&s=3&pv_id=a",
    "idsite=1&rec=1&cid=c&e_c=c&e_a=a&e_v=1.5&cdt=1767222000&cdo=5&token_auth=t&cip=198.51.100.9&dimension1=x",
    "idsite=1&rec=1&_id=v&idgoal=0&ec_id=7&revenue=12&ec_items=%5B%5B%22a%22%5D%5D&send_image=0",
    #"{"requests":["?idsite=1&rec=1&_id=v&url=%2Fa","?idsite=1&rec=1&uid=u&_id=v&search=s&search_count=3",{"idsite":1,"rec":1,"cid":"ü"}],"token_auth":"t"}"#,
  ]

  @Test("are read or refused with what is wrong, and never more", arguments: 0..<UInt64(8))
  func mutations(seed: UInt64) throws {
    var generator = SplitMix64(state: seed)
    let tracking = MatomoTracking()
    for _ in 0..<500 {
      let text = Self.seeds[Int.random(in: 0..<Self.seeds.count, using: &generator)]
      let bytes = Mutation.apply(to: Array(text.utf8), using: &generator)
      let isQuery = !text.hasPrefix("{") && Bool.random(using: &generator)
      let request = TrackerRequest(
        method: isQuery ? "GET" : "POST", path: "/matomo.php",
        query: isQuery ? String(decoding: bytes, as: UTF8.self) : "", body: isQuery ? [] : bytes,
        address: "203.0.113.7", received: Timestamp(milliseconds: 1_767_225_600_000))
      do throws(TrackerRefusal) {
        let reading = try tracking.read(request)
        #expect([200, 204].contains(reading.answer.status))
        for event in reading.events.map(\.event) { try Mutation.check(event) }
        for part in reading.refused { #expect(!part.reason.isEmpty && !part.message.isEmpty) }
      } catch {
        #expect((400...499).contains(error.status), "seed \(seed)")
        #expect(!error.reason.isEmpty && !error.message.isEmpty)
        #expect(tracking.answer(to: error).status == error.status)
      }
    }
  }
}
