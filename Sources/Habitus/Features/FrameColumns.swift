internal import HabitusModel

/// The columns of a frame as bare memory, for the length of one scan.
struct FrameColumns {
  let times: UnsafeBufferPointer<Int64>
  let types: UnsafePointer<UInt32>
  let items: UnsafePointer<UInt32>
  let categories: UnsafePointer<UInt32>
  let values: UnsafePointer<Double>
  /// Present only where the plan asks for sessions.
  let sessions: UnsafePointer<UInt32>?

  /// Calls `body` with the columns of `frame`, which has at least one event.
  static func with<Result>(
    _ frame: EventFrame, plan: FeaturePlan, _ body: (FrameColumns) -> Result
  ) -> Result? {
    let count = frame.eventCount
    precondition(frame.types.count == count, "a frame has a type for each event")
    precondition(frame.items.count == count, "the frame was read without items, see FeaturePlan.columns")
    precondition(frame.categories.count == count, "the frame was read without categories, see FeaturePlan.columns")
    precondition(frame.values.count == count, "the frame was read without values, see FeaturePlan.columns")
    let needsSessions = plan.sessionRule.usesSourceSessions
    precondition(!needsSessions || frame.sessions.count == count, "the frame was read without sessions")
    return frame.times.withUnsafeBufferPointer { times in
      frame.types.withUnsafeBufferPointer { types in
        frame.items.withUnsafeBufferPointer { items in
          frame.categories.withUnsafeBufferPointer { categories in
            frame.values.withUnsafeBufferPointer { values in
              frame.sessions.withUnsafeBufferPointer { sessions in
                guard let types = types.baseAddress, let items = items.baseAddress,
                  let categories = categories.baseAddress, let values = values.baseAddress
                else { return nil }
                return body(
                  FrameColumns(
                    times: times, types: types, items: items, categories: categories, values: values,
                    sessions: needsSessions ? sessions.baseAddress : nil))
              }
            }
          }
        }
      }
    }
  }
}

/// One user's events inside the window, as bare memory: each pointer is at the first of ``count`` ≥ 1 events.
struct EventRun {
  let count: Int
  let times: UnsafePointer<Int64>
  let types: UnsafePointer<UInt32>
  let items: UnsafePointer<UInt32>
  let categories: UnsafePointer<UInt32>
  let values: UnsafePointer<Double>
  let sessions: UnsafePointer<UInt32>?

  /// The events of `range` in `columns`, whose times have the base address `times`.
  @inline(__always) init(_ columns: FrameColumns, times: UnsafePointer<Int64>, range: Range<Int>) {
    let first = range.lowerBound
    count = range.count
    self.times = times + first
    types = columns.types + first
    items = columns.items + first
    categories = columns.categories + first
    values = columns.values + first
    sessions = columns.sessions.map { $0 + first }
  }

  /// Bounds of the codes: all that are not "missing" are below, and the bound is at most twice the largest code plus 2.
  @inline(__always) var codeLimits: (types: Int, items: Int, categories: Int) {
    // "Missing" is the largest number, so adding one makes it 0; a union of bits is no less than any of its parts.
    var typeBits: UInt32 = 0
    var itemBits: UInt32 = 0
    var categoryBits: UInt32 = 0
    for position in 0..<count {
      typeBits |= types[position] &+ 1
      itemBits |= items[position] &+ 1
      categoryBits |= categories[position] &+ 1
    }
    return (Int(typeBits), Int(itemBits), Int(categoryBits))
  }

  /// The number of events before `moment`; both lie in the window.
  @inline(__always) func countOfEvents(before moment: Int64) -> Int {
    var low = 0
    var length = count
    while length > 128 {
      let half = length / 2
      if times[low &+ half] < moment {
        low &+= half &+ 1
        length &-= half &+ 1
      } else {
        length = half
      }
    }
    // The sign of the difference counts without a branch, two events at a time.
    var earlier: UInt64 = 0
    for position in low..<low &+ length { earlier &+= UInt64(bitPattern: times[position] &- moment) &>> 63 }
    return low &+ Int(truncatingIfNeeded: earlier)
  }

  /// Milliseconds from the first event to the last.
  @inline(__always) var span: Int64 { times[count &- 1] &- times[0] }
}
