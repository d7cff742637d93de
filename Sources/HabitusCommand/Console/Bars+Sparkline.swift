extension Bars {
  private static let levels = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

  /// A series in one line, at most `width` columns wide, from 0 to its greatest value; `·` where there is no value.
  ///
  /// Of a longer series each column stands for the mean of as many neighbouring values as it takes.
  static func sparkline(_ values: [Double?], width: Int) -> String {
    guard !values.isEmpty, width > 0 else { return "" }
    let columnCount = min(width, values.count)
    let columns = (0..<columnCount).map { column -> Double? in
      let part = values[column * values.count / columnCount..<(column + 1) * values.count / columnCount]
        .compactMap { $0 }
      return part.isEmpty ? nil : part.reduce(0, +) / Double(part.count)
    }
    let maximum = columns.compactMap { $0 }.max() ?? 0
    return columns.map { value in
      guard let value else { return "·" }
      guard maximum > 0 else { return levels[0] }
      return levels[min(levels.count - 1, max(0, Int((value / maximum * Double(levels.count - 1)).rounded())))]
    }.joined()
  }
}
