public import HabitusModel

/// How far the users have moved away from the groups that stand, and whether these should be found anew.
public struct ClusterDrift: Sendable, Equatable {
  /// How much a distribution has changed.
  public enum Level: String, Sendable, Equatable, Codable, CaseIterable {
    /// Nothing of note, or nothing that chance could not do.
    case none
    /// Worth a look: a population stability index of 0.1 or more.
    case moderate
    /// What was learned at the fit may no longer hold: 0.25 or more.
    case major
  }

  /// How far a feature that users are compared by has moved.
  public struct FeatureDrift: Sendable, Equatable, Codable {
    /// The feature.
    public let feature: String
    /// The population stability index of the users now against those of the fit: 0 where nothing has changed.
    public let index: Double
    /// The index to expect without drift, from the numbers of users alone.
    public let expectedIndex: Double
    /// The share of such findings, among all features, that chance alone would give.
    public let qValue: Double
    /// What the index means; ``Level/none`` wherever chance explains it (a q-value above 0.01).
    public let level: Level
    /// Share of the users of the fit who had no value.
    public let fittedMissingShare: Double
    /// Share of the users now who have no value.
    public let missingShare: Double
  }

  /// When the groups were found.
  public let fitted: Timestamp
  /// How long ago that is.
  public let age: Duration
  /// Number of users whom the groups were found from.
  public let fittedUserCount: Int
  /// Number of users who are compared now.
  public let userCount: Int
  /// The drift of every compared feature, largest index first; empty where there is nobody to compare.
  public let features: [FeatureDrift]
  /// Of the users who were in a group at the fit and are compared now, the share who behave like another group, or like
  /// none; `nil` where there are no such users.
  public let movedShare: Double?
  /// Share of the users now who fit nowhere; `nil` where there is nobody to compare.
  public let outlierShare: Double?
  /// Why the groups should be found anew; empty where they should stand.
  public let reasons: [LocalizedText]
  /// Why the groups cannot be found anew, whatever speaks for it; `nil` where they can.
  public let obstacle: LocalizedText?

  /// Whether the groups should be found anew.
  public var isRefitDue: Bool { !reasons.isEmpty }
}

extension ClusterDrift {
  /// Joins what was measured, and decides by the configured policy.
  ///
  /// With fewer users than are needed for groups there is no reason to find them anew.
  init(
    fitted: Timestamp, now: Timestamp, fittedUserCount: Int, userCount: Int, features: [FeatureDrift],
    movedShare: Double?, outlierShare: Double?, policy: HabitusConfiguration.Clustering
  ) {
    self.fitted = fitted
    age = .milliseconds(max(0, now.milliseconds - fitted.milliseconds))
    self.fittedUserCount = fittedUserCount
    self.userCount = userCount
    self.features = features.sorted { ($1.index, $0.feature) < ($0.index, $1.feature) }
    self.movedShare = movedShare
    self.outlierShare = outlierShare
    let required = max(2, policy.minimumUserCount)
    obstacle = userCount < required ? RefitText.tooFewUsers(found: userCount, required: required) : nil
    guard obstacle == nil else {
      reasons = []
      return
    }
    var reasons: [LocalizedText] = []
    if age >= policy.updateFrequency { reasons.append(RefitText.age(age, limit: policy.updateFrequency)) }
    // Small numbers of users give large indices by chance.
    let drifted = self.features.filter { $0.index >= policy.refitDrift && $0.qValue <= Self.significance }
    if let largest = drifted.first {
      reasons.append(RefitText.drift(of: largest, count: drifted.count, limit: policy.refitDrift))
    }
    if let movedShare, movedShare >= policy.refitMovedShare {
      reasons.append(RefitText.moved(movedShare, limit: policy.refitMovedShare))
    }
    self.reasons = reasons
  }

  /// The largest q-value of a drift that counts.
  static let significance = 0.01
}

extension ClusterDrift.Level {
  /// What an index means, by the conventional limits (Siddiqi, "Credit Risk Scorecards", 2006).
  init(index: Double, qValue: Double) {
    self =
      if qValue > ClusterDrift.significance || index < 0.1 {
        .none
      } else {
        index < 0.25 ? .moderate : .major
      }
  }
}
