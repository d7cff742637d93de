/// A state is written as columns, which is several times smaller than a record a cell.
extension PreferenceState: Codable {
  private struct Columns: Codable {
    var firstDay: Int?
    var days: [Int] = []
    var values: [UInt32] = []
    var times: [Int64] = []
    var evidenceFor: [Double] = []
    var evidenceAgainst: [Double] = []
    var squares: [Double] = []
    var countsFor: [UInt32] = []
    var countsAgainst: [UInt32] = []

    /// The cells; `nil` where no state can have these columns.
    var cells: [PreferenceCell]? {
      let lengths = [
        values.count, times.count, evidenceFor.count, evidenceAgainst.count, squares.count, countsFor.count,
        countsAgainst.count,
      ]
      let isSound = (evidenceFor + evidenceAgainst + squares).allSatisfy { $0 >= 0 && $0.isFinite }
      guard isSound, lengths.allSatisfy({ $0 == days.count }), days.allSatisfy({ Int32(exactly: $0) != nil }) else {
        return nil
      }
      let cells = days.indices.map { index in
        var cell = PreferenceCell(key: PreferenceCell.key(day: days[index], value: values[index]), time: times[index])
        (cell.evidenceFor, cell.evidenceAgainst) = (evidenceFor[index], evidenceAgainst[index])
        (cell.countFor, cell.countAgainst) = (countsFor[index], countsAgainst[index])
        cell.squares = squares[index]
        return cell
      }
      let isOrdered = zip(cells, cells.dropFirst()).allSatisfy { $0.key < $1.key }
      return isOrdered && cells.first?.day ?? .max >= firstDay ?? .min ? cells : nil
    }
  }

  /// Writes the columns.
  public func encode(to encoder: any Encoder) throws {
    var columns = Columns(firstDay: firstDay)
    for cell in cells {
      columns.days.append(cell.day)
      columns.values.append(cell.value)
      columns.times.append(cell.time)
      columns.evidenceFor.append(cell.evidenceFor)
      columns.evidenceAgainst.append(cell.evidenceAgainst)
      columns.squares.append(cell.squares)
      columns.countsFor.append(cell.countFor)
      columns.countsAgainst.append(cell.countAgainst)
    }
    try columns.encode(to: encoder)
  }

  /// Reads the columns.
  ///
  /// - Throws: `DecodingError` for columns that no state can have: of different length, out of order, with sums that
  ///   are negative or not finite.
  public init(from decoder: any Decoder) throws {
    let columns = try Columns(from: decoder)
    guard let cells = columns.cells else {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: decoder.codingPath,
          debugDescription: "the columns of a preference state differ in length, are out of order or hold bad sums"))
    }
    self.init(cells: cells, firstDay: columns.firstDay)
  }
}
