import Foundation
import HabitusModel
import HabitusTracking
import Testing

/// Third-party files that lie beside the repository; row counts are those of their README.
@Suite("Real files", .enabled(if: RealData.isPresent, "the folder ../shared/data is not there"))
struct RealFileTests {
  private func read(_ name: String, _ options: ImportOptions, workers: Int = 2) throws -> Imported {
    try HabitusTrackingTests.read([RealData.folder + "/" + name], options, workers: workers)
  }

  @Test("Online Retail: one row a purchase line, rows without a customer refused")
  func onlineRetail() throws {
    let options = try ImportOptions(
      mapping: [
        .user: "CustomerID", .time: "InvoiceDate", .type: "=purchase", .item: "StockCode", .value: "Quantity",
        .session: "InvoiceNo",
      ])
    let imported = try read("events/online_retail_2010-12.csv.gz", options)
    #expect(imported.events.count + imported.refused.count == 42_481)
    #expect(imported.refused.allSatisfy { $0.reason == .noUser })
    #expect(Set(imported.events.map(\.user)).count == 948)
    let first = try #require(imported.events.first)
    #expect(first.user == "17850.0")
    #expect(first.time.description == "2010-12-01T08:26:00.000Z")
    #expect(first.value == 6)
    #expect(
      first.properties
        == #"{"Description":"WHITE HANGING HEART T-LIGHT HOLDER","UnitPrice":"2.55","Country":"United Kingdom"}"#)
  }

  @Test("GH Archive hour: nested JSON")
  func githubArchive() throws {
    let options = try ImportOptions(
      mapping: [.id: "id", .user: "actor.login", .time: "created_at", .type: "type", .item: "repo.name"])
    let imported = try read("logs/gharchive_2015-01-01-0.json.gz", options)
    #expect(imported.events.count == 7702)
    #expect(imported.refused.isEmpty)
    #expect(Set(imported.events.map(\.user)).count == 3648)
    let counts = Dictionary(grouping: imported.events, by: \.type).mapValues(\.count)
    #expect(counts["PushEvent"] == 4280)
    #expect(counts["CreateEvent"] == 815)
    #expect(counts["IssueCommentEvent"] == 650)
    #expect(counts["WatchEvent"] == 642)
    let first = try #require(imported.events.first)
    #expect(first.id == "2489368070")
    #expect(first.item == "davidjhulse/davesbingrewardsbot")
    #expect(imported.events.allSatisfy { $0.time.description.hasPrefix("2015-01-01T00:") })
    for event in imported.events.prefix(500) {
      let text = try #require(event.properties)
      let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
      #expect(object?["actor"] != nil)
    }
  }

  @Test("CollegeMsg: blanks between fields, seconds since 1970")
  func collegeMessages() throws {
    let options = try ImportOptions(
      mapping: [.user: "Source", .item: "Destination", .time: "Timestamp", .type: "=message"])
    let imported = try read("events/collegemsg.txt.gz", options)
    #expect(imported.events.count == 59_835)
    #expect(try read("events/collegemsg.txt.gz", options, workers: 1) == imported)
    #expect(imported.refused.isEmpty)
    #expect(Set(imported.events.map(\.user.rawValue) + imported.events.compactMap(\.item)).count == 1899)
    #expect(imported.events.first?.time.milliseconds == 1_082_040_961_000)
  }

  @Test("receipt phase of permits: names with colons, times with zones")
  func permits() throws {
    let options = try ImportOptions(
      mapping: [.user: "case:concept:name", .time: "time:timestamp", .type: "concept:name", .id: "concept:instance"])
    let imported = try read("events/receipt_permits.csv.gz", options)
    #expect(imported.events.count == 8577)
    #expect(imported.refused.isEmpty)
    #expect(Set(imported.events.map(\.user)).count == 1434)
    #expect(Set(imported.events.map(\.type)).count == 27)
    let first = try #require(imported.events.first)
    let properties = try #require(first.properties)
    #expect(properties.hasPrefix(#"{"case:channel":"Internet","case:deadline":"2011-12-06 13:41:31.788000+01:00""#))
  }

  @Test("Diginetica: semicolons, NA users, a date plus milliseconds")
  func diginetica() throws {
    let mapping: [EventField: String] = [
      .user: "session_id", .item: "item_id", .time: "eventdate", .timeOffset: "timeframe", .type: "=view",
      .session: "session_id",
    ]
    let bySession = try read("events/diginetica_item_views_sample.csv.gz", try ImportOptions(mapping: mapping))
    #expect(bySession.events.count == 12_391)
    #expect(Set(bySession.events.compactMap(\.session)).count == 2986)
    let first = try #require(bySession.events.first)
    #expect(first.time.description == "2016-05-09T00:08:46.309Z")
    #expect(first.properties == #"{"user_id":"NA"}"#)
    let byUser = try ImportOptions(mapping: mapping.merging([.user: "user_id"]) { $1 }) { $0.noUserTexts = ["NA"] }
    let known = try read("events/diginetica_item_views_sample.csv.gz", byUser)
    #expect(known.events.count + known.refused.count == 12_391)
    #expect(known.refused.count > 0)
    #expect(known.refused.allSatisfy { $0.reason == .noUser && $0.value == "NA" })
  }

  @Test("YooChoose: tabs, fractional seconds kept to the millisecond")
  func yoochoose() throws {
    let options = try ImportOptions(mapping: [.user: "SessionId", .item: "ItemId", .time: "Time", .type: "=click"])
    let imported = try read("events/yoochoose_100k_train.tsv.gz", options)
    #expect(imported.events.count == 70_278)
    #expect(imported.refused.isEmpty)
    #expect(imported.events.first?.time.milliseconds == 1_396_437_466_940)
  }
}
