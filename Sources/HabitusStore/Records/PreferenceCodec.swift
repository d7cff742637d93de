internal import HabitusModel

/// The binary form of preferences: by dimension, what its values have in common once; amounts in single precision. Event
/// types are not kept.
enum PreferenceCodec {
  private static let directions: [Preference.Trend.Direction] = [.stable, .rising, .falling]

  static func encode(_ preferences: [Preference]) -> [UInt8] {
    var writer = ByteWriter()
    var rest = preferences[...]
    while let first = rest.first {
      let same = rest.prefix { $0.family == first.family && $0.dimension == first.dimension }
      rest = rest.dropFirst(same.count)
      writer.append(text: first.family.rawValue)
      writer.append(text: first.dimension)
      writer.append(variableLength: UInt64(same.count))
      for preference in same { append(preference, to: &writer) }
    }
    return writer.bytes
  }

  private static func append(_ preference: Preference, to writer: inout ByteWriter) {
    writer.append(text: preference.value)
    for amount in [
      preference.score, preference.interval.lowerBound, preference.interval.upperBound, preference.evidence,
      preference.evidenceAgainst, preference.populationShare, preference.probabilityAbovePopulation,
      preference.trend.recentShare ?? .nan, preference.trend.earlierShare ?? .nan, preference.trend.qValue,
    ] { writer.append(Float(amount).bitPattern) }
    writer.append(variableLength: UInt64(max(0, preference.eventsFor)))
    writer.append(variableLength: UInt64(max(0, preference.eventsAgainst)))
    writer.append(UInt8(directions.firstIndex(of: preference.trend.direction) ?? 0))
  }

  static func decode(_ reader: inout ByteReader) throws -> [Preference] {
    var preferences: [Preference] = []
    while !reader.isAtEnd {
      guard let family = Preference.Family(rawValue: try reader.text()) else {
        throw StoreError.damaged("a profile has an unknown kind of preference")
      }
      let dimension = try reader.text()
      for _ in 0..<(try reader.itemCount()) { preferences.append(try preference(family, dimension, &reader)) }
    }
    return preferences
  }

  private static func preference(
    _ family: Preference.Family, _ dimension: String, _ reader: inout ByteReader
  ) throws -> Preference {
    let value = try reader.text()
    func amount() throws -> Double { Double(Float(bitPattern: try reader.integer(UInt32.self))) }
    func share() throws -> Double? {
      let share = try amount()
      return share.isNaN ? nil : share
    }
    let (score, lower, upper) = (try amount(), try amount(), try amount())
    guard lower <= upper else { throw StoreError.damaged("a profile has an impossible interval") }
    let (evidence, evidenceAgainst) = (try amount(), try amount())
    let (populationShare, probability) = (try amount(), try amount())
    let (recent, earlier, qValue) = (try share(), try share(), try amount())
    let (eventsFor, eventsAgainst) = (try reader.count(), try reader.count())
    let direction = Int(try reader.byte())
    guard direction < directions.count else { throw StoreError.damaged("a profile has an impossible trend") }
    return Preference(
      family: family, dimension: dimension, value: value, score: score, interval: lower...upper, evidence: evidence,
      evidenceAgainst: evidenceAgainst, eventsFor: eventsFor, eventsAgainst: eventsAgainst,
      populationShare: populationShare, probabilityAbovePopulation: probability,
      trend: Preference.Trend(
        direction: directions[direction], recentShare: recent, earlierShare: earlier, qValue: qValue))
  }
}
