internal import HabitusModel

/// What items have in common: category, texts, `true`, and the elements of lists.
///
/// Numbers are left out: how near two prices or years are is for nobody but the catalogue's owner to say. So is what
/// only one of the items has, such as a title: it can make no two of them alike.
struct ItemTraits {
  private struct Trait: Hashable {
    let property: String?
    let value: JSONValue
  }

  private let traits: [Set<Trait>]

  init(_ items: [Item]) {
    let all = items.map(Self.traits)
    let counts = all.joined().reduce(into: [Trait: Int]()) { $0[$1, default: 0] += 1 }
    traits = all.map { $0.filter { counts[$0, default: 0] > 1 } }
  }

  private static func traits(_ item: Item) -> Set<Trait> {
    var traits = Set<Trait>()
    if let category = item.category { traits.insert(Trait(property: nil, value: .string(category))) }
    for (property, value) in item.properties {
      switch value {
      case .string, .bool(true): traits.insert(Trait(property: property, value: value))
      case .array(let elements): traits.formUnion(elements.map { Trait(property: property, value: $0) })
      case .null, .bool, .number, .object: break
      }
    }
    return traits
  }

  /// Jaccard's index of two items, 0…1: of the traits that one of them has, the share that both have; 0 where there are
  /// none. (Jaccard, "The distribution of the flora in the alpine zone", 1912, doi:10.1111/j.1469-8137.1912.tb05611.x.)
  func similarity(_ first: Int, _ second: Int) -> Double {
    let common = traits[first].intersection(traits[second]).count
    let union = traits[first].count + traits[second].count - common
    return union > 0 ? Double(common) / Double(union) : 0
  }
}
