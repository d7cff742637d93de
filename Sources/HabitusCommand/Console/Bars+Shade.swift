extension Bars {
  /// One character, the darker the more: `·` for nothing, `█` for the highest fourth of 0…1.
  static func shade(_ share: Double) -> String {
    guard share > 0 else { return "·" }
    return ["░", "▒", "▓", "█"][min(3, max(0, Int((share * 4).rounded(.up)) - 1))]
  }
}
