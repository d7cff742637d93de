/// The features of many users: a row a user, a column a feature.
public struct FeatureTable: Sendable {
  /// Over which window.
  public let window: AnalysisWindow
  /// The columns.
  public let definitions: [FeatureDefinition]
  /// The rows' user codes, each once. They hold in the snapshot that was scanned.
  public let users: [UInt32]
  /// Row-major, `users.count × definitions.count`; NaN stands for "no value".
  public let values: [Double]

  /// Makes a table from its parts.
  public init(window: AnalysisWindow, definitions: [FeatureDefinition], users: [UInt32], values: [Double]) {
    precondition(values.count == users.count * definitions.count, "a value for each user and feature")
    self.window = window
    self.definitions = definitions
    self.users = users
    self.values = values
  }

  /// The values of row `index`.
  public func row(_ index: Int) -> ArraySlice<Double> {
    values[index * definitions.count..<(index + 1) * definitions.count]
  }

  /// The position of the column called `name`.
  public func column(_ name: String) -> Int? { definitions.firstIndex { $0.name == name } }

  /// All values of the column called `name`, or `nil` if there is none.
  public func values(of name: String) -> [Double]? {
    guard let column = column(name) else { return nil }
    return stride(from: column, to: values.count, by: definitions.count).map { values[$0] }
  }
}
