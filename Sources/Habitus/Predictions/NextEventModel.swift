internal import HabitusKernels
internal import HabitusModel
internal import HabitusStore

/// Which type of event users do next, by the last three and what each has done before, learned from a sample of users.
///
/// The latest fifth of the sample's events is held out for the measure; how much each length of context counts is
/// fitted to the latest fifth of the rest.
struct NextEventModel: Sendable, Codable {
  /// The types that are told apart, by item; rarer ones are one item, the next number.
  let types: [String]
  let model: NextEvent.Model
  let quality: NextEventQuality

  /// The most types that are told apart.
  static let mostTypes = 100
  /// How many types are told.
  static let candidateCount = 3
  /// The longest context.
  private static let order = 3
  /// The fewest events of each fifth.
  private static let leastEvents = 100
  /// The fewest users with events held out.
  private static let leastUsers = 20

  /// A model, or why there is none.
  enum Outcome {
    case model(NextEventModel)
    case withheld(LocalizedText, NextEventQuality?)

    var model: NextEventModel? { if case .model(let model) = self { model } else { nil } }

    var withheld: [WithheldPrediction] {
      guard case .withheld(let reason, let quality) = self else { return [] }
      return [WithheldPrediction(kind: .nextEvent, reason: reason, quality: quality.map { .nextEvent($0) })]
    }
  }

  static func learned(from sequences: EventSequences, end: Timestamp, _ names: TermDictionary) throws -> Outcome {
    let types = Self.types(of: sequences, names)
    let numbers = Dictionary(uniqueKeysWithValues: types.enumerated().map { ($0.element, Int32($0.offset)) })
    let items = sequences.types.map { own in own.map { numbers[names.text(of: $0)] ?? Int32(types.count) } }
    let split = Split(sequences)
    func withheld(_ count: Int) -> Outcome {
      .withheld(PredictionWords.tooFewEvents(count, needed: leastEvents), nil)
    }
    let counts = sequences.counts(before: split.heldOut)
    let users = zip(counts, items).count { $0 < $1.count }
    let heldOutCount = items.reduce(0) { $0 + $1.count } - counts.reduce(0, +)
    guard types.count != 1 else { return .withheld(PredictionWords.oneType, nil) }
    guard users >= leastUsers, heldOutCount >= leastEvents else { return withheld(heldOutCount) }
    let fittedCounts = sequences.counts(before: split.fitted)
    let fittedOn = zip(fittedCounts, counts).reduce(0) { $0 + $1.1 - $1.0 }
    guard fittedCounts.reduce(0, +) >= leastEvents, fittedOn >= leastEvents else { return withheld(fittedOn) }

    let known = SequenceDatabase(zip(items, counts).map { Array($0.prefix($1)) })
    let parameters = try NextEvent.fitted(
      order: order, usesOwn: true, training: SequenceDatabase(zip(items, fittedCounts).map { Array($0.prefix($1)) }),
      heldOut: known, from: fittedCounts)
    let all = SequenceDatabase(items)
    let scores = try parameters.fit(known).scores(on: all, from: counts, topCount: candidateCount)
    let quality = NextEventQuality(
      scores, users: users,
      heldOutDays: Int(((Double(end.milliseconds - split.heldOut)) / 86_400_000).rounded(.up)))
    guard quality.lowestImprovement > 0 else { return .withheld(PredictionWords.noBetter(quality), quality) }
    return .model(NextEventModel(types: types, model: try parameters.fit(all), quality: quality))
  }

  /// The most frequent types, of equals the first by name.
  private static func types(of sequences: EventSequences, _ names: TermDictionary) -> [String] {
    var counts: [UInt32: Int] = [:]
    for type in sequences.types.joined() { counts[type, default: 0] += 1 }
    return counts.map { (name: names.text(of: $0.key), count: $0.value) }
      .sorted { ($1.count, $0.name) < ($0.count, $1.name) }.prefix(mostTypes).map(\.name)
  }

  /// Moments that cut off the latest fifth of all events, and the latest fifth of the rest.
  private struct Split {
    let fitted: Int64
    let heldOut: Int64

    init(_ sequences: EventSequences) {
      let times = sequences.times.joined().sorted()
      let last = times.isEmpty ? 0 : times[times.count * 4 / 5]
      let rest = times.prefix { $0 < last }
      fitted = rest.isEmpty ? last : rest[rest.count * 4 / 5]
      heldOut = last
    }
  }

  /// The item of each type by code.
  func items(_ names: TermDictionary) -> [Int32] {
    let numbers = Dictionary(uniqueKeysWithValues: types.enumerated().map { ($0.element, Int32($0.offset)) })
    return (0..<UInt32(names.count)).map { numbers[names.text(of: $0)] ?? Int32(types.count) }
  }

  /// What comes after a history of items; nothing where only rare types may.
  func entry(after history: [Int32]) -> PredictionRecord.Entry? {
    let candidates = model.likeliest(Self.candidateCount, after: history, excluding: [Int32(types.count)]).map {
      Prediction.Candidate(type: types[Int($0.item)], probability: $0.probability)
    }
    guard let first = candidates.first else { return nil }
    return PredictionRecord.Entry(
      kind: .nextEvent, subject: first.type, value: first.probability, candidates: candidates)
  }

  /// The prediction that an entry stands for.
  func prediction(of entry: PredictionRecord.Entry) -> Prediction {
    Prediction(
      kind: .nextEvent, subject: entry.subject, value: entry.value, candidates: entry.candidates,
      quality: .nextEvent(quality), sentence: PredictionWords.nextEvent(entry.candidates))
  }
}

extension NextEventQuality {
  fileprivate init(_ scores: NextEventScores, users: Int, heldOutDays: Int) {
    let distribution = StudentTDistribution(degreesOfFreedom: Double(max(1, users - 1)))
    let half = (scores.improvementStandardError ?? .infinity) * distribution.quantile(0.975)
    self.init(
      heldOutDays: heldOutDays, users: users, events: scores.count, accuracy: scores.accuracy,
      topThreeAccuracy: scores.topAccuracies[scores.topAccuracies.count - 1], usualAccuracy: scores.sharesAccuracy,
      logLoss: scores.logLoss, usualLogLoss: scores.sharesLogLoss, lowestImprovement: scores.improvement - half)
  }
}
