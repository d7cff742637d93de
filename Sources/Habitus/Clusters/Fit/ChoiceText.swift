internal import Foundation
internal import HabitusKernels
internal import HabitusModel

/// Why there are as many groups as there are, in words.
enum ChoiceText {
  static func reason(_ result: AutomaticClustering.Result, smallestGroup: Int) -> LocalizedText {
    let silhouette = result.evidence?.silhouette
    let (own, chance) = (silhouette?.value ?? 0, silhouette?.nullMean ?? 0)
    switch result.reason {
    case .tooFewDistinctPoints: return nothingToCompare
    case .clustersTooSmall:
      return LocalizedText(
        english: "One group: every number of groups that was tried leaves one with fewer than \(smallestGroup) users.",
        french:
          "Un seul groupe\u{202F}: chaque nombre de groupes essayé en laisse un de moins de \(smallestGroup) utilisateurs."
      )
    case .noEvidence:
      let judged = result.judgedCount ?? 2
      let isCompact = result.evidence?.isCompact ?? false
      return isCompact
        ? LocalizedText(
          english:
            "There are no groups here: users differ by degrees. Between the best \(judged) there is no gap, as there would be between groups.",
          french:
            "Il n’y a pas de groupes ici\u{202F}: les utilisateurs diffèrent par degrés. Entre les \(judged) meilleurs, rien ne sépare, comme il le faudrait entre des groupes."
        )
        : LocalizedText(
          english:
            "There are no groups here: the best \(judged) are no clearer (silhouette \(english(own))) than what the same search finds where there are none (\(english(chance))).",
          french:
            "Il n’y a pas de groupes ici\u{202F}: les \(judged) meilleurs ne sont pas plus nets (silhouette \(french(own))) que ce que la même recherche trouve là où il n’y en a pas (\(french(chance)))."
        )
    case .compactClusters:
      let count = result.judgedCount ?? 0
      return LocalizedText(
        english:
          "\(count) groups have the highest silhouette of the stable numbers (\(english(own)); \(english(chance)) where there are no groups), and there are gaps between them.",
        french:
          "\(count) groupes ont la meilleure silhouette parmi les nombres stables (\(french(own))\u{202F}; \(french(chance)) en l’absence de groupes), et des vides les séparent."
      )
    case .previousCount:
      let count = result.judgedCount ?? 0
      return LocalizedText(
        english:
          "The \(count) groups of the last fit are as clear as any other number (silhouette \(english(own)); \(english(chance)) where there are no groups), so they were kept.",
        french:
          "Les \(count) groupes du dernier ajustement sont aussi nets que tout autre nombre (silhouette \(french(own))\u{202F}; \(french(chance)) en l’absence de groupes)\u{202F}: ils ont été gardés."
      )
    case .denseClusters, .denseClustersOfOtherShape:
      let count = (result.partition.labels.lazy.compactMap(\.index).max() ?? -1) + 1
      let noise = result.densityEvidence?.noiseShare ?? 0
      return LocalizedText(
        english:
          "\(count) groups are dense regions of any shape, which round groups would cut through or lump together; \(percent(noise)) % of the users are in none.",
        french:
          "\(count) groupes sont des régions denses de forme quelconque, que des groupes ronds couperaient ou confondraient\u{202F}; \(percent(noise))\u{202F}% des utilisateurs ne sont dans aucun."
      )
    }
  }

  static let nothingToCompare = LocalizedText(
    english: "One group: the users do not differ enough to be told apart.",
    french: "Un seul groupe\u{202F}: les utilisateurs ne diffèrent pas assez pour être distingués.")

  static func configured(_ count: Int, key: String) -> LocalizedText {
    LocalizedText(
      english: "\(count) groups are configured (\(key)).",
      french: "\(count) groupes sont configurés (\(key)).")
  }

  static func highestSilhouette(_ curve: SilhouetteCurve) -> LocalizedText {
    guard let score = curve.score else {
      return LocalizedText(
        english: "One group: no number of groups that was tried can be judged.",
        french: "Un seul groupe\u{202F}: aucun nombre de groupes essayé ne peut être jugé.")
    }
    return LocalizedText(
      english: "\(curve.best) groups have the highest silhouette of those tried (\(english(score))).",
      french: "\(curve.best) groupes ont la meilleure silhouette parmi les nombres essayés (\(french(score))).")
  }

  static func leastCriterion(_ count: Int) -> LocalizedText {
    LocalizedText(
      english: "A mixture of \(count) has the least Bayesian information criterion of those tried.",
      french: "Un mélange de \(count) a le plus petit critère d’information bayésien parmi ceux essayés.")
  }

  static func byDensity(_ count: Int, _ labels: [ClusterLabel]) -> LocalizedText {
    let noise = Double(labels.count(where: \.isNoise)) / Double(max(1, labels.count))
    return LocalizedText(
      english: "\(count) dense regions were found; \(percent(noise)) % of the users are in none.",
      french:
        "\(count) régions denses ont été trouvées\u{202F}; \(percent(noise))\u{202F}% des utilisateurs ne sont dans aucune."
    )
  }

  private static func english(_ value: Double) -> String { String(format: "%.2f", value) }
  private static func french(_ value: Double) -> String {
    english(value).replacingOccurrences(of: ".", with: ",")
  }
  private static func percent(_ share: Double) -> String { String(format: "%.0f", 100 * share) }
}
