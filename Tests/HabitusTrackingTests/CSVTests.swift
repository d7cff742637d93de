import HabitusModel
import HabitusTracking
import Testing

@Suite("CSV")
struct CSVTests {
  static let header = "event_id,user_id,timestamp,event_type,item_id,category,value,page,session_id\n"

  @Test("needs no mapping for columns with the standard names")
  func standardColumns() throws {
    let text = Self.header + "e1,u1,2026-01-05T00:01:46.810Z,view,i1,books,3.5,/home,s1\n,u2,2026-01-05,buy,,,,,\n"
    let imported = try read(text)
    #expect(
      imported.events == [
        Event(
          id: "e1", user: "u1", time: Timestamp(milliseconds: 1_767_571_306_810), type: "view", session: "s1",
          item: "i1", category: "books", value: 3.5, page: "/home"),
        Event(user: "u2", time: Timestamp(milliseconds: 1_767_571_200_000), type: "buy"),
      ])
    #expect(imported.refused.isEmpty)
  }

  @Test("takes columns in any order, a byte-order mark, CRLF, blank lines and a last line without an end")
  func shapes() throws {
    let imported = try read("\u{FEFF}timestamp;event_type;user_id\r\n\r\n1000;a;u1\r\n\r\n2000;b;u2")
    #expect(imported.events.map(\.user) == ["u1", "u2"])
    #expect(imported.events.map(\.type) == ["a", "b"])
    #expect(imported.events.map(\.time.milliseconds) == [1_000_000, 2_000_000])
  }

  @Test("reads quoted fields with delimiters, newlines and doubled quotes inside")
  func quotes() throws {
    let imported = try read(
      "user_id,timestamp,event_type,item_id,note\n"
        + "\"u,1\",0,\"a\"\"b\",\"two\r\nlines\",\"say \"\"hi\"\", then\\go\"\nu2,0,x\"y,\"\",\n")
    #expect(imported.events[0].user == "u,1")
    #expect(imported.events[0].type == "a\"b")
    #expect(imported.events[0].item == "two\r\nlines")
    #expect(imported.events[0].properties == #"{"note":"say \"hi\", then\\go"}"#)
    #expect(imported.events[1].type == "x\"y")
    #expect(imported.events[1].item == nil)
    #expect(imported.events[1].properties == nil)
    #expect(imported.refused.isEmpty)
  }

  @Test("refuses ragged rows, text after a closing quote, NUL and bytes that are not UTF-8, and goes on")
  func structuralRefusals() throws {
    var bytes = Array("user_id,timestamp,event_type\nu1,0\nu2,0,a,b\n\"u3\"x,0,a\nu\u{0}4,0,a\nu".utf8)
    bytes += [0xFF] + Array("5,0,a\nü6,0,é\n".utf8)
    let imported = try read(bytes: bytes)
    #expect(
      imported.reasons == [
        "2 too_few_fields", "3 too_many_fields", "4 text_after_quote", "5 nul_byte", "6 invalid_utf8",
      ])
    #expect(imported.events.map(\.user) == ["ü6"])
    #expect(imported.refused[0].raw == Array("u1,0".utf8))
    #expect(imported.refused[0].layout.columns == ["user_id", "timestamp", "event_type"])
  }

  @Test("refuses the line of a quote that is never closed and goes on behind it")
  func unterminatedQuote() throws {
    let imported = try read("user_id,timestamp,event_type\nu1,0,a\nu2,0,\"b\nu3,0,c\nu4,0,d")
    #expect(imported.reasons == ["3 unterminated_quote"])
    #expect(imported.events.map(\.user) == ["u1", "u3", "u4"])
  }

  @Test("refuses a record that is longer than the limit and goes on behind it")
  func tooLong() throws {
    var options = ImportOptions()
    options.chunkByteCount = 64
    options.maximumRecordByteCount = 256
    let long = String(repeating: "x", count: 100_000)
    let imported = try read("user_id,timestamp,event_type\nu1,0,a\n\(long),0,b\nu3,oops,c\nu4,0,d\n", options)
    #expect(imported.reasons == ["3 record_too_long", "4 invalid_time"])
    #expect(imported.events.map(\.user) == ["u1", "u4"])
  }

  @Test("names user, time, type and value as reasons, with the line and the offending text")
  func fieldRefusals() throws {
    let imported = try read(
      "user_id,timestamp,event_type,value\n,0,a,1\nu,,a,1\nu,0,,1\nu,maybe,a,1\nu,0,a,\"1,5\"\nu,0,a,inf\nu,0,a,1e999\n"
        + "u,9999999999999999999999,a,1\nu,0,a,NaN\nu,0,a, -1.5e3 \n")
    #expect(
      imported.reasons == [
        "2 no_user", "3 no_time", "4 no_type", "5 invalid_time", "6 invalid_value", "7 invalid_value",
        "8 invalid_value", "9 time_out_of_range",
      ])
    #expect(imported.refused[3].message == "not a time: 'maybe'")
    #expect(imported.refused[4].value == "1,5")
    #expect(imported.events.map(\.value) == [nil, -1500])
  }

  @Test("counts the lines inside quoted fields")
  func linesInQuotes() throws {
    let imported = try read("user_id,timestamp,event_type\n\"a\nb\nc\",0,x\nu,bad,y\n")
    #expect(imported.reasons == ["5 invalid_time"])
  }

  @Test("finds the delimiter", arguments: [",", ";", "\t", "|", " "])
  func delimiters(delimiter: String) throws {
    let rows = [["user_id", "timestamp", "event_type"], ["u1", "0", "a"], ["u2", "0", "b"]]
    let imported = try read(rows.map { $0.joined(separator: delimiter) }.joined(separator: "\n"))
    #expect(imported.events.map(\.user) == ["u1", "u2"])
  }

  @Test("takes files without a header as column1, column2 …")
  func noHeader() throws {
    let options = try ImportOptions(mapping: [.user: "column2", .time: "column1", .type: "=visit"]) {
      $0.hasHeader = false
    }
    let imported = try read("5,u1\n6,u2\n", options)
    #expect(imported.events.map(\.user) == ["u1", "u2"])
    #expect(imported.events.map(\.type) == ["visit", "visit"])
    #expect(imported.events.map(\.time.milliseconds) == [5000, 6000])
  }

  @Test("gives nothing for an empty file and for a header alone")
  func empty() throws {
    #expect(try read("") == Imported())
    #expect(try read(Self.header) == Imported())
  }

  @Test("agrees with an obvious splitter on random nasty rows, however the file is cut", arguments: 0..<UInt64(30))
  func matchesObviousSplitter(seed: UInt64) throws {
    var generator = SplitMix64(state: seed)
    let pieces = ["a", "", "\"", "\"\"", ",", "\n", "\r\n", "x y", "é", "long field, really", "\r", "0"]
    var text = "user_id,timestamp,event_type,item_id\n"
    for _ in 0..<Int.random(in: 1...30, using: &generator) {
      var fields = ["u", "0", "t"]
      var field = ""
      for _ in 0..<Int.random(in: 0...4, using: &generator) { field += pieces.randomElement(using: &generator) ?? "" }
      if Bool.random(using: &generator) { field = "\"" + field.replacing("\"", with: "\"\"") + "\"" }
      fields.append(field)
      text += fields.joined(separator: ",") + (Bool.random(using: &generator) ? "\n" : "\r\n")
    }
    let expected = ObviousCSV.read(Array(text.utf8), columnCount: 4)
    for size in [1, 2, 3, 7, 16, 63, 64, 65, 1000, 100_000] {
      var options = ImportOptions()
      options.chunkByteCount = size
      let imported = try read(text, options)
      #expect(imported.events.map { $0.item ?? "" } == expected.items, "seed \(seed), chunks of \(size)")
      #expect(imported.reasons == expected.reasons, "seed \(seed), chunks of \(size)")
    }
  }
}

