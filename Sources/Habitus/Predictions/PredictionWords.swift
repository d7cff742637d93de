internal import HabitusModel

/// Sentences about predictions.
enum PredictionWords {
  static let space = ValueText.space

  static func days(_ count: Int, _ language: Language) -> String {
    PatternWords.count(count, ("day", "days"), ("jour", "jours"), language)
  }

  static func percent(_ share: Double, _ language: Language) -> String {
    PatternWords.percent((share * 1000).rounded() / 1000, language)
  }

  // MARK: Predictions

  /// `Still comes with a probability of 87 %.`
  static func active(_ probability: Double, cameAgain: Bool) -> LocalizedText {
    LocalizedText { language in
      let percent = percent(probability, language)
      switch (language, cameAgain) {
      case (.english, false): return "Came on one day only; nothing says yet that the user has left."
      case (.french, false): return "N’est venu qu’un jour\(space); rien ne dit encore qu’il est parti."
      case (.english, true): return "Still comes with a probability of \(percent)."
      case (.french, true): return "Vient encore, avec une probabilité de \(percent)."
      }
    }
  }

  /// `Expected on 3.4 of the next 30 days; on any of them with a probability of 92 %.`
  static func visits(_ count: Double, horizon: Int, probability: Double) -> LocalizedText {
    LocalizedText { language in
      let count = NumberWords.text(count, digits: count < 10 ? 1 : 0, language)
      let percent = percent(probability, language)
      return switch language {
      case .english:
        "Expected on \(count) of the next \(days(horizon, language)); on any of them with a probability of \(percent)."
      case .french:
        "Attendu \(count)\(space)des \(horizon)\(space)prochains jours\(space); au moins l’un d’eux avec une probabilité "
          + "de \(percent)."
      }
    }
  }

  /// `Does not come within 30 days with a probability of 62 %: a high risk; 20 % is usual.`
  static func churn(_ probability: Double, _ risk: Prediction.Risk, usual: Double, horizon: Int) -> LocalizedText {
    LocalizedText { language in
      let (percent, usual) = (percent(probability, language), percent(usual, language))
      let risk =
        switch (risk, language) {
        case (.low, .english): "a low risk"
        case (.medium, .english): "a medium risk"
        case (.high, .english): "a high risk"
        case (.low, .french): "risque faible"
        case (.medium, .french): "risque moyen"
        case (.high, .french): "risque élevé"
        }
      return switch language {
      case .english:
        "Does not come within \(days(horizon, language)) with a probability of \(percent): \(risk); \(usual) is usual."
      case .french:
        "Ne vient pas d’ici \(days(horizon, language)), avec une probabilité de \(percent)\(space): \(risk)\(space); "
          + "\(usual) est habituel."
      }
    }
  }

  /// `'apply' within 30 days with a probability of 12 %; 4 % is usual.`
  static func goal(_ type: String, _ probability: Double, usual: Double, horizon: Int) -> LocalizedText {
    LocalizedText { language in
      let (percent, usual) = (percent(probability, language), percent(usual, language))
      let name = PatternWords.name(type)
      return switch language {
      case .english:
        "‘\(name)’ within \(days(horizon, language)) with a probability of \(percent); \(usual) is usual."
      case .french:
        "«\(space)\(name)\(space)» d’ici \(days(horizon, language)), avec une probabilité de \(percent)\(space); "
          + "\(usual) est habituel."
      }
    }
  }

  // MARK: Why nothing is predicted

  /// There is too little history to try the prediction on.
  static func tooShort(days count: Int, needed: Int) -> LocalizedText {
    LocalizedText { language in
      switch language {
      case .english:
        "There are events of \(days(count, language)); it takes \(days(needed, language)) to predict and to see how well "
          + "that does."
      case .french:
        "Il y a des événements sur \(days(count, language))\(space); il en faut \(days(needed, language)) pour prédire et "
          + "voir ce que cela vaut."
      }
    }
  }

  /// The model of visits fits nobody.
  static let noVisitModel = LocalizedText(
    english: "No model of visits fits: nobody came on a second day.",
    french: "Aucun modèle des visites ne convient\u{202F}: personne n’est venu un deuxième jour.")

  /// It happens, or does not, to too few users.
  static func tooFew(_ count: Int, needed: Int) -> LocalizedText {
    LocalizedText { language in
      let users = PatternWords.count(count, ("user", "users"), ("utilisateur", "utilisateurs"), language)
      return switch language {
      case .english: "It happened, or did not, to \(users) only; it takes \(needed) of either to learn from."
      case .french:
        "Cela n’est arrivé, ou pas arrivé, qu’à \(users)\(space); il en faut \(needed) de chaque pour en apprendre."
      }
    }
  }

  /// The kernel could not learn.
  static func notLearned(_ reason: String) -> LocalizedText {
    LocalizedText(
      english: "Nothing could be learned: \(reason).", french: "Rien n’a pu être appris\(space): \(reason).")
  }

  /// On held-out time it did no better than the base rate.
  static func noBetter(_ quality: ProbabilityQuality) -> LocalizedText {
    LocalizedText { language in
      let rate = percent(quality.baseRate, language)
      let skill = NumberWords.text(quality.brierSkill, digits: 3, language)
      return switch language {
      case .english:
        "On held-out time it did not surely do better than \(rate) for everybody (Brier skill \(skill))."
      case .french:
        "Sur une période tenue à l’écart, pas sûrement mieux que \(rate) pour tout le monde (score de Brier relatif "
          + "\(skill))."
      }
    }
  }
}
