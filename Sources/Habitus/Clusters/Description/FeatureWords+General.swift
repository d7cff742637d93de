internal import HabitusModel

extension FeatureWords {
  /// Words for a feature that has none of its own, such as one that a user of the library adds.
  static func general(_ feature: String) -> FeatureWords {
    let (short, long) = (spelled(feature, atMost: 24), spelled(feature, atMost: 60))
    return words(
      (long, long),
      high: .complement("with high “\(short)”", "à « \(short) » élevé"),
      ("Their “\(long)” is high", "Valeur élevée de « \(long) »"),
      low: .complement("with low “\(short)”", "à « \(short) » faible"),
      ("Their “\(long)” is low", "Valeur faible de « \(long) »"),
      ("{here} on average", "{here} en moyenne"))
  }

  /// Words for the share of a type of event, which may be called anything.
  static func eventType(_ type: String) -> FeatureWords {
    let (short, long) = (spelled(type, atMost: 24), spelled(type, atMost: 60))
    return words(
      ("share of “\(long)”", "part de « \(long) »"),
      high: .complement("keen on “\(short)”", "portés sur « \(short) »"),
      ("They do “\(long)” much", "Ils font souvent « \(long) »"),
      low: .complement("with little “\(short)”", "peu portés sur « \(short) »"),
      ("They do “\(long)” little", "Ils font rarement « \(long) »"),
      ("{here} of what they do", "{here} de leurs actions"))
  }

  static func words(
    _ label: (String, String), high: NamePart?, _ highClaim: (String, String), low: NamePart?,
    _ lowClaim: (String, String), _ measure: (String, String)
  ) -> FeatureWords {
    FeatureWords(
      label: LocalizedText(label), high: Side(high, highClaim), low: Side(low, lowClaim),
      measure: LocalizedText(measure))
  }

  /// The names of those who stand out in nothing, and of those who are everybody.
  static let plainNames = (
    users: LocalizedText(("users", "utilisateurs")), typical: LocalizedText(("typical users", "utilisateurs typiques")),
    everybody: LocalizedText(("everybody", "tout le monde")),
    main: LocalizedText(("the main group", "le groupe principal"))
  )

  /// Where nothing is to be told.
  static let nothingApart = LocalizedText(
    ("Nothing sets them clearly apart from the others.", "Rien ne les distingue nettement des autres."))
  /// Stands in for a mean hour where there is none.
  static let noCommonHour = LocalizedText(("no common hour", "aucune heure commune"))
  /// Where the others are.
  static let elsewhere = LocalizedText(("elsewhere", "ailleurs"))
  /// Where the others are, if they are in one group.
  static func inGroup(_ id: Int) -> LocalizedText {
    LocalizedText(("in group\u{A0}\(id)", "dans le groupe\u{A0}\(id)"))
  }

  /// The figures that a group is described with where there are no others to compare it with: templates.
  static let keyFigures: [(feature: String, sentence: LocalizedText)] = [
    (
      "event_count",
      LocalizedText(
        ("Each has {here} [event|events] on average.", "Chacun compte {here} [événement|événements] en moyenne."))
    ),
    ("active_days", LocalizedText(("They are active on {here}.", "Ils sont actifs pendant {here}."))),
    (
      "session_count",
      LocalizedText(("They come for {here} [session|sessions].", "Ils font {here} [session|sessions]."))
    ),
    (
      "session_duration_mean_s",
      LocalizedText(("A session lasts {here} on average.", "Une session dure {here} en moyenne."))
    ),
    ("mean_hour", LocalizedText(("They come around {here} on average.", "Ils viennent vers {here} en moyenne."))),
  ]

  /// How any other figure is told.
  static func keyFigure(_ label: LocalizedText, _ value: LocalizedText) -> LocalizedText {
    LocalizedText(
      english: "On average, \(label.english): \(value.english).",
      french: "En moyenne, \(label.french)\u{202F}: \(value.french).")
  }
}

extension FeatureWords.Side {
  init(_ namePart: FeatureWords.NamePart?, _ claim: (String, String)) {
    self.init(namePart: namePart, claim: LocalizedText(claim))
  }
}

extension FeatureWords.NamePart {
  static func noun(
    _ english: String, _ french: String, or complement: String, _ frenchComplement: String
  ) -> FeatureWords.NamePart {
    .init(
      role: .noun, text: LocalizedText((english, french)), complement: LocalizedText((complement, frenchComplement)))
  }

  static func adjective(_ english: String, _ french: String) -> FeatureWords.NamePart {
    .init(role: .adjective, text: LocalizedText((english, french)))
  }

  static func time(_ english: String, _ french: String) -> FeatureWords.NamePart {
    .init(role: .time, text: LocalizedText((english, french)))
  }

  static func complement(_ english: String, _ french: String) -> FeatureWords.NamePart {
    .init(role: .complement, text: LocalizedText((english, french)))
  }
}

extension LocalizedText {
  /// English, then French, whose spaces inside of quotation marks are made narrow and unbreakable.
  init(_ texts: (String, String)) {
    self.init(
      english: texts.0,
      french: texts.1.replacing("« ", with: "«\u{202F}").replacing(" »", with: "\u{202F}»"))
  }
}
