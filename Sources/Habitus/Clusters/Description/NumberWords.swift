internal import Foundation
internal import HabitusModel

/// Numbers as they are written in a text: `1,234.5`, « 1 234,5 ».
enum NumberWords {
  /// Decimals that are enough for a reader.
  static func digits(for value: Double) -> Int {
    let size = value.magnitude
    if size >= 100 || size == 0 { return 0 }
    if size >= 1 { return 1 }
    return size >= 0.01 ? 2 : size >= 1e-6 ? 6 : 9
  }

  /// A number with at most so many decimals, without zeros at its end.
  static func text(_ value: Double, digits: Int, _ language: Language) -> String {
    guard value.isFinite, value.magnitude < 1e15 else { return value.description }
    let fixed = String(format: "%.\(digits)f", locale: nil, value.magnitude)
    let parts = fixed.split(separator: ".")
    var fraction = parts.count > 1 ? parts[1] : ""
    while fraction.last == "0" { fraction.removeLast() }
    var whole = parts.first ?? "0"
    var groups: [Substring] = []
    while whole.count > 3 {
      groups.insert(whole.suffix(3), at: 0)
      whole.removeLast(3)
    }
    let grouped = ([whole] + groups).joined(separator: language == .english ? "," : ValueText.space)
    let isZero = !fixed.contains { ("1"..."9").contains($0) }
    return (value < 0 && !isZero ? "−" : "") + grouped
      + (fraction.isEmpty ? "" : (language == .english ? "." : ",") + fraction)
  }

  /// The fewest decimals that give exactly this number, at most 15.
  static func exactDigits(of value: Double) -> Int {
    (0..<15).first { Double(String(format: "%.\($0)f", locale: nil, value)) == value } ?? 15
  }

  /// Whether a noun after the number, rounded to so many decimals, stands in the singular: in English after 1 alone, in
  /// French after everything below 2.
  static func isSingular(_ value: Double, digits: Int, _ language: Language) -> Bool {
    switch language {
    case .english: text(value, digits: digits, .english) == "1"
    case .french: (Double(String(format: "%.\(digits)f", locale: nil, value)) ?? value).magnitude < 2
    }
  }
}
