/// Which columns of a CSV file feed which fields.
struct CSVPlan: Sendable {
  /// A part of a template.
  enum Piece: Sendable {
    case text([UInt8])
    case column(Int)
  }

  let columnCount: Int
  /// Fields that are one column.
  private(set) var direct: [(field: EventField, column: Int)] = []
  /// Fields that are the same in every row.
  private(set) var constants: [(field: EventField, text: [UInt8])] = []
  /// Fields that join columns.
  private(set) var templates: [(field: EventField, pieces: [Piece])] = []
  /// The columns that become properties, with `"name":` as JSON.
  private(set) var properties: [(column: Int, key: [UInt8])] = []
  /// The column called `properties`, whose JSON object joins the properties; as exported events have it.
  private(set) var object: Int?
  /// The columns that feed absent fields, by event type.
  private(set) var rules: [String: [(field: EventField, column: Int)]] = [:]
  /// The columns that feed absent fields of events of other types.
  private(set) var fallback: [(field: EventField, column: Int)] = []
  /// Which fields may have content.
  private(set) var present = [Bool](repeating: false, count: EventField.allCases.count)

  /// - Throws: for a column that the file lacks, a name that comes twice, or a file without a field that is required.
  init(file: String, columns: [String], options: ImportOptions) throws(TrackingError) {
    columnCount = columns.count
    var positions: [String: Int] = [:]
    for (index, name) in columns.enumerated() where !name.isEmpty {
      if positions.updateValue(index, forKey: name) != nil { throw .repeatedColumn(name, file: file) }
    }
    func position(_ name: String, _ field: EventField) throws(TrackingError) -> Int {
      guard let index = positions[name] else {
        throw .unknownColumn(name, field: field, file: file, columns: columns)
      }
      return index
    }
    var taken: Set<Int> = []
    for field in EventField.allCases {
      switch options.mapping[field] {
      case .column(let name): direct.append((field, try position(name, field)))
      case .constant(let text): constants.append((field, Array(text.utf8)))
      case .template(let pieces):
        var resolved: [Piece] = []
        for piece in pieces {
          switch piece {
          case .text(let text): resolved.append(.text(Array(text.utf8)))
          case .column(let name): resolved.append(.column(try position(name, field)))
          }
        }
        templates.append((field, resolved))
      case nil:
        let columns = options.subject.defaultColumns(of: field)
        if let index = columns.lazy.compactMap({ positions[$0] }).first { direct.append((field, index)) }
      }
    }
    for (field, column) in direct {
      present[field.index] = true
      taken.insert(column)
    }
    for (field, _) in constants { present[field.index] = true }
    for (field, _) in templates { present[field.index] = true }
    for field in options.subject.required where !present[field.index] {
      throw .unmappedField(field, file: file, columns: columns)
    }
    object = positions["properties"].flatMap { taken.contains($0) ? nil : $0 }
    for (index, name) in columns.enumerated() where !taken.contains(index) {
      var key: [UInt8] = []
      JSONText.appendString(Array((name.isEmpty ? "column\(index + 1)" : name).utf8), to: &key)
      properties.append((index, key + [UInt8(ascii: ":")]))
    }
    func resolve(_ wanted: [(field: EventField, name: String)]) -> [(field: EventField, column: Int)] {
      wanted.compactMap { wanted in
        positions[wanted.name].flatMap { taken.contains($0) ? nil : (wanted.field, $0) }
      }
    }
    fallback = resolve(options.eventMapping.fallback.properties)
    for type in options.eventMapping.rules.keys {
      let resolved = resolve(options.eventMapping.properties(ofType: type))
      if !resolved.isEmpty { rules[type] = resolved }
    }
    for (field, _) in fallback + rules.values.joined() { present[field.index] = true }
  }

  /// The columns that feed absent fields of an event of type `type`.
  func rule(forType type: String) -> [(field: EventField, column: Int)] { rules[type] ?? fallback }
}
