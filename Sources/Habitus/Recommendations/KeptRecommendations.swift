internal import Foundation
internal import HabitusKernels
internal import HabitusModel

/// What is recommended with, as an analysis keeps it: nothing of any one user.
struct KeptRecommendations: Sendable, Codable {
  /// The weights of event types that it was learned with.
  let weights: [String: Double]
  let otherWeight: Double
  private let way: RecommendationWay
  private let scores: [RecommendationQuality]
  private let learned: RecommendationModel.Learned
  private let popularity: Popularity
  /// The items' codes, four bytes each, least first.
  private let items: Data
  /// The code of the category that each item comes with most often, so too; ``TermDictionary/missing`` for none.
  private let categories: Data

  init(
    _ model: RecommendationModel, _ histories: ItemHistories, _ names: TermDictionary,
    _ settings: HabitusConfiguration.Preferences
  ) {
    weights = settings.eventWeights
    otherWeight = settings.otherEventWeight
    (way, scores, popularity) = (model.way, model.scores, model.popularity)
    learned =
      if case .factors(let factors) = model.learned { .factors(factors.withoutUsers) } else { model.learned }
    items = Self.data(of: model.items)
    categories = Self.data(
      of: model.items.map { item in
        histories.category(of: item, names).flatMap(names.code) ?? TermDictionary.missing
      })
  }

  /// The model.
  var model: RecommendationModel {
    RecommendationModel(
      items: Self.codes(in: items), way: way, scores: scores, popularity: popularity, learned: learned)
  }

  /// By item's code, the category that it comes with.
  var categoryCounts: [UInt32: [UInt32: Int]] {
    let pairs = zip(Self.codes(in: items), Self.codes(in: categories)).filter { $0.1 != TermDictionary.missing }
    return Dictionary(pairs.map { ($0.0, [$0.1: 1]) }, uniquingKeysWith: { first, _ in first })
  }

  private static func data(of codes: [UInt32]) -> Data {
    codes.reduce(into: Data(capacity: codes.count * 4)) { data, code in
      withUnsafeBytes(of: code.littleEndian) { data.append(contentsOf: $0) }
    }
  }

  private static func codes(in data: Data) -> [UInt32] {
    data.withUnsafeBytes { bytes in
      (0..<bytes.count / 4).map { UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self)) }
    }
  }
}

extension RecommendationModel {
  /// Makes a model of what was kept.
  init(
    items: [UInt32], way: RecommendationWay, scores: [RecommendationQuality], popularity: Popularity, learned: Learned
  ) {
    self.items = items
    numbers = Dictionary(items.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { first, _ in first })
    (self.way, self.scores, self.popularity, self.learned) = (way, scores, popularity, learned)
  }
}
