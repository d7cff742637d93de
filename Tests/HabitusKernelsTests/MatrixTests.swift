import Foundation
import HabitusKernels
import Testing

@Suite("Matrix")
struct MatrixTests {
  let matrix = Matrix(rows: [[1, 2, 3], [4, 5, 6]])

  @Test("is row-major")
  func isRowMajor() {
    #expect(matrix.values == [1, 2, 3, 4, 5, 6])
    #expect(matrix[1, 0] == 4)
    #expect(Array(matrix.row(1)) == [4, 5, 6])
    #expect(matrix.column(2) == [3, 6])
    #expect(matrix.selectingRows([1, 0, 1]).column(0) == [4, 1, 4])
  }

  @Test("survives encoding, and refuses counts that do not fit its values")
  func survivesEncoding() throws {
    let data = try JSONEncoder().encode(matrix)
    #expect(try JSONDecoder().decode(Matrix.self, from: data) == matrix)
    for broken in [
      #"{"rowCount":2,"columnCount":2,"values":[1,2,3]}"#,
      #"{"rowCount":-1,"columnCount":-1,"values":[1]}"#,
      #"{"rowCount":9223372036854775807,"columnCount":3,"values":[]}"#,
    ] {
      #expect(throws: DecodingError.self) { try JSONDecoder().decode(Matrix.self, from: Data(broken.utf8)) }
    }
  }
}
