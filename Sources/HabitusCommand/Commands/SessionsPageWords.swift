import Habitus

/// What the page about sessions says around names and figures, in the configured language.
struct SessionsPageWords {
  let language: Language

  /// A trend is marked where it is as unlikely as this by chance.
  private static let trendLevel = 0.05

  private func choose(_ english: String, _ french: String) -> String {
    language == .english ? english : french
  }

  func title(user: String?, sessions: Int, users: Int) -> String {
    if let user {
      return choose(
        "\(count(sessions)) sessions of user \(user)", "\(count(sessions)) sessions de l’utilisateur \(user)")
    }
    return choose(
      "\(count(sessions)) sessions of \(count(users)) users",
      "\(count(sessions)) sessions de \(count(users)) utilisateurs")
  }

  // MARK: Titles of columns and headings

  var kind: String { choose("kind", "type") }
  var own: String { choose("own", "les siennes") }
  var sessions: String { choose("sessions", "sessions") }
  var users: String { choose("users", "utilisateurs") }
  var whatSetsApart: String { choose("what sets it apart", "ce qui le distingue") }
  var typical: String { choose("A typical session of each kind", "Une session typique de chaque type") }
  var friction: String { choose("Signals of friction", "Signes de difficulté") }
  var signal: String { choose("signal", "signe") }
  var perThousand: String { choose("per 1,000", "pour 1\u{202F}000") }
  var times: String { choose("times", "fois") }
  var byChance: String { choose("by chance", "par hasard") }
  var halves: String { choose("by half", "par moitié") }
  var place: String { choose("where", "où") }
  var turned: String { choose("turn round", "font demi-tour") }
  var elsewhere: String { choose("everywhere", "partout") }

  func name(_ signal: FrictionSignal) -> String {
    switch signal {
    case .rageClicks: choose("Rage clicks", "Clics de rage")
    case .backAndForth: choose("Quick returns", "Retours rapides")
    case .loop: choose("Loops", "Boucles")
    case .deadEnd: choose("Dead ends", "Impasses")
    }
  }

  // MARK: Figures

  func count(_ count: Int) -> String { FeatureTexts.value(Double(count), .count)[language] }

  func share(_ share: Double) -> String { FeatureTexts.value(share, .share)[language] }

  func rate(_ rate: Double) -> String { FeatureTexts.value(rate, .count)[language] }

  func place(_ signal: FrictionSignal, _ elements: [String]) -> String {
    switch signal {
    case .rageClicks, .deadEnd: elements.joined(separator: " · ")
    case .backAndForth, .loop: (elements + elements.prefix(1)).joined(separator: " → ")
    }
  }

  // MARK: Sentences

  /// Whether a signal is chance, and whether it changed.
  func remark(_ finding: FrictionReport.Finding) -> String {
    guard finding.sessionCount > 0 else { return "" }
    guard finding.isMoreThanChance else { return choose("chance", "hasard") }
    guard let trend = finding.trend, trend.pValue <= Self.trendLevel else { return "" }
    return trend.secondRate > trend.firstRate ? choose("rising", "en hausse") : choose("falling", "en baisse")
  }

  func unassigned(_ share: Double) -> String {
    choose(
      "\(self.share(share)) of sessions are of no kind.", "\(self.share(share)) des sessions ne sont d’aucun type.")
  }

  func sampled(_ count: Int) -> String {
    choose(
      "Shares are those of a random sample of \(self.count(count)) sessions.",
      "Les parts sont celles d’un échantillon aléatoire de \(self.count(count)) sessions.")
  }

  func more(_ count: Int, of total: Int) -> String {
    choose("\(self.count(count)) more: --limit \(total)", "\(self.count(count)) de plus\u{202F}: --limit \(total)")
  }
}
