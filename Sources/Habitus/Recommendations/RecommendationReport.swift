internal import HabitusKernels
public import HabitusModel

/// How recommendations are found.
public enum RecommendationWay: String, Sendable, Codable, CaseIterable {
  /// By factors of users and items, learned from who took to what.
  case factors
  /// By items that the same users take to.
  case itemToItem = "item_to_item"
  /// What most users take to.
  case popular
}

/// How well a way of recommending finds the item that each user took to last, among those that the user did not know.
public struct RecommendationQuality: Sendable, Equatable, Codable {
  /// The way.
  public let way: RecommendationWay
  /// How many users were looked at.
  public let users: Int
  /// How many recommendations were looked at.
  public let cutoff: Int
  /// The share of users whose item is among them.
  public let recall: Double
  /// The same, counting less the further down it stands.
  public let ndcg: Double
  /// The share of all items that is recommended to anybody.
  public let coverage: Double

  init(way: RecommendationWay, _ scores: RankingScores) {
    self.way = way
    users = scores.userCount
    cutoff = scores.cutoff
    recall = scores.recall
    ndcg = scores.ndcg
    coverage = scores.coverage
  }
}

/// An item for a user.
public struct Recommendation: Sendable, Equatable, Codable {
  /// What of the user's history an item is recommended because of.
  public struct Reason: Sendable, Equatable, Codable {
    /// An item that the user took to.
    public let item: String
    /// Its share in the score.
    public let share: Double
  }

  /// That an item which nobody has taken to yet fits the user's tastes.
  public struct Fit: Sendable, Equatable, Codable {
    /// 0…1: see ``ItemFit/score``.
    public let score: Double
    /// What speaks for it, strongest first.
    public let reasons: [ItemFit.Reason]
  }

  /// The item.
  public let item: String
  /// The category that the catalogue gives it; where it gives none, the one that it comes with most often in events.
  public let category: String?
  /// How much speaks for it, comparable within one answer only; 0 for what is popular and no more, and for what is new.
  public let score: Double
  /// What it is recommended because of, strongest first; empty for what is popular or new.
  public let reasons: [Reason]
  /// Of an item that nobody has taken to yet, how it fits; `nil` of any other.
  public let fit: Fit?
}

/// Items for a user.
public struct RecommendationReport: Sendable, Equatable {
  /// For whom: the canonical id.
  public let user: UserID
  /// The moment up to which events are known.
  public let asOf: Timestamp
  /// How they were found; what is missing is filled with what is popular.
  public let way: RecommendationWay
  /// How well each way does; empty where there were too few users to try them.
  public let qualities: [RecommendationQuality]
  /// The items, best first; where diversity was asked for, in the order in which they were picked.
  public let recommendations: [Recommendation]
}
