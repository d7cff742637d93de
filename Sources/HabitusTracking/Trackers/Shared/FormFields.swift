/// Reads query strings and bodies of the type `application/x-www-form-urlencoded`.
public enum FormFields {
  /// The fields in their order; a name that comes twice is there twice.
  ///
  /// Fields are separated by `&`; empty ones are left out. A name without `=` has an empty value. `+` is a blank, `%hh`
  /// a byte; a `%` that no two hexadecimal digits follow stands for itself. What is not UTF-8 becomes U+FFFD.
  public static func parse(_ text: String) -> [(name: String, value: String)] {
    var text = text
    return text.withUTF8 { fields(UnsafeRawBufferPointer($0)) }
  }

  /// The fields of a body.
  public static func parse(_ body: [UInt8]) -> [(name: String, value: String)] { body.withUnsafeBytes(fields) }

  private static func fields(_ text: UnsafeRawBufferPointer) -> [(name: String, value: String)] {
    var fields: [(name: String, value: String)] = []
    var start = 0
    while start < text.count {
      let rest = UnsafeRawBufferPointer(rebasing: text[start...])
      let field = UnsafeRawBufferPointer(rebasing: rest[..<(rest.firstIndex(of: UInt8(ascii: "&")) ?? rest.count)])
      start += field.count + 1
      if field.isEmpty { continue }
      if let equals = field.firstIndex(of: UInt8(ascii: "=")) {
        fields.append((decoded(field[..<equals]), decoded(field[(equals + 1)...])))
      } else {
        fields.append((decoded(field[...]), ""))
      }
    }
    return fields
  }

  private static func decoded(_ text: Slice<UnsafeRawBufferPointer>) -> String {
    let text = UnsafeRawBufferPointer(rebasing: text)
    guard text.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else {
      return String(decoding: text, as: UTF8.self)
    }
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: text.count) { bytes in
      var count = 0
      var index = 0
      while index < text.count {
        var byte = text[index]
        index += 1
        if byte == UInt8(ascii: "+") {
          byte = UInt8(ascii: " ")
        } else if byte == UInt8(ascii: "%"), index + 2 <= text.count, let high = text[index].hexadecimalValue,
          let low = text[index + 1].hexadecimalValue
        {
          byte = high << 4 | low
          index += 2
        }
        bytes[count] = byte
        count += 1
      }
      return String(decoding: UnsafeBufferPointer(rebasing: bytes[..<count]), as: UTF8.self)
    }
  }
}

extension UInt8 {
  /// What the byte is worth as a hexadecimal digit; `nil` where it is none.
  var hexadecimalValue: UInt8? {
    switch self {
    case 48...57: self - 48
    case 65...70: self - 55
    case 97...102: self - 87
    default: nil
    }
  }
}
