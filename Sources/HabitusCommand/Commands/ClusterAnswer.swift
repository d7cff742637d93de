import Habitus

/// A grouping of users.
struct ClustersAnswer: Encodable {
  struct Candidate: Encodable {
    let clusterCount: Int
    let silhouette: Double?
    let inertia: Double
  }

  let window: WindowAnswer
  let users: Int
  let features: [String]
  let choice: String
  let candidates: [Candidate]
  let clusters: [Cluster]

  init(_ model: ClusterModel, _ configuration: HabitusConfiguration) {
    window = WindowAnswer(model.window, configuration)
    users = model.userCount
    features = model.features
    choice = model.choice
    candidates = model.candidates.map {
      Candidate(clusterCount: $0.clusterCount, silhouette: $0.silhouette, inertia: $0.inertia)
    }
    clusters = model.clusters
  }

  /// Sizes and names, then what sets each group apart.
  func fill(_ page: inout Page, showsTraits: Bool = true) {
    page.paragraph(choice)
    page.blank()
    var table = TextTable(
      [.number("group"), .number("users"), .number("share"), .text(""), .text("name")], indentation: 2)
    for cluster in clusters {
      table.append([
        "\(cluster.id)", NumberText.count(cluster.size), NumberText.share(cluster.share),
        Bars.bar(cluster.share, width: 12),
        cluster.name.english,
      ])
    }
    page.table(table)
    guard showsTraits, clusters.count > 1 else { return }
    let units = Dictionary(uniqueKeysWithValues: FeatureDictionary.definitions.map { ($0.name, $0.unit) })
    for cluster in clusters where !cluster.traits.isEmpty {
      page.heading("Group \(cluster.id): \(cluster.name.english)")
      var traits = TextTable(
        [.text("feature"), .number("mean here"), .number("of everybody"), .number("difference")], indentation: 2)
      for trait in cluster.traits {
        let unit = units[trait.feature] ?? .index
        let sign = trait.effectSize < 0 ? "-" : "+"
        traits.append([
          trait.feature, NumberText.value(trait.mean, unit), NumberText.value(trait.restMean, unit),
          "\(sign)\(NumberText.decimal(trait.effectSize.magnitude, digits: 1)) sd",
        ])
      }
      page.table(traits)
    }
    page.blank()
    page.note("sd: standard deviations of all compared users.")
  }
}
