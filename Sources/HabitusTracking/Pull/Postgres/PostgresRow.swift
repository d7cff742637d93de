internal import CPQ

/// A row in the binary format, valid while it is handed over.
struct PostgresRow {
  private let result: OpaquePointer

  init(_ result: OpaquePointer) { self.result = result }

  /// The bytes of a value; `nil` for NULL.
  func bytes(_ column: Int) -> UnsafeRawBufferPointer? {
    guard PQgetisnull(result, 0, Int32(column)) == 0, let start = PQgetvalue(result, 0, Int32(column)) else {
      return nil
    }
    return UnsafeRawBufferPointer(start: start, count: Int(PQgetlength(result, 0, Int32(column))))
  }

  /// A text; bytes that are no UTF-8, which databases without an encoding may hold, become U+FFFD.
  func text(_ column: Int) -> String? { bytes(column).map { String(decoding: $0, as: UTF8.self) } }

  /// A moment; `nil` for NULL.
  func moment(_ column: Int) -> PostgresMoment? {
    guard let bytes = bytes(column), bytes.count == 8 else { return nil }
    return PostgresMoment(microseconds: Int64(bigEndian: bytes.loadUnaligned(as: Int64.self)))
  }

  /// How many bytes all values of the first `count` columns have.
  func byteCount(columns count: Int) -> Int {
    (0..<count).reduce(0) { $0 + Int(PQgetlength(result, 0, Int32($1))) }
  }
}

/// Takes rows one by one.
protocol PostgresRowConsumer: Sendable {
  /// Takes a row; returns whether there is room for more.
  mutating func take(_ row: PostgresRow) -> Bool
}

/// A result that is freed with its last use.
struct PostgresResult: ~Copyable {
  let pointer: OpaquePointer

  deinit { PQclear(pointer) }

  var status: ExecStatusType { PQresultStatus(pointer) }

  /// A field of an error; `nil` where it has none.
  func errorField(_ code: Character) -> String? {
    guard let value = code.asciiValue, let text = PQresultErrorField(pointer, Int32(value)) else { return nil }
    return String(cString: text)
  }

  /// All rows of a result in the text format.
  var texts: [[String?]] {
    (0..<PQntuples(pointer)).map { row in
      (0..<PQnfields(pointer)).map { column in
        PQgetisnull(pointer, row, column) == 1 ? nil : PQgetvalue(pointer, row, column).map { String(cString: $0) }
      }
    }
  }
}
