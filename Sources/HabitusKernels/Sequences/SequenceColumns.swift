/// The sequences of a database as columns, with infrequent items removed and the frequent ones renumbered from 0 by
/// rising item; an owner's sequences stand together.
struct SequenceColumns: Sendable {
  /// The frequent items, rising; the number of each is its place here.
  let items: [Int32]
  /// The items' supports.
  let supports: [Int32]
  /// Sequences of numbers, one after the other.
  let numbers: [Int32]
  /// For every position the last one before it in its sequence with the same number, or −1.
  let previous: [Int32]
  /// Where the sequence of a position starts, ends, and who owns it.
  let starts: [Int32]
  let ends: [Int32]
  let owners: [Int32]
  let ownerCount: Int
  /// Whether every sequence is its own owner.
  let ownsItself: Bool
  /// Positions of the first occurrences of all items in every sequence, item after item.
  let firstPositions: [Int32]
  /// Where those of each item start, and at last where they end.
  let firstOffsets: [Int]

  init(_ database: SequenceDatabase, minimumCount: Int) {
    let owning = SequenceOwners(sequenceCount: database.sequenceCount, owners: database.owners)
    let renumbering = ItemNumbering(
      minimumCount: minimumCount, owning: owning, items: database.items, offsets: database.offsets)
    items = renumbering.items
    supports = renumbering.supports
    ownerCount = owning.count
    ownsItself = owning.count == database.sequenceCount

    var numbers: [Int32] = []
    var previous: [Int32] = []
    var starts: [Int32] = []
    var ends: [Int32] = []
    var owners: [Int32] = []
    var last = Array(repeating: Int32(-1), count: items.count)
    var firstCounts = Array(repeating: 0, count: items.count)
    for sequence in owning.order {
      let start = Int32(numbers.count)
      for item in database.sequence(sequence) {
        guard let number = renumbering.number(of: item) else { continue }
        let before = last[number] >= start ? last[number] : -1
        if before < 0 { firstCounts[number] += 1 }
        last[number] = Int32(numbers.count)
        previous.append(before)
        numbers.append(Int32(number))
      }
      let length = numbers.count - Int(start)
      starts.append(contentsOf: repeatElement(start, count: length))
      ends.append(contentsOf: repeatElement(Int32(numbers.count), count: length))
      owners.append(contentsOf: repeatElement(owning.numbers[sequence], count: length))
    }

    var firstOffsets = [0]
    for count in firstCounts { firstOffsets.append(firstOffsets[firstOffsets.count - 1] + count) }
    var cursors = firstOffsets
    var firstPositions = Array(repeating: Int32(0), count: firstOffsets[firstCounts.count])
    for position in numbers.indices where previous[position] < 0 {
      let number = Int(numbers[position])
      firstPositions[cursors[number]] = Int32(position)
      cursors[number] += 1
    }
    (self.numbers, self.previous, self.starts, self.ends) = (numbers, previous, starts, ends)
    (self.owners, self.firstPositions, self.firstOffsets) = (owners, firstPositions, firstOffsets)
  }

  /// The numbers of the items, by falling support: the parts that take longest come first.
  var rootsByFallingSupport: [Int] { items.indices.sorted { (-supports[$0], $0) < (-supports[$1], $1) } }
}
