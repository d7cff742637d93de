import Habitus

/// What pages about groups say around names and figures, in the configured language.
struct ClusterPageWords {
  let language: Language

  private func choose(_ english: String, _ french: String) -> String {
    language == .english ? english : french
  }

  // MARK: Titles of columns

  var group: String { choose("group", "groupe") }
  var users: String { choose("users", "utilisateurs") }
  var share: String { choose("share", "part") }
  var stability: String { choose("stability", "stabilité") }
  var name: String { choose("name", "nom") }
  var feature: String { choose("feature", "caractéristique") }
  var here: String { choose("here", "ici") }
  var elsewhere: String { choose("elsewhere", "ailleurs") }
  var effect: String { choose("effect", "effet") }
  var interval: String { choose("95 % interval", "intervalle à 95\u{202F}%") }
  /// Between the ends of an interval.
  var to: String { choose(" to ", " à ") }
  var superiority: String { choose("has more", "a plus") }

  // MARK: Headings and sentences

  func heading(_ id: Int, _ name: String) -> String { choose("Group \(id): \(name)", "Groupe \(id)\u{202F}: \(name)") }

  func title(_ id: Int) -> String { choose("group \(id)", "groupe \(id)") }

  func comparison(_ first: Int, _ second: Int) -> String {
    choose("Group \(first) against group \(second)", "Groupe \(first) comparé au groupe \(second)")
  }

  /// "stable", or how far a group is from that (Hennig 2007).
  func stabilityText(_ stability: Double) -> String {
    let number = FeatureTexts.value(stability, .ratio)[language]
    return number + " "
      + (stability >= 0.75
        ? "stable" : stability >= 0.6 ? choose("uncertain", "incertain") : choose("doubtful", "douteux"))
  }

  func outsiders(_ count: Int) -> String {
    let number = FeatureTexts.value(Double(count), .count)[language]
    return count == 1
      ? choose("1 user is in no group.", "1 utilisateur n’est dans aucun groupe.")
      : choose("\(number) users are in no group.", "\(number) utilisateurs ne sont dans aucun groupe.")
  }

  var effectNote: String {
    choose(
      "Effect: by how many standard deviations the mean here lies above that elsewhere (Hedges’ g); from 0.2 small, "
        + "from 0.5 medium, from 0.8 large.",
      "Effet\u{202F}: de combien d’écarts-types la moyenne d’ici dépasse celle d’ailleurs (g de Hedges)\u{202F}; à partir "
        + "de 0,2 petit, de 0,5 moyen, de 0,8 grand.")
  }

  func superiorityNote(_ first: Int, _ second: Int) -> String {
    choose(
      "Has more: how likely a member of group \(first) has more than one of group \(second).",
      "A plus\u{202F}: probabilité qu’un membre du groupe \(first) ait davantage qu’un membre du groupe \(second)."
    )
  }

  var noDifference: String {
    choose("No difference is more than chance.", "Aucune différence ne dépasse le hasard.")
  }

  func stabilityNote() -> String {
    choose(
      "Stability: how well the group is found again in random samples of the users, from 0 to 1.",
      "Stabilité\u{202F}: à quel point le groupe se retrouve dans des échantillons tirés au hasard, de 0 à 1.")
  }

  var noRule: String {
    choose("No short condition sets this group apart.", "Aucune condition courte ne distingue ce groupe.")
  }

  var precision: String {
    choose("of the users who match are members (precision)", "de ceux qui y répondent sont membres (précision)")
  }
  var recall: String { choose("of the members match (recall)", "des membres y répondent (rappel)") }
  var f1Score: String { choose("both together (F1)", "les deux ensemble (F1)") }
  var asSQL: String { choose("As a condition in SQL", "En condition SQL") }

  /// An effect with its sign.
  func signed(_ size: Double) -> String {
    let digits = NumberText.decimal(size.magnitude, digits: 2)
    return (size < 0 ? "−" : "+") + (language == .english ? digits : digits.replacing(".", with: ","))
  }

  // MARK: Users

  var user: String { choose("user", "utilisateur") }
  var distance: String { choose("distance", "distance") }
  var noGroup: String { choose("in no group", "dans aucun groupe") }
  var confidence: String { choose("confidence", "confiance") }
  var nextNearest: String { choose("next nearest", "le plus proche ensuite") }
  var whatDecided: String { choose("What decided", "Ce qui a décidé") }
  var whatSetsApart: String {
    choose("What sets the user apart from the centre", "Ce qui écarte l’utilisateur du centre")
  }
  var outlyingUsers: String { choose("Users who fit nowhere", "Utilisateurs qui n’entrent nulle part") }
  var noOutliers: String { choose("Everybody fits into a group.", "Chacun entre dans un groupe.") }
  var apart: String { choose("set apart by", "écarté par") }

