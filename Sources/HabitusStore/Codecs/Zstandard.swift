internal import CZstd

/// Zstandard compression of whole records.
enum Zstandard {
  static func compress(_ bytes: [UInt8]) throws -> [UInt8] {
    var failure: String?
    let result = [UInt8](unsafeUninitializedCapacity: ZSTD_compressBound(bytes.count)) { buffer, size in
      let written = ZSTD_compress(buffer.baseAddress, buffer.count, bytes, bytes.count, 1)
      if ZSTD_isError(written) != 0 {
        failure = String(cString: ZSTD_getErrorName(written))
      } else {
        size = written
      }
    }
    if let failure { throw StoreError.damaged("a column cannot be compressed: \(failure)") }
    return result
  }

  /// Undoes ``compress(_:)``; `size` is the length that was compressed.
  static func decompress(_ bytes: UnsafeRawBufferPointer, size expected: Int) throws -> [UInt8] {
    guard expected >= 0, ZSTD_getFrameContentSize(bytes.baseAddress, bytes.count) == UInt64(expected) else {
      throw StoreError.damaged("a column claims \(expected) bytes, which its compressed form does not hold")
    }
    var isSound = false
    let result = [UInt8](unsafeUninitializedCapacity: expected) { buffer, size in
      let written = ZSTD_decompress(buffer.baseAddress, buffer.count, bytes.baseAddress, bytes.count)
      isSound = ZSTD_isError(written) == 0 && written == expected
      size = isSound ? written : 0
    }
    guard isSound else { throw StoreError.damaged("a compressed column cannot be read") }
    return result
  }
}
