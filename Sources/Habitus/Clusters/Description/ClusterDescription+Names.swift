internal import HabitusModel

extension ClusterDescription {
  /// Whoever differs by so many standard deviations differs beyond doubt; how much more does not matter to a name.
  private static let unmistakableEffect = 2.0

  /// The names of groups, by label; all different.
  func names(
    of ids: [Int], _ traits: [[Effect]], isEverybody: Bool, keptNames: [Int: LocalizedText]
  ) -> [LocalizedText] {
    if ids.count == 1 {
      return [keptNames[ids[0]] ?? (isEverybody ? FeatureWords.plainNames.everybody : FeatureWords.plainNames.main)]
    }
    let candidates = traits.map { effects in
      effects.compactMap { effect in
        side(of: effect).namePart.map {
          ClusterNames.Candidate(part: $0, isNotable: effect.size.magnitude >= Self.notableEffect)
        }
      }
    }
    return ClusterNames(candidates: candidates, ids: ids, keptNames: keptNames).names()
  }

  /// The effects that have words for a name, best first: what the group has more or less of than every other group before
  /// the others; then by strength, but of those beyond doubt what people do and when before how much and how.
  func bestForNames(_ effects: [Effect], of label: Int, _ centres: [[Double?]]) -> [Effect] {
    func key(_ effect: Effect) -> (Int, Int, Int)? {
      guard let role = side(of: effect).namePart?.role else { return nil }
      let isUnmistakable = effect.size.magnitude >= Self.unmistakableEffect
      return (
        isExtreme(effect, of: label, centres) ? 0 : 1, isUnmistakable ? 0 : 1, isUnmistakable ? role.rawValue : 0
      )
    }
    let keyed = effects.enumerated().compactMap { place, effect in key(effect).map { ($0, place) } }
    return keyed.sorted { $0.0 == $1.0 ? $0.1 < $1.1 : $0.0 < $1.0 }.map { effects[$0.1] }
  }

  /// Whether no other group has as much, or as little, on average.
  private func isExtreme(_ effect: Effect, of label: Int, _ centres: [[Double?]]) -> Bool {
    columns[effect.column].isCircular
      || centres.indices.allSatisfy { other in
        guard other != label, let mean = centres[other][effect.column] else { return true }
        return effect.size > 0 ? mean < effect.mean : mean > effect.mean
      }
  }
}
