import ArgumentParser

/// Words that stand for the cases of a type of the library.
enum ChoiceText {
  /// The case that `text` names.
  @Sendable static func parse<Choice: RawRepresentable<String> & CaseIterable>(_ text: String) throws -> Choice {
    guard let choice = Choice(rawValue: text) else {
      throw ValidationError("'\(text)' is none of \(names(Choice.self)).")
    }
    return choice
  }

  /// The names of all cases.
  static func names<Choice: RawRepresentable<String> & CaseIterable>(_ type: Choice.Type) -> String {
    type.allCases.map(\.rawValue).joined(separator: ", ")
  }
}
