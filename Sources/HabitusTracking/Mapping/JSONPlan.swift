/// Which keys of a JSON object feed which fields.
struct JSONPlan: Sendable {
  /// A column as a mapping names it.
  struct Path: Sendable {
    /// The position of the whole name among the plan's ``JSONPlan/keys``.
    var key: Int
    /// The position of a dotted name among ``JSONPlan/dotted``, or −1.
    var dotted: Int
  }

  /// A dotted name: the position of its first part among the keys, and its other parts.
  struct DottedName: Sendable {
    var first: Int
    var rest: [[UInt8]]
  }

  /// A path that may feed a field, if those before it gave nothing.
  struct Candidate: Sendable {
    var field: EventField
    var path: Path
    var isFirst: Bool
  }

  /// A part of a template.
  enum Piece: Sendable {
    case text([UInt8])
    case path(Path)
  }

  /// The keys at the top level that have a meaning; the first is `properties`.
  private(set) var keys: [[UInt8]] = [Array("properties".utf8)]
  /// The dotted names among the columns.
  private(set) var dotted: [DottedName] = []
  /// Fields that are one value: the first path that has one. The candidates of a field follow one another.
  private(set) var direct: [Candidate] = []
  /// Fields that are the same in every record.
  private(set) var constants: [(field: EventField, text: [UInt8])] = []
  /// Fields that join values.
  private(set) var templates: [(field: EventField, pieces: [Piece])] = []
  /// Which properties feed a field that is absent.
  let eventMapping: EventMapping
  /// Fields that a rule may feed.
  let ruled: [EventField]

  init(options: ImportOptions) {
    eventMapping = options.eventMapping
    let all = [options.eventMapping.fallback] + options.eventMapping.rules.values
    ruled = [EventField.item, .category, .value, .page].filter { field in
      all.contains { rule in rule.properties.contains { $0.field == field } }
    }
    for field in EventField.allCases {
      switch options.mapping[field] {
      case .column(let name): direct.append(Candidate(field: field, path: path(name), isFirst: true))
      case .constant(let text): constants.append((field, Array(text.utf8)))
      case .template(let pieces):
        let resolved = pieces.map { piece in
          switch piece {
          case .text(let text): Piece.text(Array(text.utf8))
          case .column(let name): Piece.path(path(name))
          }
        }
        templates.append((field, resolved))
      case nil:
        for (index, name) in options.subject.defaultColumns(of: field).enumerated() {
          direct.append(Candidate(field: field, path: path(name), isFirst: index == 0))
        }
      }
    }
  }

  /// The parts of a dotted name.
  static func parts(_ name: String) -> [[UInt8]] {
    name.split(separator: ".", omittingEmptySubsequences: false).map { Array($0.utf8) }
  }

  private mutating func path(_ name: String) -> Path {
    let parts = Self.parts(name)
    let whole = key(Array(name.utf8))
    guard parts.count > 1 else { return Path(key: whole, dotted: -1) }
    dotted.append(DottedName(first: key(parts[0]), rest: Array(parts.dropFirst())))
    return Path(key: whole, dotted: dotted.count - 1)
  }

  private mutating func key(_ name: [UInt8]) -> Int {
    if let known = keys.firstIndex(of: name) { return known }
    keys.append(name)
    return keys.count - 1
  }
}
