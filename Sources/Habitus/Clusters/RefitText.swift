internal import Foundation
internal import HabitusModel

/// Why groups should be found anew, in sentences.
enum RefitText {
  static func age(_ age: Duration, limit: Duration) -> LocalizedText {
    let (age, limit) = (duration(age), duration(limit))
    return LocalizedText(
      english:
        "The groups were found \(age.english) ago; after \(limit.english) they are found anew (user_clustering.update_frequency_hours).",
      french:
        "Les groupes ont été formés il y a \(age.french)\u{202F}; ils sont recalculés au bout de \(limit.french) (user_clustering.update_frequency_hours)."
    )
  }

  static func drift(of largest: ClusterDrift.FeatureDrift, count: Int, limit: Double) -> LocalizedText {
    let (index, limit) = (decimal(largest.index, digits: 2), decimal(limit, digits: 2))
    let subject =
      count == 1
      ? LocalizedText(
        english: "The feature \(largest.feature) has drifted since the fit",
        french: "La variable \(largest.feature) a dérivé depuis la formation des groupes")
      : LocalizedText(
        english: "\(count) features have drifted since the fit, most of all \(largest.feature)",
        french: "\(count) variables ont dérivé depuis la formation des groupes, surtout \(largest.feature)")
    return LocalizedText(
      english:
        "\(subject.english): its population stability index is \(index.english); from \(limit.english) on the groups are found anew (user_clustering.refit_drift).",
      french:
        "\(subject.french)\u{202F}: son indice de stabilité de la population est de \(index.french)\u{202F}; à partir de \(limit.french), les groupes sont recalculés (user_clustering.refit_drift)."
    )
  }

  static func moved(_ share: Double, limit: Double) -> LocalizedText {
    let (share, limit) = (percentage(share), percentage(limit))
    return LocalizedText(
      english:
        "\(share.english) of the users behave like another group than at the fit; from \(limit.english) on the groups are found anew (user_clustering.refit_moved_share).",
      french:
        "\(share.french) des utilisateurs ne se comportent plus comme leur groupe d’origine\u{202F}; à partir de \(limit.french), les groupes sont recalculés (user_clustering.refit_moved_share)."
    )
  }

  static func tooFewUsers(found: Int, required: Int) -> LocalizedText {
    let subject =
      switch found {
      case 0: LocalizedText(english: "no user has", french: "aucun utilisateur n’a")
      case 1: LocalizedText(english: "only one user has", french: "un seul utilisateur a")
      default: LocalizedText(english: "only \(found) users have", french: "seuls \(found) utilisateurs ont")
      }
    return LocalizedText(
      english:
        "The groups stay as they are: \(subject.english) enough events in the window, and groups take at least \(required).",
      french:
        "Les groupes restent tels quels\u{202F}: \(subject.french) assez d’événements dans la fenêtre, alors qu’il en faut au moins \(required)."
    )
  }

  // MARK: Numbers

  /// Minutes below two hours, hours below two days, then days.
  private static func duration(_ duration: Duration) -> LocalizedText {
    let seconds = duration / .seconds(1)
    let (value, english, french) =
      switch seconds {
      case ..<7200: (seconds / 60, "minute", "minute")
      case ..<172_800: (seconds / 3600, "hour", "heure")
      default: (seconds / 86_400, "day", "jour")
      }
    let number = decimal(value, digits: 1)
    // A French noun is singular below two.
    return LocalizedText(
      english: "\(number.english) \(english)\(number.english == "1" ? "" : "s")",
      french: "\(number.french) \(french)\(value < 1.95 ? "" : "s")")
  }

  private static func percentage(_ share: Double) -> LocalizedText {
    let number = decimal(100 * share, digits: 1)
    return LocalizedText(english: "\(number.english) %", french: "\(number.french)\u{202F}%")
  }

  /// With at most so many digits after the point.
  private static func decimal(_ value: Double, digits: Int) -> LocalizedText {
    var text = String(format: "%.\(digits)f", value)
    while text.last == "0" { text.removeLast() }
    if text.last == "." { text.removeLast() }
    return LocalizedText(english: text, french: text.replacing(".", with: ","))
  }
}
