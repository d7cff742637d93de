internal import GRDB

extension Row {
  /// The value of column `index`.
  ///
  /// - Throws: ``StoreError/damaged(_:)`` where it is of another type, which the schema rules out in a sound file.
  func value<Value: DatabaseValueConvertible>(_ index: Int, as type: Value.Type = Value.self) throws -> Value {
    let stored: DatabaseValue = self[index]
    guard let value = Value.fromDatabaseValue(stored) else { throw Self.damage(index) }
    return value
  }

  /// The value of column `index`, or `nil` for NULL.
  func optionalValue<Value: DatabaseValueConvertible>(
    _ index: Int, as type: Value.Type = Value.self
  ) throws -> Value? {
    let stored: DatabaseValue = self[index]
    if stored.isNull { return nil }
    guard let value = Value.fromDatabaseValue(stored) else { throw Self.damage(index) }
    return value
  }

  /// The value of the column called `name`.
  func value<Value: DatabaseValueConvertible>(_ name: String, as type: Value.Type = Value.self) throws -> Value {
    guard let index = index(ofColumn: name) else { throw StoreError.damaged("a row has no column \(name)") }
    return try value(index)
  }

  /// The value of the column called `name`, or `nil` for NULL.
  func optionalValue<Value: DatabaseValueConvertible>(
    _ name: String, as type: Value.Type = Value.self
  ) throws -> Value? {
    guard let index = index(ofColumn: name) else { throw StoreError.damaged("a row has no column \(name)") }
    return try optionalValue(index)
  }

  private func index(ofColumn name: String) -> Int? { columnNames.enumerated().first { $0.element == name }?.offset }

  private static func damage(_ index: Int) -> StoreError {
    .damaged("a row of the database holds something else than it should, in column \(index)")
  }
}
