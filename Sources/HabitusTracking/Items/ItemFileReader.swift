public import HabitusModel

/// Items that were read from a stretch of a file, and the rows of it that were refused.
public struct ItemChunk: Sendable {
  /// The items in order of the file.
  public internal(set) var items: [Item] = []
  /// The refused rows in order of the file.
  public internal(set) var refused: [RefusedRow] = []
  /// How many bytes of records it holds, after decompression.
  public internal(set) var byteCount = 0
}

/// Reads files of items: CSV, JSON Lines and JSON arrays, plain, gzip or Zstandard.
///
/// Of CSV every cell that is not empty is a property: a plain decimal number a number, `true` and `false` Booleans,
/// everything else text; cells of list columns become arrays. A column called `properties` may hold a JSON object,
/// whose members are read as cells. Of JSON, values stay what they are; the members of an object called `properties`
/// join those beside it.
public struct ItemFileReader: Sendable {
  /// The options it was made with.
  public let options: ItemFileOptions

  /// Reads files as `options` say.
  public init(_ options: ItemFileOptions = ItemFileOptions()) { self.options = options }

  /// Reads `files` (`-` is standard input) and delivers their items and refused rows in the order of the files.
  ///
  /// Every file is opened and its columns looked at before anything is delivered, standard input and pipes excepted.
  ///
  /// - Parameter deliver: called for one chunk after the other; what it throws ends the reading.
  /// - Throws: ``TrackingError``, or what `deliver` throws.
  /// - Complexity: O(bytes) time; memory O(chunk size + longest record).
  public func read(_ files: [String], deliver: (ItemChunk) throws -> Void) throws {
    let options = options.importOptions
    for file in files where FileSource.canBeReadTwice(file) {
      try checkLists(try OpenedFile(path: file, options: options).plan)
    }
    var source = ChunkSequence(files: files, options: options)
    var chunk = Chunk()
    var place = FilePlace()
    let table = RecordTable()
    var file: ItemFile?
    var fileIndex = -1
    while let found = try source.next(&chunk) {
      if found.position.fileIndex != fileIndex {
        try checkLists(found.plan)
        file = try ItemFile(found.plan, self.options)
        fileIndex = found.position.fileIndex
      }
      place.advance(to: found.position)
      guard let file else { continue }
      var result = ItemChunk()
      let newlines = file.read(chunk, table, into: &result)
      for index in result.refused.indices { result.refused[index].line += place.lineCount }
      place.lineCount += newlines
      try deliver(result)
    }
  }

  private func checkLists(_ plan: FilePlan) throws(TrackingError) {
    guard plan.layout.format == .csv else { return }
    let columns = plan.layout.columns
    if let missing = options.listColumns.subtracting(columns).min() {
      throw .unknownListColumn(missing, file: plan.file, columns: columns)
    }
  }
}

/// Turns the records of one file into items.
private struct ItemFile {
  private let plan: FilePlan
  private let options: ItemFileOptions
  private let reader: RecordReader
  /// The header as a row of its own would be read; `nil` where there is none.
  private let header: Item?

  init(_ plan: FilePlan, _ options: ItemFileOptions) throws(TrackingError) {
    self.plan = plan
    self.options = options
    reader = try RecordReader(plan)
    guard case .csv(let columns) = plan.fields, options.hasHeader else {
      header = nil
      return
    }
    let names = plan.layout.columns
    func name(of field: EventField) -> String? {
      columns.direct.first { $0.field == field }.map { names[$0.column] }
    }
    header = Item(
      id: name(of: .item) ?? "", category: name(of: .category),
      properties: Dictionary(
        columns.properties.filter { !names[$0.column].isEmpty }.map { (names[$0.column], .string(names[$0.column])) }
      ) { $1 })
  }

  /// Reads a chunk and returns how many newlines it has.
  func read(_ chunk: borrowing Chunk, _ table: RecordTable, into result: inout ItemChunk) -> Int {
    result.byteCount = chunk.length
    return chunk.bytes.withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress else { return 0 }
      let newlines = reader.read(chunk, base, into: table)
      result.items.reserveCapacity(table.count)
      for row in 0..<table.count {
        switch item(row, table) {
        case .success(let item): result.items.append(item)
        case .failure(let fault): table.refuse(row: row, fault.reason, .missing)
        }
      }
      result.refused = table.refusedRows(of: plan)
      return newlines
    }
  }

  private struct Fault: Error { let reason: RefusalReason }

  private func item(_ row: Int, _ table: RecordTable) -> Result<Item, Fault> {
    func text(_ field: EventField) -> String? {
      guard table.isPresent[field.index] else { return nil }
      let span = table.column(field)[row]
      return span.isMissing ? nil : String(decoding: table.bytes(of: span), as: UTF8.self)
    }
    guard let id = text(.item) else { return .failure(Fault(reason: .noItem)) }
    var item = Item(id: id, category: text(.category))
    if table.hasProperties, !table.properties[row].isMissing {
      guard let document = try? JSONDocument(table.bytes(of: table.properties[row])) else {
        return .failure(Fault(reason: .invalidJSON))
      }
      item.properties = Dictionary(document.root.members.map { ($0.key, JSONValue($0.value)) }) { $1 }
    }
    if plan.layout.format == .csv {
      if let header, item == header { return .failure(Fault(reason: .repeatedHeader)) }
      item.properties = Dictionary(uniqueKeysWithValues: item.properties.map { ($0.key, cell($0.value, of: $0.key)) })
    }
    return .success(item)
  }

  private func cell(_ value: JSONValue, of column: String) -> JSONValue {
    guard case .string(let text) = value else { return value }
    return options.listColumns.contains(column)
      ? CellText.list(text, separator: options.listSeparator) : CellText.value(text)
  }
}
