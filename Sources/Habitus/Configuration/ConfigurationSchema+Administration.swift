extension ConfigurationSchema {
  static let consent = Section(
    name: "consent", meaning: "Whose events may be stored and analysed (ConsentManager).",
    keys: [
      .choice(
        "consent.default", \.consent.standing,
        "What holds for users who never said anything: they count as agreeing, or must agree first."),
      .text(
        "consent.purpose", \.consent.purpose, .filled,
        "The purpose that users must agree to before their events are stored and analysed."),
    ])

  static let identity = Section(
    name: "identity", meaning: "How identifiers of one person are joined (IdentityManager).",
    keys: [
      .integer(
        "identity.max_ids_per_person", \.identity.maximumIdentifierCount, 2...1_000_000,
        "A join that would give a person more identifiers than this is refused.")
    ])
}
