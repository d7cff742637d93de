internal import CKernels

/// Users, or items, with their interactions, how strongly each is held near zero, and their factors.
struct FactorSide: Sendable {
  private let entries: FactorEntries
  private(set) var factors: FactorTable
  private var spare: FactorTable

  init(_ rows: SparseRows, _ penalties: FactorPenalties, _ parameters: ImplicitFactorization) {
    entries = FactorEntries(rows, penalties, confidence: parameters.confidence)
    factors = FactorTable(rowCount: rows.rowCount, factorCount: parameters.factorCount)
    spare = factors
  }

  /// A side whose factors are known.
  init(_ rows: SparseRows, _ penalties: FactorPenalties, _ parameters: ImplicitFactorization, factors: FactorTable) {
    entries = FactorEntries(rows, penalties, confidence: parameters.confidence)
    self.factors = factors
    spare = factors
  }

  /// Adds small numbers with mean 0 to the factors of every row with entries.
  mutating func addNoise(_ generator: inout SplitMix64) {
    let width = 0.02 * (3 / Double(factors.factorCount)).squareRoot()
    let (rows, factorCount, stride) = (entries.rows, factors.factorCount, factors.stride)
    factors.withMutableValues { values in
      for row in 0..<rows.rowCount where !rows.entries(of: row).isEmpty {
        for place in row * stride..<row * stride + factorCount {
          values[place] += Float((2 * generator.nextUnit() - 1) * width)
        }
      }
    }
  }

  /// Makes the factors of every row the sum of those of its entries' columns.
  mutating func gather(from columns: FactorTable, threadCount: Int?) {
    updateShares(given: columns, spectrum: [], threadCount: threadCount) { system, rows, solutions in
      habitus_sum_factor_rows(system, rows.lowerBound, rows.upperBound, solutions)
    }
  }

  /// Turns the factors onto their principal axes and multiplies each by the power of its length; axes that are
  /// nothing beside the longest become zero.
  mutating func scaleAxes(byPower power: Double, threadCount: Int?) {
    let order = factors.factorCount
    let axes = SymmetricEigenDecomposition(of: factors.gram(threadCount: threadCount), order: order)
    var scaled = axes.vectors
    for (axis, value) in axes.values.enumerated() {
      let scale = value > 1e-6 * axes.values[0] ? Double.pow(value.squareRoot(), power) : 0
      for place in axis * order..<(axis + 1) * order { scaled[place] *= scale }
    }
    rotate(by: scaled.map { Float($0) }, threadCount: threadCount)
  }

  /// Makes all factors zero.
  mutating func clear() {
    factors.withMutableValues { $0.update(repeating: 0) }
  }

  mutating func rotate(by rotation: [Float], threadCount: Int?) {
    factors.rotate(by: rotation, spare: &spare, threadCount: threadCount)
  }

  /// Improves the factors of all rows, given those of the columns, the sum of whose products is diagonal.
  mutating func improve(given columns: FactorTable, spectrum: [Float], stepCount: Int, threadCount: Int?) {
    updateShares(given: columns, spectrum: spectrum, threadCount: threadCount) { system, rows, solutions in
      habitus_improve_factor_rows(system, rows.lowerBound, rows.upperBound, stepCount, solutions)
    }
  }

  private mutating func updateShares(
    given columns: FactorTable, spectrum: [Float], threadCount: Int?,
    _ update: @Sendable (UnsafePointer<habitus_factor_rows>, Range<Int>, UnsafeMutablePointer<Float>?) -> Void
  ) {
    let entries = entries
    factors.withMutableValues { solutions in
      // Every share writes the rows that are its own and nothing else.
      nonisolated(unsafe) let solutions = solutions.baseAddress
      entries.withKernelRows(columns, spectrum) { system in
        // What it points to is read alone, and outlives all shares: they end before this closure does.
        nonisolated(unsafe) let system = system
        _ = concurrentMap(count: entries.shares.count, threadCount: threadCount) { share in
          update(system, entries.shares[share], solutions)
        }
      }
    }
  }

  /// Σ over the pairs that interacted of c · (1 − x·y)² − (x·y)²: what they add to the loss beyond a pair that did not.
  func interactionLoss(given columns: FactorTable, threadCount: Int?) -> Double {
    factors.withValues { solutions in
      // Here nothing is written: all shares read, and end before the buffers go.
      nonisolated(unsafe) let solutions = solutions.baseAddress
      return entries.withKernelRows(columns, []) { system in
        nonisolated(unsafe) let system = system
        return concurrentMap(count: entries.shares.count, threadCount: threadCount) { share in
          let rows = entries.shares[share]
          return habitus_factor_rows_loss(system, rows.lowerBound, rows.upperBound, solutions)
        }.reduce(0, +)
      }
    }
  }

  /// The sum over rows of a row's penalty times its squared length.
  var penalty: Double {
    (0..<factors.rowCount).reduce(0) { sum, row in
      sum + Double(entries.penalties[row]) * factors.row(row).reduce(0) { $0 + Double($1) * Double($1) }
    }
  }
}

/// The interactions of a side with their confidences, and what holds its factors near zero.
private struct FactorEntries: Sendable {
  let rows: SparseRows
  let penalties: [Float]
  /// Rows that are worked on by one thread at a time.
  let shares: [Range<Int>]
  private let confidence: Float

  init(_ rows: SparseRows, _ penalties: FactorPenalties, confidence: Double) {
    self.rows = rows
    self.penalties = rows.rowSums.map { Float(penalties.penalty(weightSum: $0)) }
    self.confidence = Float(confidence)
    // What is done once a row takes about as long as a few entries.
    shares = rows.shares(rowWork: 8)
  }

  /// Calls `body` with what the inner loops take.
  func withKernelRows<Result>(
    _ columns: FactorTable, _ spectrum: [Float], _ body: (UnsafePointer<habitus_factor_rows>) -> Result
  ) -> Result {
    rows.starts.withUnsafeBufferPointer { starts in
      rows.columns.withUnsafeBufferPointer { columnNumbers in
        rows.values.withUnsafeBufferPointer { values in
          columns.withValues { factors in
            spectrum.withUnsafeBufferPointer { spectrum in
              penalties.withUnsafeBufferPointer { penalties in
                var system = habitus_factor_rows(
                  row_starts: starts.baseAddress, columns: columnNumbers.baseAddress, values: values.baseAddress,
                  factors: factors.baseAddress, spectrum: spectrum.baseAddress, penalties: penalties.baseAddress,
                  confidence: confidence, stride: columns.stride)
                return body(&system)
              }
            }
          }
        }
      }
    }
  }
}
