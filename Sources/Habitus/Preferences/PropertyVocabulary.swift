internal import Foundation
internal import HabitusModel
internal import HabitusTracking

/// A value of a property as it was given.
enum PropertyValue: Hashable, Sendable {
  case text(String)
  case number(Double)

  /// The values of a property: one of a text, a number or a Boolean, each different one of a list, none of anything else.
  static func values(of node: JSONNode) -> [PropertyValue] {
    switch node.kind {
    case .string: node.string.map { $0.isEmpty ? [] : [.text($0)] } ?? []
    case .number: node.number.map { [.number($0)] } ?? []
    case .boolean: node.boolean.map { [.text(String($0))] } ?? []
    case .array: distinct(node.elements.lazy.filter { $0.kind != .array }.flatMap { values(of: $0) })
    case .null, .object: []
    }
  }

  /// The same of a value of an item.
  static func values(of value: JSONValue) -> [PropertyValue] {
    switch value {
    case .string(let text): text.isEmpty ? [] : [.text(text)]
    case .number(let number): number.isFinite ? [.number(number)] : []
    case .bool(let flag): [.text(String(flag))]
    case .array(let elements):
      distinct(
        elements.flatMap { element in
          if case .array = element { return [PropertyValue]() }
          return values(of: element)
        })
    case .null, .object: []
    }
  }

  private static func distinct(_ values: some Sequence<PropertyValue>) -> [PropertyValue] {
    var seen: Set<PropertyValue> = []
    return values.filter { seen.insert($0).inserted }
  }

  /// Texts are the same where their bytes are, as those of a ``TermDictionary``, however they look.
  static func == (a: PropertyValue, b: PropertyValue) -> Bool {
    switch (a, b) {
    case (.text(let a), .text(let b)): a.utf8.elementsEqual(b.utf8)
    case (.number(let a), .number(let b)): a == b
    case (.text, .number), (.number, .text): false
    }
  }

  func hash(into hasher: inout Hasher) {
    switch self {
    case .text(var text): text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    case .number(let number): hasher.combine(number)
    }
  }

  /// The value as a text.
  var text: String {
    switch self {
    case .text(let text): text
    case .number(let number): Int64(exactly: number).map(String.init) ?? String(number)
    }
  }
}

/// How often each value of a property occurs.
struct PropertyCounts: Sendable {
  private(set) var counts: [PropertyValue: Int] = [:]

  mutating func add(_ value: PropertyValue, _ count: Int = 1) { counts[value, default: 0] += count }

  mutating func add(_ other: PropertyCounts) { counts.merge(other.counts, uniquingKeysWith: +) }
}

/// The values of a property that are told apart, each with a code: texts as they are; numbers, if there are more than
/// ``mostNumbers`` different ones and nothing else, by ranges.
struct PropertyVocabulary: Sendable, Codable, Equatable {
  /// The most different numbers that stand for themselves.
  static let mostNumbers = 12
  /// The most ranges of numbers.
  private static let mostRanges = 8

  /// The bounds between ranges of numbers, ascending; `nil` where values stand for themselves.
  let bounds: [Double]?
  private var terms: TermDictionary

  /// Takes the values that there are.
  ///
  /// Bounds are quantiles of the occurrences, rounded as far as that keeps them apart.
  init(_ counts: PropertyCounts) {
    var numbers: [(number: Double, count: Int)] = []
    for (value, count) in counts.counts {
      if case .number(let number) = value { numbers.append((number, count)) }
    }
    guard numbers.count == counts.counts.count, numbers.count > Self.mostNumbers else {
      bounds = nil
      // Sorted, so that codes do not depend on who came first.
      terms = TermDictionary(counts.counts.keys.map(\.text).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
      return
    }
    numbers.sort { $0.number < $1.number }
    let total = numbers.reduce(0) { $0 + $1.count }
    var (bounds, passed, next) = ([Double](), 0, 1)
    for (number, count) in numbers {
      while next < Self.mostRanges, passed * Self.mostRanges >= next * total {
        if number > bounds.last ?? numbers[0].number { bounds.append(number) }
        next += 1
      }
      passed += count
    }
    let kept = Self.rounded(bounds, above: numbers[0].number)
    self.bounds = kept
    terms = TermDictionary(Self.rangeTexts(kept))
  }

  /// The texts of the ranges between bounds.
  private static func rangeTexts(_ bounds: [Double]) -> [String] {
    let names = bounds.map { PropertyValue.number($0).text }
    guard let first = names.first, let last = names.last else { return ["any"] }
    return ["<\(first)"] + zip(names, names.dropFirst()).map { "\($0)–\($1)" } + ["≥\(last)"]
  }

  /// Bounds with as few digits as keep them apart: to the power of ten below half of the least distance.
  private static func rounded(_ bounds: [Double], above least: Double) -> [Double] {
    let gaps = zip([least] + bounds, bounds).map { $1 - $0 }
    guard let gap = gaps.min(), gap > 0, gap.isFinite else { return [] }
    let exponent = Int(log10(gap / 2).rounded(.down))
    let rounded = bounds.map { bound in
      guard exponent < 0 else {
        let unit = pow(10, Double(exponent))
        return (bound / unit).rounded() * unit
      }
      // As it is written, so that 0.1 is 0.1.
      return Double(String(format: "%.\(-exponent)f", bound)) ?? bound
    }
    return rounded.reduce(into: []) { if $1 > $0.last ?? least { $0.append($1) } }
  }

  /// Number of codes.
  var count: Int { terms.count }

  /// The text of a code.
  func text(of code: UInt32) -> String { terms.text(of: code) }

  /// The code of a value, which is added if it is new; `nil` of a text where there are ranges of numbers.
  mutating func code(of value: PropertyValue) -> UInt32? {
    guard let bounds else { return terms.code(adding: value.text) }
    guard case .number(let number) = value else { return nil }
    return UInt32(bounds.firstIndex { number < $0 } ?? bounds.count)
  }

  /// The code of a text as ``text(of:)`` gives it.
  func knownCode(of text: String) -> UInt32? { terms.code(of: text) }

  private enum CodingKeys: CodingKey { case bounds, texts }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encodeIfPresent(bounds, forKey: .bounds)
    try container.encode((0..<UInt32(count)).map(text), forKey: .texts)
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    bounds = try container.decodeIfPresent([Double].self, forKey: .bounds)
    terms = TermDictionary(try container.decode([String].self, forKey: .texts))
  }

  static func == (a: PropertyVocabulary, b: PropertyVocabulary) -> Bool {
    a.bounds == b.bounds && a.count == b.count && (0..<UInt32(a.count)).allSatisfy { a.text(of: $0) == b.text(of: $0) }
  }
}
