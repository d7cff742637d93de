/// Who owns the sequences of a database, numbered from 0, and an order in which an owner's sequences are neighbours.
struct SequenceOwners {
  /// Sequences by owner, those of an owner in their own order.
  let order: [Int]
  /// The number of the owner of each sequence, rising along ``order``.
  let numbers: [Int32]
  let count: Int

  init(sequenceCount: Int, owners: [Int32]?) {
    guard let owners else {
      order = Array(0..<sequenceCount)
      numbers = (0..<sequenceCount).map { Int32(truncatingIfNeeded: $0) }
      count = sequenceCount
      return
    }
    order = (0..<sequenceCount).sorted { (owners[$0], $0) < (owners[$1], $1) }
    var numbers = Array(repeating: Int32(0), count: sequenceCount)
    var number: Int32 = -1
    for (place, sequence) in order.enumerated() {
      if place == 0 || owners[sequence] != owners[order[place - 1]] { number += 1 }
      numbers[sequence] = number
    }
    self.numbers = numbers
    count = Int(number) + 1
  }
}
