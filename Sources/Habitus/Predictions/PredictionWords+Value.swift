internal import HabitusModel

/// Sentences about amounts and about what comes next.
extension PredictionWords {
  private static func amount(_ amount: Double, _ language: Language) -> String {
    NumberWords.text(amount, digits: amount < 1000 ? 2 : 0, language)
  }

  /// `The next purchase is expected to be worth 37.2; 36.1 is usual.`
  static func purchaseValue(_ value: Double, usual: Double) -> LocalizedText {
    LocalizedText { language in
      let (value, usual) = (amount(value, language), amount(usual, language))
      return switch language {
      case .english: "The next purchase is expected to be worth \(value); \(usual) is usual."
      case .french: "Le prochain achat devrait valoir \(value)\(space); \(usual) est habituel."
      }
    }
  }

  /// `Expected to buy for 52.4 within 90 days.`
  static func value(_ value: Double, horizon: Int) -> LocalizedText {
    LocalizedText { language in
      let value = amount(value, language)
      return switch language {
      case .english: "Expected to buy for \(value) within \(days(horizon, language))."
      case .french: "Devrait acheter pour \(value) d’ici \(days(horizon, language))."
      }
    }
  }

  /// `Next is ‘view’ with a probability of 62 %, ‘click’ with 20 %, ‘search’ with 8 %.`
  static func nextEvent(_ candidates: [Prediction.Candidate]) -> LocalizedText {
    LocalizedText { language in
      let parts = candidates.enumerated().map { index, candidate in
        let (name, percent) = (PatternWords.name(candidate.type), percent(candidate.probability, language))
        return switch (language, index) {
        case (.english, 0): "‘\(name)’ with a probability of \(percent)"
        case (.english, _): "‘\(name)’ with \(percent)"
        case (.french, 0): "«\(space)\(name)\(space)» avec une probabilité de \(percent)"
        case (.french, _): "«\(space)\(name)\(space)» avec \(percent)"
        }
      }.joined(separator: ", ")
      return switch language {
      case .english: "Next is \(parts)."
      case .french: "Ensuite vient \(parts)."
      }
    }
  }

  // MARK: Why nothing is predicted

  /// Nobody, or too few, bought again.
  static func tooFewBuyers(_ count: Int, needed: Int) -> LocalizedText {
    LocalizedText { language in
      let users = PatternWords.count(count, ("user", "users"), ("utilisateur", "utilisateurs"), language)
      return switch language {
      case .english: "It takes \(needed) users who bought again on another day, and there are \(users)."
      case .french:
        "Il faut \(needed) utilisateurs qui ont racheté un autre jour, et il y a \(users)."
      }
    }
  }

  /// The models of purchases and their values fit nobody.
  static let noValueModel = LocalizedText(
    english: "No model of purchases and their values fits.",
    french: "Aucun modèle des achats et de leurs montants ne convient.")

  /// On held-out time it did no better than the mean.
  static func noBetter(_ quality: AmountQuality) -> LocalizedText {
    LocalizedText { language in
      let mean = amount(quality.meanObserved, language)
      let skill = NumberWords.text(quality.skill, digits: 3, language)
      return switch language {
      case .english: "On held-out time it did not surely do better than \(mean) for everybody (R² \(skill))."
      case .french:
        "Sur une période tenue à l’écart, pas sûrement mieux que \(mean) pour tout le monde (R² \(skill))."
      }
    }
  }

  /// There are too few events to try the prediction on.
  static func tooFewEvents(_ count: Int, needed: Int) -> LocalizedText {
    LocalizedText { language in
      let events = PatternWords.count(count, ("event", "events"), ("événement", "événements"), language)
      return switch language {
      case .english: "There are \(events) to try it on; it takes \(needed), of 20 users."
      case .french: "Il y a \(events) pour l’essayer\(space); il en faut \(needed), de 20 utilisateurs."
      }
    }
  }

  /// There is nothing to choose from.
  static let oneType = LocalizedText(
    english: "There is one type of event, which is no prediction.",
    french: "Il n’y a qu’un type d’événement, ce qui n’est pas une prédiction.")

  /// On held-out time what came before was no help.
  static func noBetter(_ quality: NextEventQuality) -> LocalizedText {
    LocalizedText { language in
      let (own, usual) = (
        NumberWords.text(quality.logLoss, digits: 3, language),
        NumberWords.text(quality.usualLogLoss, digits: 3, language)
      )
      return switch language {
      case .english:
        "On held-out time it did not surely do better than everybody’s frequencies (log-loss \(own), \(usual) by these)."
      case .french:
        "Sur une période tenue à l’écart, pas sûrement mieux que les fréquences de tous (perte logarithmique \(own), "
          + "\(usual) par celles-ci)."
      }
    }
  }
}
