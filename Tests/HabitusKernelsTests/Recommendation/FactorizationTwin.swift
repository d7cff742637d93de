import Foundation
import HabitusKernels

/// Implicit factorisation over the whole dense table in double precision, straight from its definition.
struct FactorizationTwin {
  let confidences: [[Double]]
  let isInteraction: [[Bool]]
  let userPenalties: [Double]
  let itemPenalties: [Double]

  init(_ interactions: [Interaction], users: Int, items: Int, _ parameters: ImplicitFactorization) {
    var weights = Array(repeating: Array(repeating: 0.0, count: items), count: users)
    for interaction in interactions { weights[interaction.user][interaction.item] += interaction.weight }
    let confidences = weights.map { $0.map { 1 + parameters.confidence * $0 } }
    self.confidences = confidences
    isInteraction = weights.map { $0.map { $0 > 0 } }
    func penalties(_ sums: [Double]) -> [Double] {
      let mean = sums.reduce(0, +) / Double(sums.count)
      return sums.map { parameters.regularization * pow($0 / mean, parameters.frequencyExponent) }
    }
    userPenalties = penalties(confidences.map { $0.reduce(0, +) })
    itemPenalties = penalties((0..<items).map { item in confidences.reduce(0) { $0 + $1[item] } })
  }

  func loss(_ users: [[Double]], _ items: [[Double]]) -> Double {
    var loss = 0.0
    for (user, x) in users.enumerated() {
      loss += userPenalties[user] * dot(x, x)
      for (item, y) in items.enumerated() {
        let miss = (isInteraction[user][item] ? 1 : 0) - dot(x, y)
        loss += confidences[user][item] * miss * miss
      }
    }
    return loss + zip(itemPenalties, items).reduce(0) { $0 + $1.0 * dot($1.1, $1.1) }
  }

  /// The user's factors that are best for those of the items.
  func factors(ofUser user: Int, given items: [[Double]]) -> [Double] {
    solution(
      items, confidences[user], isInteraction[user], penalty: userPenalties[user])
  }

  /// The item's factors that are best for those of the users.
  func factors(ofItem item: Int, given users: [[Double]]) -> [Double] {
    solution(
      users, confidences.map { $0[item] }, isInteraction.map { $0[item] }, penalty: itemPenalties[item])
  }

  private func solution(
    _ others: [[Double]], _ confidences: [Double], _ isInteraction: [Bool], penalty: Double
  ) -> [Double] {
    let order = others.first?.count ?? 0
    var rows = Array(repeating: Array(repeating: 0.0, count: order), count: order)
    var right = Array(repeating: 0.0, count: order)
    for row in 0..<order {
      rows[row][row] = penalty
      for (place, factors) in others.enumerated() {
        if isInteraction[place] { right[row] += confidences[place] * factors[row] }
        for column in 0..<order { rows[row][column] += confidences[place] * factors[row] * factors[column] }
      }
    }
    // Elimination without pivots, as the matrix is positive definite.
    for pivot in 0..<order {
      for row in 0..<order where row != pivot {
        let share = rows[row][pivot] / rows[pivot][pivot]
        for column in 0..<order { rows[row][column] -= share * rows[pivot][column] }
        right[row] -= share * right[pivot]
      }
    }
    return (0..<order).map { right[$0] / rows[$0][$0] }
  }
}

func dot(_ first: [Double], _ second: [Double]) -> Double {
  zip(first, second).reduce(0) { $0 + $1.0 * $1.1 }
}
