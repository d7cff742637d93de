internal import Foundation
public import HabitusModel

extension ActivitySummary {
  /// Counts the events of `timeline`; properties as ``FeatureOptions/propertyStatistics`` says.
  ///
  /// Texts, numbers and Booleans are counted as they print, `null` and what has no such property not at all; a list
  /// counts once for each different element, an object not at all.
  ///
  /// - Complexity: O(events); those of a type with configured properties have their JSON parsed.
  public init(_ timeline: UserTimeline) {
    var byType = [Int](repeating: 0, count: timeline.plan.types.count)
    var byWeekdayAndHour = [Int](repeating: 0, count: 168)
    var properties: [String: [String: [String: Int]]] = [:]
    let wanted = timeline.plan.options.propertyStatistics
    for position in timeline.indices {
      byType[Int(timeline.frame.types[timeline.range.lowerBound + position])] += 1
      let local = timeline.localTime(at: position)
      byWeekdayAndHour[local.weekday * 24 + local.hour] += 1
      if wanted.isEmpty { continue }
      let type = timeline.type(at: position)
      guard let names = wanted[type], let text = timeline.properties(at: position),
        let object = try? JSONDecoder().decode([String: JSONValue].self, from: Data(text.utf8))
      else { continue }
      for name in Set(names) {
        for value in Self.countedValues(object[name]) {
          properties[type, default: [:]][name, default: [:]][value, default: 0] += 1
        }
      }
    }
    self.init(
      // Types that differ in bytes only, as "é" composed and decomposed, are one key to a dictionary of strings.
      countByType: Dictionary(
        byType.enumerated().filter { $0.element > 0 }.map {
          (timeline.plan.types.text(of: UInt32($0.offset)), $0.element)
        }, uniquingKeysWith: +),
      countByHour: (0..<24).map { hour in
        stride(from: hour, to: 168, by: 24).reduce(0) { $0 + byWeekdayAndHour[$1] }
      },
      countByWeekday: (0..<7).map { byWeekdayAndHour[$0 * 24..<$0 * 24 + 24].reduce(0, +) },
      countByWeekdayAndHour: byWeekdayAndHour, propertyCounts: properties)
  }

  private static func countedValues(_ value: JSONValue?) -> Set<String> {
    switch value {
    case .string(let text): [text]
    case .number(let number): [Int64(exactly: number).map(String.init) ?? String(number)]
    case .bool(let flag): [String(flag)]
    case .array(let elements): elements.reduce(into: []) { $0.formUnion(countedValues($1)) }
    case .object, .null, nil: []
    }
  }
}
