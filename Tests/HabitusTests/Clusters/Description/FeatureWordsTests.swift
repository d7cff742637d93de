import HabitusModel
import Testing

@testable import Habitus

@Suite("Words for features")
struct FeatureWordsTests {
  private static var all: [(name: String, words: FeatureWords)] {
    (FeatureDictionary.definitions.map(\.name) + ["basket_value", "type:add_to_cart"])
      .map { ($0, FeatureWords(feature: $0)) }
  }

  private static func texts(of side: FeatureWords.Side) -> [LocalizedText] {
    [side.claim] + [side.namePart?.text, side.namePart?.complement].compactMap(\.self)
  }

  /// Every text there is, and the sentences made of them.
  private static var texts: [LocalizedText] {
    var texts: [LocalizedText] = []
    for (name, words) in all {
      texts += [words.label, words.measure] + Self.texts(of: words.high) + Self.texts(of: words.low)
      let unit = FeatureTexts.unit(of: name)
      for side in [words.high, words.low] {
        let (here, rest) = ValueText.pair(0.26, 1234.5, unit)
        texts.append(words.sentence(side, here: here, rest: rest, place: FeatureWords.elsewhere))
      }
    }
    for side in FeatureWords.dayParts.values + [FeatureWords.growth.high, FeatureWords.growth.low] {
      texts += Self.texts(of: side)
    }
    let plain = FeatureWords.plainNames
    texts += [plain.users, plain.typical, plain.everybody, plain.main]
    texts += [FeatureWords.nothingApart, FeatureWords.noCommonHour, FeatureWords.elsewhere, FeatureWords.inGroup(3)]
    texts += FeatureWords.keyFigures.map(\.sentence)
    texts.append(FeatureWords.keyFigure(plain.users, ValueText(0.5, .share).text))
    let column = DescribedFeature(definition("share_search"), [0, 1], concentrations: nil)
    if let column {
      let conditions: [ClusterRule.Condition] = [
        .init(feature: "share_search", above: 0.1, missingValue: .accepted),
        .init(feature: "share_search", above: 0.1, atMost: 0.2), .init(feature: "share_search", atMost: 0.2),
        .init(feature: "share_search"), .init(feature: "share_search", missingValue: .required),
      ]
      let parts = conditions.map { RuleText.condition($0, column) }
      texts += parts + [RuleText.text([parts, parts])]
    }
    return texts
  }

  @Test("every feature of the dictionary has its own, and no others have")
  func complete() {
    let names = Set(FeatureDictionary.definitions.map(\.name))
    #expect(Set(FeatureWords.activity.keys).union(FeatureWords.habits.keys) == names)
    #expect(FeatureWords.activity.count + FeatureWords.habits.count == names.count)
    #expect(Set(FeatureWords.dayParts.keys) == Set(DayPart.allCases))
  }

  @Test("the synonyms are features that there are")
  func synonyms() {
    let names = Set(FeatureDictionary.definitions.map(\.name))
    for group in TraitRedundancy.synonyms {
      #expect(group.filter { !$0.hasPrefix("type:") }.isSubset(of: names) && group.count > 1)
    }
  }

  @Test("French has its apostrophes, its quotation marks and its narrow spaces")
  func frenchTypography() {
    for text in Self.texts.map(\.french) {
      #expect(!text.contains("'") && !text.contains("\""), "\(text)")
      #expect(!text.contains("  ") && text.trimmed == text || text.hasPrefix(" "), "\(text)")
      let characters = Array(text)
      for (index, character) in characters.enumerated() {
        // Inside of a template a bar or a bracket may come before.
        if "%:;?!»".contains(character) { #expect(index > 0 && characters[index - 1] == "\u{202F}", "\(text)") }
        if character == "«" { #expect(characters[index + 1] == "\u{202F}", "\(text)") }
        if character == "\u{202F}" {
          #expect(index > 0 && characters[index - 1] != " " && characters[index + 1] != " ", "\(text)")
        }
        if character.isNumber, index + 2 < characters.count, characters[index + 1] == " ", characters[index + 2] == "h"
        {
          Issue.record("a number and its unit can be parted: \(text)")
        }
      }
    }
  }

  @Test("English has typographic quotation marks and no double spaces")
  func englishTypography() {
    for text in Self.texts.map(\.english) {
      #expect(!text.contains("'") && !text.contains("\"") && !text.contains("  "), "\(text)")
    }
  }

  @Test("templates hold one value and close what they open")
  func templates() {
    for (name, words) in Self.all {
      for text in [words.measure.english, words.measure.french] {
        #expect(text.ranges(of: "{here}").count == 1, "\(name)")
        #expect(text.count { $0 == "[" } == text.count { $0 == "|" }, "\(name)")
        #expect(text.count { $0 == "[" } == text.count { $0 == "]" }, "\(name)")
      }
    }
    for text in Self.texts where text.english.hasSuffix(".") {
      #expect(text.french.hasSuffix("."), "\(text)")
    }
  }

  @Test("pieces of names are short")
  func lengths() {
    for (name, words) in Self.all {
      for part in [words.high.namePart, words.low.namePart].compactMap(\.self) {
        #expect(part.text.english.count <= 32 && part.text.french.count <= 36, "\(name): \(part.text)")
      }
    }
  }

  @Test("names from outside are quoted, cut and stripped of what breaks lines")
  func foreignNames() {
    #expect(FeatureWords.spelled("add_to__cart\n now", atMost: 30) == "add to cart now")
    #expect(FeatureWords.spelled(String(repeating: "x", count: 90), atMost: 24).count == 24)
    let words = FeatureWords(feature: "type:{here} [a|b] \u{7}")
    let sentence = words.sentence(
      words.high, here: ValueText(0.26, .share), rest: ValueText(0.07, .share), place: FeatureWords.elsewhere)
    #expect(
      sentence.english == "They do “{here} [a|b]” much: 26\u{202F}% of what they do, against 7\u{202F}% elsewhere.")
    #expect(FeatureWords(feature: "type:").label.english == "share of “”")
  }

  @Test("a sentence reads as a person would say it")
  func sentences() {
    let words = FeatureWords(feature: "share_search")
    let (here, rest) = ValueText.pair(0.26, 0.07, .share)
    let sentence = words.sentence(words.high, here: here, rest: rest, place: FeatureWords.elsewhere)
    #expect(sentence.english == "They search much: 26\u{202F}% of what they do, against 7\u{202F}% elsewhere.")
    #expect(
      sentence.french == "Ils cherchent beaucoup\u{202F}: 26\u{202F}% de leurs actions, contre 7\u{202F}% ailleurs.")
  }
}

extension String {
  fileprivate var trimmed: String {
    String(String(drop { $0 == " " }.reversed()).drop { $0 == " " }.reversed())
  }
}
