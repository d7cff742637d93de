import HabitusModel
import Testing

@testable import HabitusTracking

@Suite("Moments and positions of PostgreSQL")
struct PostgresProgressTests {
  private func text(_ moment: PostgresMoment) -> String? {
    var bytes: [UInt8] = []
    return moment.append(to: &bytes) ? String(decoding: bytes, as: UTF8.self) : nil
  }

  @Test("moments are written as timestamps are, and cut to milliseconds")
  func moments() {
    var random = SplitMix64(state: 7)
    for _ in 0..<2000 {
      let range = Timestamp.representable
      let milliseconds = Int64.random(in: range.lowerBound.milliseconds...range.upperBound.milliseconds, using: &random)
      let microseconds = (milliseconds - 946_684_800_000) * 1000 + Int64.random(in: 0..<1000, using: &random)
      let moment = PostgresMoment(microseconds: microseconds)
      #expect(moment.timestamp == Timestamp(milliseconds: milliseconds))
      #expect(text(moment) == Timestamp(milliseconds: milliseconds).description)
    }
    #expect(text(.infinity) == "infinity" && text(.minusInfinity) == "-infinity")
    #expect(text(PostgresMoment(microseconds: .max - 1)) == nil)
    #expect(PostgresMoment(microseconds: .min + 1).timestamp == nil)
    #expect(PostgresMoment(microseconds: 0).before(.milliseconds(1500)).microseconds == -1_500_000)
    #expect(PostgresMoment(microseconds: .min + 5).before(.seconds(1)) == .minusInfinity)
    #expect(PostgresMoment.infinity.before(.seconds(1)) == .infinity)
    #expect(PostgresMoment(microseconds: 0).before(.seconds(Int64.max)) == .minusInfinity)
  }

  @Test("a sweep begins the overlap before the last ended, but never behind what its own first transaction could see")
  func sweeps() {
    func moment(_ seconds: Int64) -> PostgresMoment { PostgresMoment(microseconds: seconds * 1_000_000) }
    var progress = PostgresProgress()
    progress.begin(at: moment(1000), transaction: 50, identity: "1/2", overlap: .seconds(10))
    #expect(progress.running?.from == nil)
    #expect(progress.knownRows(identity: "1/2", transaction: 60) == nil)
    progress.running?.last = PostgresKey(created: moment(5000), id: "a")
    let interrupted = progress
    progress.begin(at: moment(1100), transaction: 70, identity: "1/2", overlap: .seconds(10))
    #expect(progress == interrupted)
    progress.finish()
    progress.begin(at: moment(2000), transaction: 80, identity: "1/2", overlap: .seconds(10))
    #expect(progress.running?.from == moment(990))
    #expect(progress.knownRows(identity: "1/2", transaction: 80)?.transaction == 50)
    #expect(progress.knownRows(identity: "1/3", transaction: 80) == nil)
    #expect(progress.knownRows(identity: "1/2", transaction: 49) == nil)
    #expect(progress.knownRows(identity: "1/2", transaction: 50 + 1 << 31) == nil)
    // A sweep that has found late rows alone does not go back.
    progress.running?.last = PostgresKey(created: moment(995), id: "b")
    progress.finish()
    #expect(progress.finished?.last?.created == moment(5000))
    #expect(progress.finished?.started == moment(2000))
  }
}
