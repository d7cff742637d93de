internal import CKernels

extension OrderSearch {
  /// Buckets of paths have room for all occurrences of their item, in whatever order.
  mutating func preparePaths() {
    sequences.extend(to: owned.places.count)
    for sequence in 0..<owned.offsets.count - 1 {
      for place in Int(owned.offsets[sequence])..<Int(owned.offsets[sequence + 1]) {
        sequences[place] = Int32(sequence)
      }
    }
    for item in 0..<itemCount {
      bucketStarts[item] = 0
      lastPositions[item] = -1
    }
    for item in owned.places where item >= 0 { bucketStarts[Int(item)] += 1 }
    var start: Int32 = 0
    for item in 0..<itemCount {
      let count = bucketStarts[item]
      bucketStarts[item] = start
      start += count
    }
  }

  /// Looks at the patterns of an order that are paths.
  mutating func searchPaths(_ places: [Int32]) {
    ensurePathLevel(0)
    for item in 0..<itemCount { counts[item] = 0 }
    for place in places.indices where places[place] >= 0 {
      let item = Int(places[place])
      buckets[Int(bucketStarts[item]) + Int(counts[item])] = Int32(place)
      counts[item] += 1
    }
    for item in 0..<itemCount where !isDone {
      prefix.append(Int32(item))
      growPath(
        places, bucket: Int(bucketStarts[item]), count: Int(counts[item]),
        kind: kinds.kind(of: PatternKinds.root, adding: owned.classes[item]))
      prefix.removeLast()
    }
  }

  /// Looks at all extensions of the prefix, whose occurrences end in a bucket.
  private mutating func growPath(_ places: [Int32], bucket: Int, count: Int, kind: Int32) {
    let level = prefix.count
    ensurePathLevel(level)
    let nextCount = habitus_extend_path(
      places, sequences, places.count, bucketStarts, &buckets, bucket, count, level * levelLength, &counts,
      &supports, &lastPositions, &nextItems, level * itemCount)
    for place in 0..<nextCount where !isDone {
      let item = nextItems[level * itemCount + place]
      let slot = level * itemCount + Int(item)
      guard supports[slot] >= parameters.minimumSupport else { continue }
      let length = prefix.count + 1
      if length >= parameters.minimumLength {
        judgePath(item, support: Int(supports[slot]), parent: kind)
      }
      guard length < parameters.maximumLength else { continue }
      let child = kinds.kind(of: kind, adding: owned.classes[Int(item)])
      prefix.append(item)
      growPath(
        places, bucket: level * levelLength + Int(bucketStarts[Int(item)]), count: Int(counts[slot]), kind: child)
      prefix.removeLast()
    }
  }

  private mutating func judgePath(_ item: Int32, support: Int, parent: Int32) {
    guard overlapsItself(endingWith: item) else {
      judge(item, support: support, parent: parent)
      return
    }
    judge(
      item, support: support,
      expectedSupport: kinds.expectedSupport(ofOverlapping: prefix + [item], classes: owned.classes))
  }

  /// Whether the path of the prefix and an item begins as it ends.
  private func overlapsItself(endingWith item: Int32) -> Bool {
    (1...prefix.count).contains { shift in
      (shift..<prefix.count).allSatisfy { prefix[$0] == prefix[$0 - shift] } && item == prefix[prefix.count - shift]
    }
  }

  private mutating func ensurePathLevel(_ level: Int) {
    ensureLevel(level)
    supports.extend(to: (level + 1) * itemCount)
    nextItems.extend(to: (level + 1) * itemCount)
  }
}