/// A CSV splitter that looks at one byte at a time and at the whole file at once.
enum ObviousCSV {
  /// The last field of every good record, and line and reason of the others. The first record is passed over.
  static func read(_ bytes: [UInt8], columnCount: Int) -> (items: [String], reasons: [String]) {
    var items: [String] = []
    var reasons: [String] = []
    var position = 0
    var line = 1
    var isHeader = true
    while position < bytes.count {
      let start = position
      let startLine = line
      var fields: [[UInt8]] = [[]]
      var hasTextAfterQuote = false
      var isClosed = true
      var ended = false
      var isLastQuoted = false
      while position < bytes.count, !ended {
        if bytes[position] == 0x22, fields[fields.count - 1].isEmpty,
          position == start || bytes[position - 1] == 0x2C
        {
          position += 1
          isClosed = false
          isLastQuoted = true
          while position < bytes.count, !isClosed {
            if bytes[position] == 0x22, position + 1 < bytes.count, bytes[position + 1] == 0x22 {
              fields[fields.count - 1].append(0x22)
              position += 2
            } else if bytes[position] == 0x22 {
              isClosed = true
              position += 1
            } else {
              line += bytes[position] == 0x0A ? 1 : 0
              fields[fields.count - 1].append(bytes[position])
              position += 1
            }
          }
          if !isClosed { break }
          var rest = bytes[position...].prefix { $0 != 0x2C && $0 != 0x0A }
          let after = position + rest.count
          if rest.last == 0x0D, after == bytes.count || bytes[after] == 0x0A { rest = rest.dropLast() }
          if !rest.isEmpty { hasTextAfterQuote = true }
          position = after
        } else if bytes[position] == 0x2C {
          fields.append([])
          isLastQuoted = false
          position += 1
        } else if bytes[position] == 0x0A {
          // The carriage return of CRLF; one inside the quotes of a field is not right before the newline.
          if !isLastQuoted, fields[fields.count - 1].last == 0x0D { fields[fields.count - 1].removeLast() }
          position += 1
          line += 1
          ended = true
        } else {
          fields[fields.count - 1].append(bytes[position])
          position += 1
        }
      }
      if !isClosed {
        line = startLine + 1
        position = bytes[start...].firstIndex(of: 0x0A).map { $0 + 1 } ?? bytes.count
        reasons.append("\(startLine) unterminated_quote")
      } else if isHeader {
        isHeader = false
      } else if fields == [[]], !isLastQuoted {
        continue
      } else if hasTextAfterQuote {
        reasons.append("\(startLine) text_after_quote")
      } else if fields.count != columnCount {
        reasons.append("\(startLine) too_\(fields.count < columnCount ? "few" : "many")_fields")
      } else {
        // What the fields in front hold decides too, where an unquoted newline has cut a row in two.
        let texts = fields.map { String(decoding: $0, as: UTF8.self) }
        if texts[0].isEmpty {
          reasons.append("\(startLine) no_user")
        } else if texts[1].isEmpty {
          reasons.append("\(startLine) no_time")
        } else if texts[1] != "0" {
          reasons.append("\(startLine) invalid_time")
        } else if texts[2].isEmpty {
          reasons.append("\(startLine) no_type")
        } else {
          items.append(texts[3])
        }
      }
    }
    return (items, reasons)
  }
}
