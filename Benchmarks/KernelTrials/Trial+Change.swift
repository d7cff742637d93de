import HabitusKernels

extension Trial {
  /// Changes of the mean of all columns, each in units of its own standard deviation, as the Turing Change Point
  /// Benchmark prepares them.
  func changePoints() throws -> TrialAnswer {
    let columns = (0..<points.columnCount).map { column in (0..<points.rowCount).map { points[$0, column] } }
    let (found, seconds) = try timed { try PELT().segmentation(of: MeanShiftCost(standardizing: columns)) }
    var answer = TrialAnswer(seconds: seconds, figures: ["penalizedCost": found.penalizedCost])
    answer.breakpoints = found.breakpoints
    return answer
  }

  /// How probable the count of each day is; one column.
  func dailyAnomalies() throws -> TrialAnswer {
    let counts = (0..<points.rowCount).map { Int(points[$0, 0]) }
    let weekday = try options.integer("weekday", 0)
    let (report, seconds) = try timed { try DailyAnomalies().report(counts: counts, firstWeekday: weekday) }
    var answer = TrialAnswer(seconds: seconds, figures: ["dispersion": report.dispersion])
    answer.qValues = report.days.map(\.qValue)
    return answer
  }
}
