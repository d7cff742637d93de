import Habitus

/// A grouping of users.
struct ClustersAnswer: Encodable {
  let window: WindowAnswer
  let users: Int
  let ungrouped: Int
  let outliers: Int
  let features: [String]
  let choice: ClusterChoice
  let lineage: ClusterLineage?
  let clusters: [Cluster]
  private let words: ClusterPageWords

  private enum CodingKeys: CodingKey { case window, users, ungrouped, outliers, features, choice, lineage, clusters }

  /// - Parameter only: the one group to show; all of them unless given.
  init(_ model: ClusterModel, _ configuration: HabitusConfiguration, only: Cluster? = nil) {
    window = WindowAnswer(model.window, configuration)
    users = model.userCount
    ungrouped = model.ungroupedCount
    outliers = model.outlierCount
    features = model.features
    choice = model.choice
    lineage = model.lineage
    clusters = only.map { [$0] } ?? model.clusters
    words = ClusterPageWords(language: configuration.visualization.language)
  }

  var title: String { words.groups(clusters.count, of: users) }

  /// Sizes and names of all groups, what became of those before, and why there are so many.
  func fillList(_ page: inout Page) {
    fill(&page, showsTraits: false)
    fillLineage(&page)
    fillCandidates(&page)
  }

  private func fillLineage(_ page: inout Page) {
    guard let lineage, !lineage.changes.isEmpty else { return }
    page.heading(words.sinceBefore)
    for change in lineage.changes { page.point(words.change(change)) }
    page.point(words.kept(lineage.keptShare))
  }

  /// The curve of the numbers that were tried.
  private func fillCandidates(_ page: inout Page) {
    guard !choice.candidates.isEmpty else { return }
    page.heading(words.tried)
    let usesCriterion = choice.candidates.contains { $0.bayesianInformationCriterion != nil }
    var table = TextTable(
      usesCriterion
        ? [.number(words.groupCount), .number(words.criterion), .number(words.smallest)]
        : [
          .number(words.groupCount), .number(words.silhouette), .number(words.stability),
          .number("Caliński–Harabasz"), .number("Davies–Bouldin"), .number(words.smallest),
        ], indentation: 2)
    for candidate in choice.candidates {
      table.append(usesCriterion ? criterionCells(candidate) : cells(candidate))
    }
    page.table(table)
  }

  private func criterionCells(_ candidate: ClusterChoice.Candidate) -> [String] {
    [
      "\(candidate.clusterCount)", candidate.bayesianInformationCriterion.map { text($0, .count) } ?? "",
      text(Double(candidate.smallestSize), .count),
    ]
  }

  private func cells(_ candidate: ClusterChoice.Candidate) -> [String] {
    [
      "\(candidate.clusterCount)", candidate.silhouette.map(words.decimal) ?? "",
      candidate.stability.map(words.decimal) ?? "",
      candidate.calinskiHarabasz.map { text($0.rounded(), .count) } ?? "",
      candidate.daviesBouldin.map(words.decimal) ?? "",
      text(Double(candidate.smallestSize), .count),
    ]
  }

  /// Sizes and names of all groups, then each one in words and figures.
  func fill(_ page: inout Page, showsTraits: Bool = true) {
    page.paragraph(choice.reason[words.language])
    page.blank()
    page.table(overview)
    if ungrouped > 0 {
      page.blank()
      page.note(words.outsiders(ungrouped), indentation: 2)
    }
    if outliers > ungrouped {
      page.blank()
      page.note(words.outliers(outliers - ungrouped), indentation: 2)
    }
    guard showsTraits else { return }
    for cluster in clusters { fill(&page, with: cluster) }
    fillNotes(&page)
  }

  /// One group in words and figures; `note` says over which window.
  func fillOnly(_ page: inout Page, note: String) {
    for cluster in clusters {
      page.title(words.heading(cluster.id, cluster.name[words.language]))
      page.note(note)
      page.blank()
      page.table(overview)
      page.blank()
      fillBody(&page, with: cluster)
    }
    fillNotes(&page)
  }

