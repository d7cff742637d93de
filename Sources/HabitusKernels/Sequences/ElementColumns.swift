/// The sequences of sets as columns, with infrequent items removed and the frequent ones renumbered from 0 by rising
/// item. All elements keep their places, emptied ones too, since limits count positions; an owner's sequences stand
/// together.
struct ElementColumns: Sendable {
  /// The frequent items, rising; the number of each is its place here.
  let items: [Int32]
  /// Their supports.
  let supports: [Int32]
  /// Numbers of the items, element after element, rising in each.
  let numbers: [Int32]
  /// Where the items of each element start, and at last where they end.
  let offsets: [Int32]
  /// For every element where its sequence ends, and who owns it.
  let ends: [Int32]
  let owners: [Int32]
  let ownerCount: Int
  /// Times of the elements; empty without.
  let times: [Int64]
  /// The elements with each item, item after item.
  let occurrences: [Int32]
  /// Where those of each item start, and at last where they end.
  let occurrenceOffsets: [Int]

  init(_ database: ItemsetDatabase, minimumCount: Int) {
    let owning = SequenceOwners(sequenceCount: database.sequenceCount, owners: database.owners)
    let renumbering = ItemNumbering(
      minimumCount: minimumCount, owning: owning, items: database.items,
      offsets: database.sequenceOffsets.map { database.elementOffsets[$0] })
    items = renumbering.items
    supports = renumbering.supports
    ownerCount = owning.count

    var numbers: [Int32] = []
    var offsets: [Int32] = [0]
    var ends: [Int32] = []
    var owners: [Int32] = []
    var times: [Int64] = []
    var counts = Array(repeating: 0, count: items.count)
    for sequence in owning.order {
      let elements = database.sequenceOffsets[sequence]..<database.sequenceOffsets[sequence + 1]
      let end = Int32(offsets.count - 1 + elements.count)
      for element in elements {
        for item in database.element(element) {
          guard let number = renumbering.number(of: item) else { continue }
          numbers.append(Int32(number))
          counts[number] += 1
        }
        offsets.append(Int32(numbers.count))
        ends.append(end)
        owners.append(owning.numbers[sequence])
        if let time = database.times?[element] { times.append(time) }
      }
    }

    var occurrenceOffsets = [0]
    for count in counts { occurrenceOffsets.append(occurrenceOffsets[occurrenceOffsets.count - 1] + count) }
    var cursors = occurrenceOffsets
    var occurrences = Array(repeating: Int32(0), count: numbers.count)
    for element in ends.indices {
      for place in Int(offsets[element])..<Int(offsets[element + 1]) {
        occurrences[cursors[Int(numbers[place])]] = Int32(element)
        cursors[Int(numbers[place])] += 1
      }
    }
    (self.numbers, self.offsets, self.ends, self.owners) = (numbers, offsets, ends, owners)
    (self.times, self.occurrences, self.occurrenceOffsets) = (times, occurrences, occurrenceOffsets)
  }

  /// The numbers of the items, by falling support: the parts that take longest come first.
  var rootsByFallingSupport: [Int] { items.indices.sorted { (-supports[$0], $0) < (-supports[$1], $1) } }
}
