public import HabitusModel

/// The derived parts of a profile, each replaced on its own.
public enum ProfilePart: Int, Sendable, CaseIterable {
  case features = 0
  case cluster, preferences, patterns, predictions
}

/// New values of some derived parts; a part that is `nil` stays as it is.
public struct ProfileUpdate: Sendable {
  /// Behavioural features.
  public var features: FeatureVector?
  /// The group the user belongs to.
  public var cluster: ClusterMembership?
  /// Preferences.
  public var preferences: [Preference]?
  /// Patterns.
  public var patterns: [Pattern]?
  /// Predictions.
  public var predictions: PredictionRecord?

  /// An update of the parts that are given.
  public init(
    features: FeatureVector? = nil, cluster: ClusterMembership? = nil, preferences: [Preference]? = nil,
    patterns: [Pattern]? = nil, predictions: PredictionRecord? = nil
  ) {
    self.features = features
    self.cluster = cluster
    self.preferences = preferences
    self.patterns = patterns
    self.predictions = predictions
  }
}

/// The binary form of the derived parts. Amounts that are shown to people are kept in single precision, features in double.
enum ProfileCodec {
  // MARK: Features

  static func encode(_ features: FeatureVector, featureSet: Int64) -> [UInt8] {
    var writer = ByteWriter()
    writer.append(variableLength: UInt64(featureSet))
    append(features.window, to: &writer)
    for value in features.storage { writer.append(value.bitPattern) }
    append(features.activity, to: &writer)
    return writer.bytes
  }

  static func decodeFeatures(
    _ reader: inout ByteReader, user: UserID, definitions: (Int64) throws -> [FeatureDefinition]
  ) throws -> FeatureVector {
    let definitions = try definitions(Int64(try reader.count()))
    let window = try window(&reader)
    let values = try definitions.map { _ in Double(bitPattern: try reader.integer(UInt64.self)) }
    return FeatureVector(
      user: user, window: window, definitions: definitions, storage: values, activity: try activity(&reader))
  }

  private static func append(_ window: AnalysisWindow, to writer: inout ByteWriter) {
    writer.append(window.start.milliseconds)
    writer.append(window.asOf.milliseconds)
    writer.append(variableLength: UInt64(window.days))
  }

  private static func window(_ reader: inout ByteReader) throws -> AnalysisWindow {
    let start = Timestamp(milliseconds: try reader.integer(Int64.self))
    let asOf = Timestamp(milliseconds: try reader.integer(Int64.self))
    return AnalysisWindow(start: start, asOf: asOf, days: try reader.count())
  }

  /// Only the hours that have events are written; the counts by hour and by weekday follow from them.
  private static func append(_ activity: ActivitySummary, to writer: inout ByteWriter) {
    let slots = activity.countByWeekdayAndHour.enumerated().filter { $0.element > 0 }
    writer.append(variableLength: UInt64(slots.count))
    for (slot, count) in slots {
      writer.append(UInt8(slot))
      writer.append(variableLength: UInt64(count))
    }
    append(activity.countByType, to: &writer)
    writer.append(variableLength: UInt64(activity.propertyCounts.count))
    for (type, properties) in activity.propertyCounts.sorted(by: { $0.key < $1.key }) {
      writer.append(text: type)
      writer.append(variableLength: UInt64(properties.count))
      for (property, counts) in properties.sorted(by: { $0.key < $1.key }) {
        writer.append(text: property)
        append(counts, to: &writer)
      }
    }
  }

  private static func activity(_ reader: inout ByteReader) throws -> ActivitySummary {
    var activity = ActivitySummary()
    for _ in 0..<(try reader.itemCount()) {
      let slot = Int(try reader.byte())
      guard slot < 168 else { throw StoreError.damaged("a profile has an impossible hour") }
      let count = try reader.count()
      activity.countByWeekdayAndHour[slot] = count
      activity.countByHour[slot % 24] += count
      activity.countByWeekday[slot / 24] += count
    }
    activity.countByType = try counts(&reader)
    for _ in 0..<(try reader.itemCount()) {
      let type = try reader.text()
      for _ in 0..<(try reader.itemCount()) {
        let property = try reader.text()
        activity.propertyCounts[type, default: [:]][property] = try counts(&reader)
      }
    }
    return activity
  }

  private static func append(_ counts: [String: Int], to writer: inout ByteWriter) {
    writer.append(variableLength: UInt64(counts.count))
    for (text, count) in counts.sorted(by: { $0.key < $1.key }) {
      writer.append(text: text)
      writer.append(variableLength: UInt64(count))
    }
  }

  private static func counts(_ reader: inout ByteReader) throws -> [String: Int] {
    var counts: [String: Int] = [:]
    for _ in 0..<(try reader.itemCount()) {
      let text = try reader.text()
      counts[text] = try reader.count()
    }
    return counts
  }

  // MARK: Cluster

  static func encode(_ membership: ClusterMembership) -> [UInt8] {
    var writer = ByteWriter()
    writer.append(variableLength: UInt64(membership.cluster ?? 0))
    writer.append(variableLength: UInt64(membership.secondCluster ?? 0))
    writer.append(membership.distance.bitPattern)
    writer.append(membership.confidence.bitPattern)
    writer.append(UInt8(membership.isOutlier ? 1 : 0))
    return writer.bytes
  }

  static func decodeCluster(_ reader: inout ByteReader) throws -> ClusterMembership {
    let cluster = try reader.count()
    let second = try reader.count()
    let distance = Double(bitPattern: try reader.integer(UInt64.self))
    let confidence = Double(bitPattern: try reader.integer(UInt64.self))
    // Memberships of earlier versions end here.
    let isOutlier = try reader.isAtEnd ? false : reader.byte() != 0
    return ClusterMembership(
      cluster: cluster == 0 ? nil : cluster, distance: distance, secondCluster: second == 0 ? nil : second,
      confidence: confidence, isOutlier: isOutlier)
  }
}
