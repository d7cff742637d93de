extension Bars {
  /// An effect with its interval on a scale from −`maximum` to `maximum`, whose middle is marked: `   │ ├─●─┤ `.
  static func effect(_ size: Double, _ interval: ClosedRange<Double>, maximum: Double, width: Int) -> String {
    guard maximum > 0, width > 0 else { return String(repeating: " ", count: max(0, width)) }
    func column(_ value: Double) -> Int {
      guard value.isFinite else { return width - 1 }
      let share = (min(1, max(-1, value / maximum)) + 1) / 2
      return Int((share * Double(width - 1)).rounded())
    }
    let (low, high, point, zero) = (
      column(interval.lowerBound), column(interval.upperBound), column(size), (width - 1) / 2
    )
    return (0..<width).map { index -> String in
      if index == point { return "●" }
      if index == zero { return index > low && index < high ? "┼" : "│" }
      if index == low { return "├" }
      if index == high { return "┤" }
      return index > low && index < high ? "─" : " "
    }.joined()
  }
}
