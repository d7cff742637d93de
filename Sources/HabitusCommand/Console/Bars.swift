/// Numbers as small pictures in block characters.
enum Bars {
  /// A bar of `width` columns, filled up to `share` (0…1) in eighths of a column.
  static func bar(_ share: Double, width: Int) -> String {
    let eighths = Int((min(1, max(0, share)) * Double(width * 8)).rounded())
    let partial = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8]
    let text = String(repeating: "█", count: eighths / 8) + partial
    return DisplayWidth.padded(text, to: width)
  }

  /// An interval with its point on a scale from 0 to `maximum`: `  ├──●───┤`.
  static func interval(_ interval: ClosedRange<Double>, point: Double, maximum: Double, width: Int) -> String {
    guard maximum > 0, width > 0 else { return String(repeating: " ", count: max(0, width)) }
    func column(_ value: Double) -> Int { min(width - 1, max(0, Int((value / maximum * Double(width - 1)).rounded()))) }
    let (low, high, middle) = (column(interval.lowerBound), column(interval.upperBound), column(point))
    return (0..<width).map { index -> String in
      if index == middle { return "●" }
      if index == low { return "├" }
      if index == high { return "┤" }
      return index > low && index < high ? "─" : " "
    }.joined()
  }

  private static func trimmed(_ text: String) -> String {
    String(text.reversed().drop { $0 == " " }.reversed())
  }

  private static let shades = ["·", "░", "▒", "▓", "█"]
  private static let weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]

  /// Seven lines of 24 hours, two columns an hour, the darker the more; a line of hours above.
  ///
  /// - Parameter counts: 7 × 24 counts, row-major, Monday first.
  static func heatStrip(_ counts: [Int]) -> [String] {
    let maximum = counts.max() ?? 0
    let hours = stride(from: 0, to: 24, by: 3).map { DisplayWidth.padded($0 < 10 ? "0\($0)" : "\($0)", to: 6) }.joined()
    let rows = weekdays.enumerated().map { day, name in
      let cells = counts[day * 24..<day * 24 + 24].map { count -> String in
        guard count > 0, maximum > 0 else { return shades[0] + " " }
        let shade = shades[(count * 4 + maximum - 1) / maximum]
        return shade + shade
      }
      return trimmed(name + "  " + cells.joined())
    }
    return [trimmed("     " + hours)] + rows
  }
}
