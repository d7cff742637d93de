import Foundation
import HabitusModel
import HabitusTracking
import Testing

@Suite("The mark of a bot")
struct BotColumnTests {
  @Test("is read from the column is_bot, in whatever letters, and is no property")
  func table() throws {
    let marks = ["true", "TRUE", "1", "yes", "", "false", "0", "No", " true "]
    let rows = marks.map { "u,0,view,\($0)" }.joined(separator: "\n")
    let imported = try read(bytes: Array("user_id,timestamp,event_type,is_bot\n\(rows)\n".utf8))
    #expect(imported.events.map(\.isBot) == [true, true, true, true, false, false, false, false, true])
    #expect(imported.events.allSatisfy { $0.properties == nil })
  }

  @Test("is read from JSON as a truth value, a number or a text")
  func json() throws {
    let marks = ["true", "false", "null", "1", "0", #""yes""#, #""""#]
    let lines = marks.map { #"{"user_id":"u","timestamp":0,"event_type":"view","is_bot":\#($0)}"# }
    let imported = try read(bytes: Array(lines.joined(separator: "\n").utf8), name: "events.jsonl")
    #expect(imported.events.map(\.isBot) == [true, false, false, true, false, true, false])
    #expect(imported.events.allSatisfy { $0.properties == nil })
  }

  @Test("that is neither yes nor no refuses the row, and the marks of the others stay with their rows")
  func refused() throws {
    let imported = try read(
      bytes: Array(
        """
        event_id,user_id,timestamp,event_type,is_bot
        a,u,0,view,true
        b,u,0,view,perhaps
        c,u,0,view,
        d,,0,view,true
        e,u,0,view,2
        f,u,0,view,truest
        g,u,0,view,1

        """.utf8))
    #expect(imported.events.map(\.id) == ["a", "c", "g"])
    #expect(imported.events.map(\.isBot) == [true, false, true])
    #expect(imported.reasons == ["3 invalid_bot", "5 no_user", "6 invalid_bot", "7 invalid_bot"])
  }

  @Test("can come from another column, or be said of a whole file")
  func mapping() throws {
    let text = Array("user_id,timestamp,event_type,crawler\nu,0,view,1\nu,1,view,0\n".utf8)
    let mapped = try read(bytes: text, try ImportOptions(mapping: [.bot: "crawler"]))
    #expect(mapped.events.map(\.isBot) == [true, false])
    let all = try read(bytes: text, try ImportOptions(mapping: [.bot: "=true"]))
    #expect(all.events.map(\.isBot) == [true, true])
  }

  @Test("is kept where one row is read alone")
  func single() throws {
    let reader = try EventFileReader(ImportOptions())
    let event = try reader.event(
      json: Array(#"{"user_id":"u","timestamp":0,"event_type":"view","is_bot":true}"#.utf8)
    ).get()
    #expect(event.isBot)
  }
}
