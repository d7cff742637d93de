internal import HabitusModel

/// Rules as people read them.
enum RuleText {
  /// Conditions by alternative: `number of events > 20 and mean hour ≤ 20:30; or …`.
  static func text(_ alternatives: [[LocalizedText]]) -> LocalizedText {
    LocalizedText { language in
      let texts = alternatives.map { conditions in
        conditions.map { $0[language] }.joined(separator: language == .english ? " and " : " et ")
      }
      return texts.joined(separator: language == .english ? "; or " : "\u{202F}; ou ")
    }
  }

  static func condition(_ condition: ClusterRule.Condition, _ column: DescribedFeature) -> LocalizedText {
    let (above, atMost) = (
      condition.above.map { ValueText.exact($0, column.unit) },
      condition.atMost.map { ValueText.exact($0, column.unit) }
    )
    return LocalizedText { language in
      let label = column.words.label[language]
      if condition.missingValue == .required { return words.missing[language] + label }
      let text =
        switch (above?[language], atMost?[language]) {
        case (let above?, let atMost?): "\(above) < \(label) ≤ \(atMost)"
        case (let above?, nil): "\(label) > \(above)"
        case (nil, let atMost?): "\(label) ≤ \(atMost)"
        case (nil, nil): label + words.present[language]
        }
      return condition.missingValue == .accepted ? text + words.accepted[language] : text
    }
  }

  private static let words = (
    missing: LocalizedText(("no value of: ", "aucune valeur\u{202F}: ")),
    present: LocalizedText((" with a value", " avec une valeur")),
    accepted: LocalizedText((" (or no value)", " (ou aucune valeur)"))
  )
}
