internal import HabitusModel

extension PatternWords {
  /// What is said of a signal of friction.
  ///
  /// - Parameters:
  ///   - place: where it is seen most; empty where it is not seen.
  ///   - users: how many show it; `nil` where it is about one user.
  static func friction(
    _ signal: FrictionSignal, place: [String], sessions: Int, of total: Int, users: Int?
  ) -> LocalizedText {
    LocalizedText { language in
      let what = label(of: signal)[language]
      guard sessions > 0, total > 0 else {
        return language == .english ? "\(what): in no session." : "\(what)\u{202F}: dans aucune session."
      }
      let number = Self.count(sessions, ("session", "sessions"), ("session", "sessions"), language)
      let share = percent(Double(sessions) / Double(total), language)
      let names = Self.place(signal, place, language)
      switch language {
      case .english:
        let who = users.map { " of " + Self.count($0, ("user", "users"), ("utilisateur", "utilisateurs"), language) }
        return "\(what): in \(number)\(who ?? "") (\(share)), most often \(names)."
      case .french:
        let who = users.map { " de " + Self.count($0, ("user", "users"), ("utilisateur", "utilisateurs"), language) }
        return "\(what)\u{202F}: dans \(number)\(who ?? "") (\(share)), le plus souvent \(names)."
      }
    }
  }

  /// The name of a signal, as a sentence begins with it.
  static func label(of signal: FrictionSignal) -> LocalizedText {
    switch signal {
    case .rageClicks: LocalizedText(english: "Rage clicks", french: "Clics de rage")
    case .backAndForth: LocalizedText(english: "Quick returns", french: "Retours rapides")
    case .loop: LocalizedText(english: "Going round in circles", french: "Parcours en boucle")
    case .deadEnd:
      LocalizedText(english: "Ending on a search without results", french: "Fin sur une recherche sans résultat")
    }
  }

  private static func place(_ signal: FrictionSignal, _ names: [String], _ language: Language) -> String {
    let spelled = names.map(name)
    switch signal {
    case .rageClicks, .deadEnd:
      return (language == .english ? "at " : "à ") + spelled.joined(separator: " · ")
    case .backAndForth:
      return (spelled + spelled.prefix(1)).joined(separator: " → ")
    case .loop:
      return (spelled + spelled.prefix(1)).joined(separator: " → ")
    }
  }
}
