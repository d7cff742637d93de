import HabitusModel
import HabitusTracking
import Testing

@Suite("Mapping")
struct MappingTests {
  @Test("text is a column, a constant or a template")
  func parsing() throws {
    #expect(try FieldMapping(parsing: "a b") == .column("a b"))
    #expect(try FieldMapping(parsing: "=a{b}") == .constant("a{b}"))
    #expect(try FieldMapping(parsing: "=") == .constant(""))
    #expect(try FieldMapping(parsing: "{a}/{b}") == .template([.column("a"), .text("/"), .column("b")]))
    #expect(try FieldMapping(parsing: "x{{{a}}}") == .template([.text("x{"), .column("a"), .text("}")]))
    for text in ["", "{a", "a}", "{}", "{a}}"] {
      #expect(throws: TrackingError.self, "\(text)") { try FieldMapping(parsing: text) }
    }
  }

  @Test("constants, joined columns and further columns; a template of empty columns is missing")
  func fields() throws {
    let options = try ImportOptions(
      mapping: [.id: "{Invoice}/{Code}", .user: "Customer", .time: "Date", .type: "=buy", .session: "Invoice"])
    let imported = try read(
      "Invoice,Code,Customer,Date,Country\nA,1,c1,0,France\n,,c2,0,\nB,,c3,0,\"Côte d'\"\"I\"\"\"\n", options)
    #expect(imported.events.map(\.id) == ["A/1", "", "B/"])
    #expect(imported.events.map(\.type) == ["buy", "buy", "buy"])
    #expect(imported.events.map(\.session) == ["A", nil, "B"])
    #expect(
      imported.events.map(\.properties) == [#"{"Code":"1","Country":"France"}"#, nil, #"{"Country":"Côte d'\"I\""}"#])
  }

  @Test("a quoted field with doubled quotes goes whole into a template")
  func quotedTemplate() throws {
    let options = try ImportOptions(mapping: [.item: "{a}-{b}"])
    let long = String(repeating: "\"\"", count: 5000)
    let imported = try read("user_id,timestamp,event_type,a,b\nu,0,t,\"\(long)\",\"x\"\"y\"\n", options)
    #expect(imported.events.map(\.item) == [String(repeating: "\"", count: 5000) + "-x\"y"])
  }

  @Test("a column that the file lacks is an error that lists the file's columns, before anything is read")
  func unknownColumn() throws {
    let options = try ImportOptions(mapping: [.user: "Customer"])
    let expected = TrackingError.unknownColumn("Customer", field: .user, file: "", columns: ["customer", "timestamp"])
    #expect(expected.description.contains("customer, timestamp"))
    #expect(throws: TrackingError.self) { try read("customer,timestamp\na,0\n", options) }
    #expect(throws: TrackingError.self) { try read("user_id,timestamp\na,0\n") }
    #expect(throws: TrackingError.self) { try read("user_id,timestamp,event_type,user_id\na,0,x,b\n") }
  }

  @Test("a number can be added to the time, in its unit")
  func timeOffset() throws {
    var options = try ImportOptions(mapping: [.time: "day", .timeOffset: "shift"])
    let text =
      "user_id,event_type,day,shift\nu,x,1970-01-02,1500\n"
      + "u,x,1970-01-02,\nu,x,1970-01-02,-0.5\nu,x,1970-01-02,a\n"
    var imported = try read(text, options)
    #expect(imported.events.map(\.time.milliseconds) == [86_401_500, 86_400_000, 86_399_999])
    #expect(imported.reasons == ["5 invalid_time_offset"])
    options.timeOffsetUnit = .seconds
    imported = try read(text, options)
    #expect(imported.events.map(\.time.milliseconds) == [87_900_000, 86_400_000, 86_399_500])
  }

  @Test("texts that mean no user refuse the row")
  func noUser() throws {
    var options = ImportOptions()
    options.noUserTexts = ["NA", "0"]
    let imported = try read("user_id,timestamp,event_type\nNA,0,a\n0,0,a\nna,0,a\n,0,a\n", options)
    #expect(imported.events.map(\.user) == ["na"])
    #expect(imported.reasons == ["2 no_user", "3 no_user", "5 no_user"])
  }

  @Test("further columns of CSV feed fields by event type and stay properties")
  func eventMapping() throws {
    let imported = try read(
      "user_id,timestamp,event_type,element_id,results_count,duration\nu,0,click,e,9,2\n"
        + "u,0,search,e,9,2\nu,0,x,e,many,no\n")
    #expect(imported.events.map(\.item) == ["e", nil, nil])
    #expect(imported.events.map(\.value) == [2, 9, nil])
    #expect(imported.events[0].properties == #"{"element_id":"e","results_count":"9","duration":"2"}"#)
    var options = ImportOptions()
    options.eventMapping = .none
    #expect(try read("user_id,timestamp,event_type,element_id\nu,0,click,e\n", options).events.map(\.item) == [nil])
  }

  @Test("every event carries the source's name")
  func source() throws {
    var options = ImportOptions()
    options.source = "the web shop's tracker"
    let imported = try read("user_id,timestamp,event_type\nu,0,a\nv,0,a\n", options)
    #expect(imported.events.map(\.source) == ["the web shop's tracker", "the web shop's tracker"])
  }
}
