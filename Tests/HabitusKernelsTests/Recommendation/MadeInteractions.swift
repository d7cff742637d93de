import HabitusKernels

/// Interactions of made users: each pair is one with a probability that is greater for items with low numbers, and has
/// a weight of 0.5 to 3. The same as `interactions` in Scripts/reference/recommendation.py.
func madeInteractions(seed: UInt64, users: Int, items: Int) -> [Interaction] {
  var generator = SplitMix64(seed: seed)
  var made: [Interaction] = []
  for user in 0..<users {
    for item in 0..<items {
      let chance = 0.6 - 0.5 * Double(item) / Double(items)
      let (draw, weight) = (generator.nextUnit(), 0.5 + 2.5 * generator.nextUnit())
      if draw < chance { made.append(Interaction(user: user, item: item, weight: weight)) }
    }
  }
  return made
}
