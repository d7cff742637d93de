import Habitus

/// What pages about patterns say around the sentences, in the configured language.
struct PatternPageWords {
  let language: Language

  private func choose(_ english: String, _ french: String) -> String { language == .english ? english : french }

  func title(of user: String) -> String { choose("Patterns of user \(user)", "Habitudes de l’utilisateur \(user)") }
  var titleOfEverybody: String { choose("Patterns of everybody", "Habitudes de tous") }
  var none: String {
    choose("None stands out from chance in this window.", "Aucune ne se distingue du hasard dans cette période.")
  }

  func heading(_ kind: Pattern.Kind) -> String {
    switch kind {
    case .sequence: choose("Sequences inside sessions", "Suites dans les sessions")
    case .path: choose("Paths, step by step", "Parcours pas à pas")
    case .hourOfDay: choose("Hours of the day", "Heures du jour")
    case .weekday: choose("Days of the week", "Jours de la semaine")
    case .hourOfWeek: choose("Hours of the week", "Heures de la semaine")
    case .routine: choose("Routines", "Routines")
    case .returns: choose("Returns", "Retours")
    case .nextVisit: choose("Next visit", "Prochaine visite")
    case .recurrentAction: choose("Recurrent actions", "Actions récurrentes")
    case .together: choose("What goes together", "Ce qui va ensemble")
    case .followUp: choose("What follows", "Ce qui suit")
    case .correlation: choose("What rises and falls together", "Ce qui varie ensemble")
    case .rageClicks: choose("Rage clicks", "Clics de rage")
    case .backAndForth: choose("Back and forth", "Allers-retours")
    case .loop: choose("Loops", "Boucles")
    case .levelChange: choose("Lasting changes", "Changements durables")
    case .burst: choose("Bursts", "Pics d’activité")
    case .unusualDay: choose("Unusual days", "Jours inhabituels")
    case .slippingAway: choose("Slipping away", "En train de partir")
    }
  }

  var own: String { choose("Their own", "Les siennes") }
  func ofCluster(_ number: Int?) -> String {
    number.map { choose("As in group \($0)", "Comme dans le groupe \($0)") }
      ?? choose("As in their group", "Comme dans son groupe")
  }
  var shared: String { choose("As everybody", "Comme tout le monde") }
  var missing: String { choose("What others do and they do not", "Ce que d’autres font et pas cet utilisateur") }

  func more(_ count: Int) -> String { choose("\(count) more", "\(count) de plus") }

  /// How usual a pattern is, and how sure.
  func remarks(_ pattern: Pattern) -> String {
    var remarks: [String] = []
    if let comparison = pattern.comparison {
      remarks.append(standing(comparison.standing))
      var others = choose("everybody: ", "chez tous\u{202F}: ") + NumberText.share(comparison.everybodyShare)
      if let share = comparison.clusterShare, let cluster = comparison.cluster {
        others += choose(", group \(cluster): ", ", groupe \(cluster)\u{202F}: ") + NumberText.share(share)
      }
      remarks.append(others)
    }
    if let qValue = pattern.qValue { remarks.append("q " + PatternText.probability(qValue)) }
    return remarks.joined(separator: " · ")
  }

  private func standing(_ standing: PatternComparison.Standing) -> String {
    switch standing {
    case .own: choose("their own", "propre à cet utilisateur")
    case .cluster: choose("as in their group", "comme dans son groupe")
    case .shared: choose("as everybody", "comme tout le monde")
    }
  }

  func evidence(_ occurrence: PatternOccurrence, from moment: String) -> String {
    let count = occurrence.eventCount
    let events =
      count == 1 ? choose("1 event", "1 événement") : choose("\(count) events", "\(count) événements")
    return "\(moment), \(occurrence.user.rawValue), \(events)"
  }
}

/// Figures of patterns in words.
enum PatternText {
  /// A probability: `0.012`, `3e-08`, `< 1e-99`.
  static func probability(_ value: Double) -> String {
    if value >= 0.001 { return NumberText.decimal(value, digits: 3) }
    if value < 1e-99 { return "< 1e-99" }
    var exponent = 0
    var mantissa = value
    while mantissa < 1 {
      mantissa *= 10
      exponent += 1
    }
    return "\(Int(mantissa))e-\(exponent)"
  }
}