  private var overview: TextTable {
    let hasStability = clusters.contains { $0.stability != nil }
    var table = TextTable(
      [.number(words.group), .number(words.users), .number(words.share), .text("")]
        + (hasStability ? [TextTable.Column(title: words.stability)] : []) + [.prose(words.name)], indentation: 2)
    for cluster in clusters {
      table.append(
        [
          "\(cluster.id)", text(Double(cluster.size), .count), text(cluster.share, .share),
          Bars.bar(cluster.share, width: 12),
        ] + (hasStability ? [cluster.stability.map(words.stabilityText) ?? ""] : [])
          + [cluster.name[words.language]])
    }
    return table
  }

  private func fill(_ page: inout Page, with cluster: Cluster) {
    page.heading(words.heading(cluster.id, cluster.name[words.language]))
    fillBody(&page, with: cluster)
  }

  private func fillBody(_ page: inout Page, with cluster: Cluster) {
    for sentence in cluster.sentences { page.point(sentence[words.language]) }
    guard !cluster.traits.isEmpty else { return }
    page.blank()
    var table = EffectTable(words: words, columns: [words.here, words.elsewhere])
    for trait in cluster.traits {
      table.append(trait.feature, trait.mean, trait.restMean, trait.effectSize, trait.interval)
    }
    page.table(table.table(width: page.width))
  }

  private func fillNotes(_ page: inout Page) {
    page.blank()
    if clusters.contains(where: { $0.stability != nil }) { page.note(words.stabilityNote()) }
    if clusters.contains(where: { !$0.traits.isEmpty }) { page.note(words.effectNote) }
  }

  private func text(_ value: Double, _ unit: FeatureUnit) -> String { FeatureTexts.value(value, unit)[words.language] }
}

/// Features in which users differ, with the effects as pictures.
struct EffectTable {
  private struct Row {
    let cells: [String]
    let effect: Double
    let interval: ClosedRange<Double>
    let last: String?
  }

  let words: ClusterPageWords
  /// Titles of the two columns of means.
  let columns: [String]
  /// Title of a further column.
  var lastColumn: String?
  private var rows: [Row] = []

  private static let pictureWidth = 17
  /// Narrower pages have no pictures.
  private static let leastWidthWithPictures = 100

  init(words: ClusterPageWords, columns: [String], lastColumn: String? = nil) {
    self.words = words
    self.columns = columns
    self.lastColumn = lastColumn
  }

  mutating func append(
    _ feature: String, _ mean: Double, _ other: Double, _ effect: Double, _ interval: ClosedRange<Double>,
    last: String? = nil
  ) {
    let (here, there) = FeatureTexts.values(mean, other, FeatureTexts.unit(of: feature))
    rows.append(
      Row(
        cells: [FeatureTexts.label(of: feature)[words.language], here[words.language], there[words.language]],
        effect: effect, interval: interval, last: last))
  }

  /// The table; its pictures are on one scale.
  func table(width: Int) -> TextTable {
    let hasPictures = width >= Self.leastWidthWithPictures
    var table = TextTable(
      [.prose(words.feature)] + columns.map { .number($0) } + [.number(words.effect), .number(words.interval)]
        + (hasPictures ? [.init(title: "")] : []) + (lastColumn.map { [.number($0)] } ?? []), indentation: 2)
    let maximum = rows.reduce(0) {
      max($0, $1.interval.lowerBound.magnitude, $1.interval.upperBound.magnitude)
    }
    for row in rows {
      let interval = words.signed(row.interval.lowerBound) + words.to + words.signed(row.interval.upperBound)
      let picture = Bars.effect(row.effect, row.interval, maximum: maximum, width: Self.pictureWidth)
      table.append(
        row.cells + [words.signed(row.effect), interval] + (hasPictures ? [picture] : [])
          + (lastColumn == nil ? [] : [row.last ?? ""]))
    }
    return table
  }
}
