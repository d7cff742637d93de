internal import HabitusModel

extension PatternWords {
  /// What is said of two things that go together.
  static func together(_ names: [String], share: Double, lift: Double?, _ unit: Pattern.Unit) -> LocalizedText {
    let things = list(names)
    return LocalizedText { language in
      let part = Self.percent(share, language)
      let times = lift.map { Self.times($0, language) }
      switch language {
      case .english:
        let place = unit == .users ? "\(part) of users have both" : "both are in \(part) of sessions"
        return "\(things.english) go together: \(place)"
          + (times.map { ", \($0) as often as chance would have it." } ?? ".")
      case .french:
        let place = unit == .users ? "chez \(part) des utilisateurs" : "dans \(part) des sessions"
        return "\(things.french) vont ensemble\u{202F}: les deux \(place)"
          + (times.map { ", \($0) ce que donnerait le hasard." } ?? ".")
      }
    }
  }

  /// What is said of a thing that follows another; `reversedShare` is how often it comes before.
  static func followUp(
    _ names: [String], share: Double, reversedShare: Double, lagSeconds: Double
  ) -> LocalizedText {
    let (first, second) = (name(names[0]), name(names[1]))
    return LocalizedText { language in
      let lag = DurationWords.text(seconds: lagSeconds, language)
      let (after, before) = (percent(share, language), percent(reversedShare, language))
      return switch language {
      case .english:
        "After \(first), \(second) comes within \(lag) in \(after) of sessions, before it in \(before)."
      case .french:
        "Après \(first), \(second) vient en moins de \(lag) dans \(after) des sessions, et avant dans \(before)."
      }
    }
  }

  /// What is said of two features that rise and fall together.
  static func correlation(_ labels: [LocalizedText], coefficient: Double) -> LocalizedText {
    LocalizedText { language in
      let number = NumberWords.text(coefficient, digits: 2, language)
      let (first, second) = (labels[0][language], labels[1][language])
      switch language {
      case .english:
        let way = coefficient > 0 ? "rise and fall together" : "go opposite ways"
        return "Over users, “\(first)” and “\(second)” \(way) (rank correlation \(number))."
      case .french:
        let way = coefficient > 0 ? "varient dans le même sens" : "varient en sens opposé"
        return "D’un utilisateur à l’autre, «\u{202F}\(first)\u{202F}» et «\u{202F}\(second)\u{202F}» \(way) "
          + "(corrélation de rang \(number))."
      }
    }
  }
}
