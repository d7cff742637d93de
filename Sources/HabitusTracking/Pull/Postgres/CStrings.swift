/// Lists of texts in the form that C takes.
enum CStrings {
  /// Texts as a list that ends with NULL.
  static func with<Value>(_ texts: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Value) -> Value {
    with(texts.map { Array($0.utf8) }, body)
  }

  /// Buffers, each followed by a zero, as a list that ends with NULL.
  static func with<Value>(_ buffers: [[UInt8]], _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Value) -> Value {
    let bytes = buffers.flatMap { buffer -> [CChar] in buffer.map { CChar(bitPattern: $0) } + [0] }
    return bytes.withUnsafeBufferPointer { all in
      var pointers: [UnsafePointer<CChar>?] = []
      var offset = 0
      for buffer in buffers {
        pointers.append(all.baseAddress.map { $0 + offset })
        offset += buffer.count + 1
      }
      pointers.append(nil)
      return pointers.withUnsafeBufferPointer { body($0.baseAddress) }
    }
  }
}
