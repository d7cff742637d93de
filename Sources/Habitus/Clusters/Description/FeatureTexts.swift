public import HabitusModel

/// Features and their values in words, for tables and charts.
public enum FeatureTexts {
  /// What a feature measures, as in "share of searches"; made from its name where it has no words of its own.
  public static func label(of feature: String) -> LocalizedText { FeatureWords(feature: feature).label }

  /// A value rounded for readers, with its unit: `3 min 20 s`, « 26 % ».
  public static func value(_ value: Double, _ unit: FeatureUnit) -> LocalizedText { ValueText(value, unit).text }

  /// Two values with as few digits as tell them apart.
  public static func values(_ a: Double, _ b: Double, _ unit: FeatureUnit) -> (LocalizedText, LocalizedText) {
    let pair = ValueText.pair(a, b, unit)
    return (pair.0.text, pair.1.text)
  }

  /// The unit of a feature by its name; `index` where it is not known.
  public static func unit(of feature: String) -> FeatureUnit {
    if feature.hasPrefix(FeatureWords.typePrefix) { return .share }
    return FeatureDictionary.definitions.first { $0.name == feature }?.unit ?? .index
  }
}
