/// Finds the elements of a JSON array that comes in pieces. It counts brackets outside strings; whether an element is
/// JSON is for its reader to say.
struct ArraySplitter {
  /// What is wrong with the array.
  enum Fault: String, Error {
    case noArray = "it does not begin with ["
    case textAfterArray = "text after the closing ]"
    case emptyElement = "a comma without an element"
    case unclosed = "the array is not closed"
  }

  private enum State {
    case beforeArray, beforeElement, afterArray
  }

  private var state = State.beforeArray
  private var hasElement = false

  /// Appends the whole elements among the first `count` bytes to `elements` and returns where the rest begins; the next
  /// piece has to begin with that rest.
  mutating func split(
    _ base: UnsafePointer<UInt8>, _ count: Int, isAtEnd: Bool, into elements: inout [Range<Int>]
  ) throws(Fault) -> Int {
    var position = 0
    while true {
      while position < count, Self.isBlank(base[position]) { position += 1 }
      guard position < count else {
        if isAtEnd, state == .beforeArray || state == .beforeElement { throw .unclosed }
        return position
      }
      switch state {
      case .afterArray: throw .textAfterArray
      case .beforeArray:
        guard base[position] == UInt8(ascii: "[") else { throw .noArray }
        position += 1
        state = .beforeElement
      case .beforeElement:
        if base[position] == UInt8(ascii: "]"), !hasElement {
          state = .afterArray
          position += 1
          continue
        }
        guard let end = Self.elementEnd(base, position, count) else {
          if isAtEnd { throw .unclosed }
          return position
        }
        var last = end
        while last > position, Self.isBlank(base[last - 1]) { last -= 1 }
        if last == position { throw .emptyElement }
        elements.append(position..<last)
        hasElement = true
        if base[end] == UInt8(ascii: "]") { state = .afterArray }
        position = end + 1
      }
    }
  }

  /// The comma or bracket that ends the element at `start`.
  private static func elementEnd(_ base: UnsafePointer<UInt8>, _ start: Int, _ count: Int) -> Int? {
    var depth = 0
    var position = start
    while position < count {
      switch base[position] {
      case UInt8(ascii: "\""):
        position += 1
        while position < count, base[position] != UInt8(ascii: "\"") {
          position += base[position] == UInt8(ascii: "\\") ? 2 : 1
        }
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"): depth -= 1
      case UInt8(ascii: "]"):
        if depth <= 0 { return position }
        depth -= 1
      case UInt8(ascii: ","):
        if depth <= 0 { return position }
      default: break
      }
      position += 1
    }
    return nil
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }
}
