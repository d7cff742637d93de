/// The state of an import as a line of text.
struct ProgressText {
  /// Share that is done, 0…1; `nil` where it is not known how much there is.
  var share: Double?
  /// Seconds since the beginning.
  var seconds: Double
  /// Rows read.
  var rowCount: Int
  /// Bytes of files read.
  var byteCount: Int
  /// The file that is being read.
  var file: String

  /// Seconds left at the pace so far; `nil` before there is one.
  var secondsLeft: Double? {
    guard let share, share > 0.01, share <= 1, seconds > 0.5 else { return nil }
    return seconds / share * (1 - share)
  }

  /// Rows and bytes in a second.
  private var rates: [String] {
    guard seconds > 0.2 else { return [] }
    return [
      NumberText.count(Int(Double(rowCount) / seconds)) + " events/s",
      NumberText.decimal(Double(byteCount) / seconds / 1e6, digits: 1) + " MB/s",
    ]
  }

  private var percent: String? { share.map { "\(Int(($0 * 100).rounded(.down))) %" } }

  /// For a terminal: a bar, then as much as fits into `width`.
  func bar(width: Int) -> String {
    var line = ""
    if let share, let percent {
      line =
        "▕" + Bars.bar(share, width: max(8, min(24, width / 4))) + "▏ "
        + DisplayWidth.padded(percent, to: 5, isRight: true)
    } else {
      line = "reading"
    }
    let parts = [NumberText.count(rowCount, "row")] + rates + (secondsLeft.map { [Self.left($0)] } ?? [])
    for part in parts where DisplayWidth.of(line) + 2 + DisplayWidth.of(part) <= width { line += "  " + part }
    return DisplayWidth.cut(line, to: width)
  }

  /// For a log: a plain line.
  var plain: String {
    (["\(file):"] + (percent.map { [$0 + ","] } ?? [])
      + [
        ([NumberText.count(rowCount, "row")] + rates + (secondsLeft.map { [Self.left($0)] } ?? [])).joined(
          separator: ", ")
      ])
      .joined(separator: " ")
  }

  private static func left(_ seconds: Double) -> String { NumberText.duration(seconds.rounded(.up)) + " left" }
}