  /// A feature with the user's value and that of the centre. The coordinates of the time of day are nothing that anybody
  /// could read.
  func text(_ part: MembershipExplanation.Part) -> String {
    guard isReadable(part) else { return timeOfDay }
    let (own, centre) = (value(part.value, of: part), value(part.centre, of: part))
    return FeatureTexts.label(of: part.feature)[language] + " "
      + [own, centre].filter { !$0.isEmpty }
      .joined(separator: choose(", centre ", ", centre "))
  }

  func isReadable(_ part: MembershipExplanation.Part) -> Bool {
    !["hour_cosine", "hour_sine"].contains(part.feature)
  }

  func value(_ value: Double?, of part: MembershipExplanation.Part) -> String {
    value.map { FeatureTexts.value($0, FeatureTexts.unit(of: part.feature))[language] } ?? ""
  }

  var timeOfDay: String { choose("time of day", "heure du jour") }
  var centre: String { choose("centre", "centre") }
  var part: String { choose("part", "part") }
  var moves: String { choose("Moves", "Passages") }
  var when: String { choose("when", "quand") }
  var before: String { choose("from", "de") }
  var after: String { choose("to", "vers") }
  var why: String { choose("why", "pourquoi") }

  func similar(to user: String) -> String {
    choose("Users who behave like \(user)", "Utilisateurs qui se comportent comme \(user)")
  }

  var outlier: String {
    choose(
      "This user fits nowhere: what is below is unusual also for the nearest group.",
      "Cet utilisateur n’entre nulle part\u{202F}: ce qui suit est inhabituel même pour le groupe le plus proche.")
  }

  func cause(_ cause: ClusterMove.Cause) -> String {
    switch cause {
    case .refit: choose("groups were found anew", "groupes recalculés")
    case .behaviour: choose("behaves differently", "comportement changé")
    }
  }

  // MARK: The choice

  var sinceBefore: String { choose("Since the last fit", "Depuis le dernier ajustement") }
  var tried: String { choose("What was tried", "Ce qui a été essayé") }
  var groupCount: String { choose("groups", "groupes") }
  var silhouette: String { choose("silhouette", "silhouette") }
  var criterion: String { choose("BIC", "BIC") }
  var smallest: String { choose("smallest", "le plus petit") }

  /// A figure with two digits behind the comma.
  func decimal(_ value: Double) -> String {
    let text = NumberText.decimal(value, digits: 2)
    return choose(text, text.replacing(".", with: ","))
  }

  func groups(_ count: Int, of users: Int) -> String {
    let number = FeatureTexts.value(Double(users), .count)[language]
    return choose(
      "\(count) \(count == 1 ? "group" : "groups") of \(number) \(users == 1 ? "user" : "users")",
      "\(count) \(count == 1 ? "groupe" : "groupes") de \(number) \(users == 1 ? "utilisateur" : "utilisateurs")")
  }

  func outliers(_ count: Int) -> String {
    let number = FeatureTexts.value(Double(count), .count)[language]
    return count == 1
      ? choose("1 user is far from the centre of the group.", "1 utilisateur est loin du centre de son groupe.")
      : choose(
        "\(number) users are far from the centres of their groups.",
        "\(number) utilisateurs sont loin du centre de leur groupe.")
  }

  func kept(_ share: Double) -> String {
    let text = FeatureTexts.value(share, .share)[language]
    return choose(
      "\(text) of the users whom both fits know kept their group.",
      "\(text) des utilisateurs que les deux ajustements connaissent ont gardé leur groupe.")
  }

  func change(_ change: ClusterChange) -> String {
    let before = change.before.map(String.init).joined(separator: ", ")
    let after = change.after.map(String.init).joined(separator: ", ")
    switch change.kind {
    case .born:
      return before.isEmpty
        ? choose("Group \(after) is new.", "Le groupe \(after) est nouveau.")
        : choose(
          "Group \(after) is new, from users of \(before).",
          "Le groupe \(after) est nouveau, formé d’utilisateurs de \(before).")
    case .ended: return choose("Group \(before) is no more.", "Le groupe \(before) n’existe plus.")
    case .split:
      return choose("Group \(before) was split into \(after).", "Le groupe \(before) s’est divisé en \(after).")
    case .merged: return choose("Groups \(before) became \(after).", "Les groupes \(before) sont devenus \(after).")
    }
  }
}
