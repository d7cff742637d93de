internal import COpenBLAS

/// A row of factors for every user, or for every item, in single precision.
///
/// Rows lie a multiple of sixteen numbers apart for the inner loops; what is beyond the factors is zero.
struct FactorTable: Hashable, Sendable {
  let rowCount: Int
  let factorCount: Int
  /// Distance of the rows.
  let stride: Int
  private var values: [Float]

  /// Makes a table of zeros.
  init(rowCount: Int, factorCount: Int) {
    self.rowCount = rowCount
    self.factorCount = factorCount
    stride = (factorCount + 15) / 16 * 16
    values = Array(repeating: 0, count: rowCount * stride)
  }

  /// The factors of a row.
  func row(_ index: Int) -> ArraySlice<Float> {
    values[index * stride..<index * stride + factorCount]
  }

  /// Sets the factors of a row.
  mutating func setRow(_ index: Int, _ factors: some Collection<Float>) {
    precondition(factors.count == factorCount, "a row has as many factors as the table")
    for (place, factor) in factors.enumerated() { values[index * stride + place] = factor }
  }

  /// Lets `body` read all numbers.
  func withValues<Result>(_ body: (UnsafeBufferPointer<Float>) -> Result) -> Result {
    values.withUnsafeBufferPointer { body($0) }
  }

  /// Lets `body` change all numbers; what is beyond the factors must stay zero.
  mutating func withMutableValues<Result>(_ body: (UnsafeMutableBufferPointer<Float>) -> Result) -> Result {
    values.withUnsafeMutableBufferPointer { body($0) }
  }

  /// The sum over all rows of the products of their factors, `factorCount × factorCount`, both triangles.
  ///
  /// O(`rowCount` · `factorCount`²). Single precision within a chunk of rows, double across chunks.
  func gram(threadCount: Int?) -> [Double] {
    MatrixProduct.usesCallingThreadOnly
    let parts = Chunks(rowCount: rowCount).map(threadCount: threadCount) { rows in
      var part = Array(repeating: Float(0), count: factorCount * factorCount)
      values.withUnsafeBufferPointer { values in
        guard let start = values.baseAddress else { return }
        cblas_ssyrk(
          CblasRowMajor, CblasUpper, CblasTrans, Int32(factorCount), Int32(rows.count), 1,
          start + rows.lowerBound * stride, Int32(stride), 0, &part, Int32(factorCount))
      }
      return part
    }
    var sum = Array(repeating: 0.0, count: factorCount * factorCount)
    for part in parts {
      for index in sum.indices { sum[index] += Double(part[index]) }
    }
    for row in 0..<factorCount {
      for column in 0..<row { sum[row * factorCount + column] = sum[column * factorCount + row] }
    }
    return sum
  }

  /// Replaces every row by its products with the rows of a matrix, `factorCount × factorCount`.
  ///
  /// `spare`, of the same shape, is overwritten. O(`rowCount` · `factorCount`²).
  mutating func rotate(by rotation: [Float], spare: inout FactorTable, threadCount: Int?) {
    precondition(spare.values.count == values.count, "the spare table has the same shape")
    MatrixProduct.usesCallingThreadOnly
    let (stride, width) = (stride, Int32(factorCount))
    values.withUnsafeBufferPointer { source in
      spare.values.withUnsafeMutableBufferPointer { target in
        // Every chunk writes its own rows and nothing else.
        nonisolated(unsafe) let (source, target) = (source.baseAddress, target.baseAddress)
        _ = Chunks(rowCount: rowCount).map(threadCount: threadCount) { rows in
          guard let source, let target else { return }
          cblas_sgemm(
            CblasRowMajor, CblasNoTrans, CblasTrans, Int32(rows.count), width, width, 1,
            source + rows.lowerBound * stride, Int32(stride), rotation, width, 0,
            target + rows.lowerBound * stride, Int32(stride))
        }
      }
    }
    swap(&values, &spare.values)
  }

  /// The products of all rows with one vector. O(`rowCount` · `factorCount`).
  ///
  /// - Precondition: `vector` has `factorCount` numbers.
  func products(with vector: some Collection<Float>) -> [Float] {
    precondition(vector.count == factorCount, "a vector has as many factors as the table")
    let vector = Array(vector)
    var products = Array(repeating: Float(0), count: rowCount)
    guard rowCount > 0 else { return products }
    MatrixProduct.usesCallingThreadOnly
    cblas_sgemv(
      CblasRowMajor, CblasNoTrans, Int32(rowCount), Int32(factorCount), 1, values, Int32(stride), vector, 1, 0,
      &products, 1)
    return products
  }
}

extension FactorTable: Codable {
  private enum CodingKeys: String, CodingKey { case rowCount, factorCount, factors }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let rowCount = try container.decode(Int.self, forKey: .rowCount)
    let factorCount = try container.decode(Int.self, forKey: .factorCount)
    let factors = try container.decode(PackedNumbers.self, forKey: .factors).floats
    let (expected, overflow) = rowCount.multipliedReportingOverflow(by: factorCount)
    guard rowCount >= 0, (1...ImplicitFactorization.mostFactors).contains(factorCount), !overflow,
      expected == factors.count, factors.allSatisfy(\.isFinite)
    else {
      throw DecodingError.dataCorruptedError(
        forKey: .factors, in: container,
        debugDescription: "\(factors.count) numbers are not \(factorCount) finite factors for each of \(rowCount) rows")
    }
    self.init(rowCount: rowCount, factorCount: factorCount)
    for row in 0..<rowCount { setRow(row, factors[row * factorCount..<(row + 1) * factorCount]) }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(rowCount, forKey: .rowCount)
    try container.encode(factorCount, forKey: .factorCount)
    try container.encode(PackedNumbers((0..<rowCount).flatMap { row($0) }), forKey: .factors)
  }
}
