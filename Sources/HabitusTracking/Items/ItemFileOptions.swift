/// How files of items are to be read. The defaults suit a CSV file with a header or JSON, with a column for the id
/// called item_id, item or id, and one called category; all others are properties.
public struct ItemFileOptions: Sendable, Equatable {
  /// The format of all files; `nil` looks at each file's name, then at its first bytes.
  public var format: FileFormat?
  /// The byte between fields of CSV (ASCII); `nil` looks at the first lines: one of comma, semicolon, tab, bar, blank.
  public var delimiter: UInt8?
  /// Whether the first record of a CSV file holds names; if not, the columns are called `column1`, `column2` ….
  public var hasHeader = true
  /// The column, or key of JSON, that holds the id; `nil` for the first there is of `item_id`, `item`, `id`.
  public var idColumn: String?
  /// The column, or key of JSON, that holds the category; `nil` for `category`, if there is one.
  public var categoryColumn: String?
  /// The columns of CSV whose cells are lists.
  public var listColumns: Set<String> = []
  /// What stands between the elements of a list.
  public var listSeparator: Character = "|"
  /// About how many bytes are read at a time.
  public var chunkByteCount = 1 << 20

  /// Makes the default options.
  public init() {}

  /// The same for the readers of records.
  var importOptions: ImportOptions {
    var options = ImportOptions()
    options.subject = .items
    options.eventMapping = .none
    options.format = format
    options.delimiter = delimiter
    options.hasHeader = hasHeader
    options.chunkByteCount = chunkByteCount
    if let idColumn { options.mapping[.item] = .column(idColumn) }
    if let categoryColumn { options.mapping[.category] = .column(categoryColumn) }
    return options
  }
}
