public import HabitusModel

/// What a profile keeps of predictions: the numbers that are the user's own. Words, names of features and how well such
/// predictions do are with the models that made them, which all users share.
public struct PredictionRecord: Sendable, Equatable {
  /// The numbers of one prediction; amounts keep single precision.
  public struct Entry: Sendable, Equatable {
    /// What is predicted.
    public let kind: Prediction.Kind
    /// The event type, of a goal and of the likeliest next event.
    public let subject: String?
    /// Within how many days, where there is a horizon.
    public let horizonDays: Int?
    /// A probability, an expected number or an amount.
    public let value: Double
    /// The probability of any visit, of visits.
    public let probability: Double?
    /// What it rests on most, strongest first.
    public let reasons: [Reason]
    /// The likeliest next events, likeliest first.
    public let candidates: [Prediction.Candidate]

    /// Makes an entry from its parts.
    public init(
      kind: Prediction.Kind, subject: String? = nil, horizonDays: Int? = nil, value: Double, probability: Double? = nil,
      reasons: [Reason] = [], candidates: [Prediction.Candidate] = []
    ) {
      self.kind = kind
      self.subject = subject
      self.horizonDays = horizonDays
      self.value = value
      self.probability = probability
      self.reasons = reasons
      self.candidates = candidates
    }
  }

  /// One of the user's features that a prediction rests on.
  public struct Reason: Sendable, Equatable {
    /// The place of the feature among those of the model.
    public let feature: Int
    /// The user's value; `nil` where there is none.
    public let value: Double?
    /// By how much it raises or lowers the logarithm of the odds.
    public let contribution: Double

    /// Makes a reason from its parts.
    public init(feature: Int, value: Double?, contribution: Double) {
      self.feature = feature
      self.value = value
      self.contribution = contribution
    }
  }

  /// When the models were learned that the predictions were made with: tells whose they are.
  public let learned: Timestamp
  /// The entries, in binary form: the records of everybody are held at a time.
  let bytes: [UInt8]

  /// Keeps predictions.
  public init(learned: Timestamp, _ entries: [Entry]) {
    self.learned = learned
    var writer = ByteWriter()
    writer.append(learned.milliseconds)
    writer.append(variableLength: UInt64(entries.count))
    for entry in entries { writer.append(entry) }
    bytes = writer.bytes
  }

  init(reading reader: inout ByteReader) throws {
    bytes = Array(try reader.rest())
    learned = try bytes.withUnsafeBytes { bytes in
      var reader = ByteReader(bytes)
      return Timestamp(milliseconds: try reader.integer(Int64.self))
    }
  }

  /// The predictions.
  ///
  /// - Throws: ``StoreError/damaged(_:)``.
  public func entries() throws -> [Entry] {
    try bytes.withUnsafeBytes { bytes in
      var reader = ByteReader(bytes)
      _ = try reader.integer(Int64.self)
      return try (0..<(try reader.itemCount())).map { _ in try reader.predictionEntry() }
    }
  }
}

extension Prediction.Kind {
  /// The kinds as they are written; a number keeps its meaning for ever.
  fileprivate static let numbered: [Prediction.Kind] = [
    .active, .visits, .churn, .goal, .purchaseValue, .value, .nextEvent,
  ]
}

extension ByteWriter {
  /// What of an entry there is, as bits.
  fileprivate mutating func append(_ entry: PredictionRecord.Entry) {
    append(UInt8(Prediction.Kind.numbered.firstIndex(of: entry.kind) ?? 0))
    append(UInt8((entry.subject == nil ? 0 : 1) | (entry.probability == nil ? 0 : 2)))
    if let subject = entry.subject { append(text: subject) }
    append(variableLength: UInt64(entry.horizonDays ?? 0))
    append(Float(entry.value).bitPattern)
    if let probability = entry.probability { append(Float(probability).bitPattern) }
    append(variableLength: UInt64(entry.reasons.count))
    for reason in entry.reasons {
      append(variableLength: UInt64(reason.feature))
      append(Float(reason.value ?? .nan).bitPattern)
      append(Float(reason.contribution).bitPattern)
    }
    append(variableLength: UInt64(entry.candidates.count))
    for candidate in entry.candidates {
      append(text: candidate.type)
      append(Float(candidate.probability).bitPattern)
    }
  }
}

extension ByteReader {
  fileprivate mutating func predictionEntry() throws -> PredictionRecord.Entry {
    let number = Int(try byte())
    guard Prediction.Kind.numbered.indices.contains(number) else {
      throw StoreError.damaged("a profile has an unknown kind of prediction")
    }
    let parts = try byte()
    let subject = parts & 1 == 0 ? nil : try text()
    let horizon = try count()
    let value = try amount()
    let probability = parts & 2 == 0 ? nil : try amount()
    let reasons = try (0..<(try itemCount())).map { _ in
      let feature = try count()
      let value = try amount()
      return PredictionRecord.Reason(feature: feature, value: value.isNaN ? nil : value, contribution: try amount())
    }
    let candidates = try (0..<(try itemCount())).map { _ in
      Prediction.Candidate(type: try text(), probability: try amount())
    }
    return PredictionRecord.Entry(
      kind: Prediction.Kind.numbered[number], subject: subject, horizonDays: horizon == 0 ? nil : horizon,
      value: value, probability: probability, reasons: reasons, candidates: candidates)
  }

  private mutating func amount() throws -> Double { Double(Float(bitPattern: try integer(UInt32.self))) }
}
