internal import Foundation
internal import HabitusModel
internal import Synchronization

extension Export {
  /// The columns of exported clusters: a row for each user who was compared.
  public static let clusterColumns = [
    "user_id", "cluster", "cluster_name", "cluster_size", "distance", "second_cluster", "confidence",
    "outlier",
  ]

  /// Writes the standing groups: which one each user belongs to, and how clearly.
  ///
  /// - Throws: ``HabitusError/notAnalysed(what:)`` before the first analysis.
  public func clusters(to sink: @escaping Sink) async throws {
    let model = try await UserClustering(workspace).currentModel()
    let clusters = Dictionary(uniqueKeysWithValues: model.clusters.map { ($0.id, $0) })
    let writer = Mutex(PieceWriter(RecordText(format: format, columns: Self.clusterColumns), sink))
    writer.withLock { $0.text.appendHeader() }
    try await ProfileManager(workspace).exportProfiles(includingPredictions: false) { profile in
      guard let membership = profile.cluster else { return }
      try writer.withLock { writer in
        writer.text.append(profile.user.rawValue)
        writer.text.append(membership.cluster)
        let cluster = membership.cluster.flatMap { clusters[$0] }
        writer.text.append(cluster?.name[workspace.configuration.visualization.language])
        writer.text.append(cluster?.size)
        writer.text.append(membership.distance)
        writer.text.append(membership.secondCluster)
        writer.text.append(membership.confidence)
        writer.text.append(membership.isOutlier)
        writer.text.endRow()
        try writer.flush(from: Self.pieceByteCount)
      }
    }
    try writer.withLock { try $0.flush(from: 1) }
  }

  /// The columns of exported profiles before those of the features.
  private static let profileColumns = [
    "user_id", "version", "created", "updated", "expires", "as_of", "window_days", "base", "cluster", "confidence",
    "preferences", "predictions",
  ]

  /// Writes every stored profile: base information, preferences and predictions as JSON, then a column a feature.
  ///
  /// - Parameter includingSecureFields: whether the fields that are kept apart are written, in a column `secure`.
  public func profiles(includingSecureFields: Bool = false, to sink: @escaping Sink) async throws {
    let names = FeatureExtractor(workspace).definitions.map(\.name)
    let columns = Self.profileColumns + (includingSecureFields ? ["secure"] : []) + names
    let writer = Mutex(PieceWriter(RecordText(format: format, columns: columns), sink))
    writer.withLock { $0.text.appendHeader() }
    try await ProfileManager(workspace).exportProfiles(includingSecureFields: includingSecureFields) { profile in
      try writer.withLock { writer in
        try writer.append(profile, names, includingSecureFields)
        try writer.flush(from: Self.pieceByteCount)
      }
    }
    try writer.withLock { try $0.flush(from: 1) }
  }
}

/// A text that is handed on whenever it has become long.
private struct PieceWriter: Sendable {
  var text: RecordText
  private let sink: Export.Sink
  private let encoder: JSONEncoder
  /// The definitions that ``columns`` were looked up in: profiles of one analysis share them.
  private var definitions: [FeatureDefinition] = []
  /// For each exported feature, its position among ``definitions``.
  private var columns: [Int?] = []

  init(_ text: RecordText, _ sink: @escaping Export.Sink) {
    self.text = text
    self.sink = sink
    encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  }

  mutating func flush(from byteCount: Int) throws {
    guard text.bytes.count >= byteCount else { return }
    try sink(text.bytes)
    text.removeAll()
  }

  mutating func append(_ profile: Profile, _ names: [String], _ includingSecureFields: Bool) throws {
    text.append(profile.user.rawValue)
    text.append(profile.version)
    text.append(profile.created)
    text.append(profile.updated)
    text.append(profile.expires)
    text.append(profile.features?.window.asOf)
    text.append(profile.features?.window.days)
    try append(fields: profile.base)
    text.append(profile.cluster?.cluster)
    text.append(profile.cluster?.confidence)
    append(profile.preferences)
    append(profile.predictions)
    if includingSecureFields { try append(fields: profile.secure ?? [:]) }
    append(profile.features, names)
    text.endRow()
  }

  private mutating func append(fields: [String: JSONValue]) throws {
    guard !fields.isEmpty else { return text.appendMissing() }
    try encoder.encode(fields).withUnsafeBytes { text.append(json: $0) }
  }

  private mutating func append(_ preferences: [Preference]) {
    guard !preferences.isEmpty else { return text.appendMissing() }
    var json: [UInt8] = [UInt8(ascii: "[")]
    for (index, preference) in preferences.enumerated() {
      json.append(contentsOf: (index == 0 ? "{\"dimension\":" : ",{\"dimension\":").utf8)
      JSONBytes.append(string: preference.dimension, to: &json)
      json.append(contentsOf: ",\"value\":".utf8)
      JSONBytes.append(string: preference.value, to: &json)
      for (name, number) in [
        ("score", preference.score), ("interval_low", preference.interval.lowerBound),
        ("interval_high", preference.interval.upperBound), ("evidence", preference.evidence),
      ] where number.isFinite {
        json.append(contentsOf: ",\"\(name)\":".utf8)
        json.append(decimal: number)
      }
      json.append(contentsOf: ",\"trend\":\"\(preference.trend.direction.rawValue)\"}".utf8)
    }
    json.append(UInt8(ascii: "]"))
    json.withUnsafeBytes { text.append(json: $0) }
  }

  /// The numbers alone: sentences and measures are the same for many users.
  private mutating func append(_ predictions: [Prediction]) {
    guard !predictions.isEmpty else { return text.appendMissing() }
    var json: [UInt8] = [UInt8(ascii: "[")]
    for (index, prediction) in predictions.enumerated() {
      json.append(contentsOf: (index == 0 ? "{\"kind\":" : ",{\"kind\":").utf8)
      JSONBytes.append(string: prediction.kind.rawValue, to: &json)
      if let subject = prediction.subject {
        json.append(contentsOf: ",\"subject\":".utf8)
        JSONBytes.append(string: subject, to: &json)
      }
      if let days = prediction.horizonDays { json.append(contentsOf: ",\"horizon_days\":\(days)".utf8) }
      if prediction.value.isFinite {
        json.append(contentsOf: ",\"value\":".utf8)
        json.append(decimal: prediction.value)
      }
      if let risk = prediction.risk { json.append(contentsOf: ",\"risk\":\"\(risk.rawValue)\"".utf8) }
      json.append(UInt8(ascii: "}"))
    }
    json.append(UInt8(ascii: "]"))
    json.withUnsafeBytes { text.append(json: $0) }
  }

  private mutating func append(_ features: FeatureVector?, _ names: [String]) {
    guard let features else {
      for _ in names { text.appendMissing() }
      return
    }
    if columns.isEmpty || features.definitions != definitions {
      definitions = features.definitions
      let positions = Dictionary(uniqueKeysWithValues: definitions.enumerated().map { ($0.element.name, $0.offset) })
      columns = names.map { positions[$0] }
    }
    for column in columns { text.append(column.map { features.storage[$0] }) }
  }
}
