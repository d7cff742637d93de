import HabitusModel
import Testing

@testable import HabitusStore

@Suite("Predictions of profiles")
struct PredictionRecordTests {
  private let entries: [PredictionRecord.Entry] = [
    .init(kind: .active, value: 0.875),
    .init(kind: .visits, horizonDays: 30, value: 3.5, probability: 0.75),
    .init(
      kind: .goal, subject: "buy\u{1F600}", horizonDays: 3650, value: 0.125,
      reasons: [.init(feature: 300, value: 2, contribution: -0.5), .init(feature: 0, value: nil, contribution: 0.25)]),
    .init(
      kind: .nextEvent, subject: "view", value: 0.5,
      candidates: [.init(type: "view", probability: 0.5), .init(type: "", probability: 0.25)]),
  ]

  @Test("come back as they were written; a cut record is an error")
  func codes() throws {
    let record = PredictionRecord(learned: Timestamp(milliseconds: -5), entries)
    let back = try record.bytes.withUnsafeBytes { bytes in
      var reader = ByteReader(bytes)
      return try PredictionRecord(reading: &reader)
    }
    #expect(back == record && back.learned == Timestamp(milliseconds: -5))
    #expect(try back.entries() == entries)
    #expect(try PredictionRecord(learned: .now, []).entries().isEmpty)
    let all = Prediction.Kind.allCases.map { PredictionRecord.Entry(kind: $0, value: 1) }
    #expect(try PredictionRecord(learned: .now, all).entries() == all)
    for length in 0..<record.bytes.count {
      #expect(throws: StoreError.self) {
        try Array(record.bytes.prefix(length)).withUnsafeBytes { bytes in
          var reader = ByteReader(bytes)
          return try PredictionRecord(reading: &reader).entries()
        }
      }
    }
  }

  @Test("are kept with a profile, made words of by who reads it, and go with the other derived parts")
  func profile() throws {
    let folder = try TemporaryFolder()
    let store = try Store.open(at: folder.path, for: .write)
    let now = Timestamp(milliseconds: 1000)
    let record = PredictionRecord(learned: now, entries)
    try store.updateProfiles(
      [("ann", ProfileUpdate(predictions: record))],
      clock: ProfileClock(now: now, expires: Timestamp(milliseconds: 2000)), createsProfiles: true, keepsHistory: true)
    let reading: Store.PredictionReading = { record in
      try record.entries().map { entry in
        Prediction(
          kind: entry.kind, value: entry.value,
          quality: .amount(
            AmountQuality(
              heldOutDays: 1, users: 2, meanPredicted: 1, meanObserved: 1, meanAbsoluteError: 0, skill: 1,
              lowestSkill: 1)), sentence: LocalizedText(english: "", french: ""))
      }
    }
    func profile(at time: Int64, _ predictions: Store.PredictionReading?) throws -> Profile? {
      try store.profile(
        "ann", at: Timestamp(milliseconds: time), withSecureFields: false, predictions: predictions)
    }
    let found = try #require(try profile(at: 1500, reading))
    #expect(
      found.predictions.map(\.kind) == entries.map(\.kind) && found.predictions.map(\.value) == entries.map(\.value))
    #expect(found.withoutDerivedParts.predictions.isEmpty)
    #expect(try profile(at: 1500, nil)?.predictions.isEmpty == true)
    #expect(try profile(at: 2000, reading)?.predictions.isEmpty == true)
    try store.forgetDerived(of: ["ann"], endingAfter: now)
    #expect(try profile(at: 1500, reading)?.predictions.isEmpty == true)
  }
}
