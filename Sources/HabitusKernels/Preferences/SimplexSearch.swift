/// A local maximum of a function of a few variables inside a box, without derivatives.
///
/// Nelder and Mead, "A simplex method for function minimization", The Computer Journal 7 (1965),
/// doi:10.1093/comjnl/7.4.308, with every point moved into the box before it is tried.
struct SimplexSearch {
  /// The box, by variable.
  let bounds: [ClosedRange<Double>]
  /// Ends when the values at the corners differ by no more.
  let tolerance: Double
  /// The most evaluations of a round.
  let maximumEvaluations: Int
  /// The most rounds after the first.
  let maximumRounds = 4

  private typealias Corner = (point: [Double], value: Double)

  /// The best point found.
  ///
  /// A simplex that was pressed flat against the box cannot leave it: the search starts anew from the best point, with
  /// the steps the other way round, until that gains nothing.
  ///
  /// - Parameters:
  ///   - start: inside the box.
  ///   - steps: by variable, how far away the other corners of the first simplex lie.
  func maximum(
    from start: [Double], steps: [Double], of function: (_ point: [Double]) -> Double
  ) -> (point: [Double], value: Double) {
    var best = climb(from: start, steps: steps, of: function)
    for round in 1...maximumRounds {
      let next = climb(from: best.point, steps: steps.map { round.isMultiple(of: 2) ? $0 : -$0 }, of: function)
      let gain = next.value - best.value
      if gain > 0 { best = next }
      if round > 1, gain <= tolerance { break }
    }
    return best
  }

  private func climb(
    from start: [Double], steps: [Double], of function: (_ point: [Double]) -> Double
  ) -> (point: [Double], value: Double) {
    var evaluationCount = 0
    func corner(_ point: [Double]) -> Corner {
      evaluationCount += 1
      let inside = zip(point, bounds).map { $0.clamped(to: $1) }
      return (inside, function(inside))
    }
    var corners = [corner(start)]
    for (index, step) in steps.enumerated() {
      var point = start
      point[index] += step
      corners.append(corner(point))
    }
    let last = corners.count - 1
    while evaluationCount < maximumEvaluations {
      corners.sort { $0.value > $1.value }
      if corners[0].value - corners[last].value <= tolerance { break }
      let centre = start.indices.map { index in
        corners[..<last].reduce(0) { $0 + $1.point[index] } / Double(last)
      }
      func along(_ factor: Double) -> Corner {
        corner(zip(centre, corners[last].point).map { $0 + factor * ($1 - $0) })
      }
      let reflected = along(-1)
      if reflected.value > corners[0].value {
        let expanded = along(-2)
        corners[last] = expanded.value > reflected.value ? expanded : reflected
      } else if reflected.value > corners[last - 1].value {
        corners[last] = reflected
      } else {
        let contracted = along(reflected.value > corners[last].value ? -0.5 : 0.5)
        if contracted.value > max(reflected.value, corners[last].value) {
          corners[last] = contracted
        } else {
          let best = corners[0].point
          for index in corners.indices.dropFirst() {
            corners[index] = corner(zip(best, corners[index].point).map { ($0 + $1) / 2 })
          }
        }
      }
    }
    let best = corners.max { $0.value < $1.value } ?? corners[0]
    return (best.point, best.value)
  }
}
