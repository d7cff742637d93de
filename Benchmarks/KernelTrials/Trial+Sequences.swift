import Foundation
import HabitusKernels

extension Trial {
  /// Frequent sequences. The rows of the points are the items in order, each with the number of its sequence (from 0, not
  /// falling) before it.
  func sequences() throws -> TrialAnswer {
    var (items, offsets): ([Int32], [Int]) = ([], [0])
    for row in 0..<points.rowCount {
      let sequence = Int(points[row, 0])
      while offsets.count - 1 < sequence { offsets.append(items.count) }
      items.append(Int32(points[row, 1]))
    }
    offsets.append(items.count)
    let database = SequenceDatabase(items: items, offsets: offsets)
    let mining = PrefixSpan(
      minimumSupport: .count(try options.integer("support", 1)), minimumLength: try options.integer("length", 2),
      patternBudget: 10_000_000)
    let threadCount = try options.integer("threads", 2)
    let (result, seconds) = try timed { try mining.patterns(in: database, threadCount: threadCount) }
    return TrialAnswer(
      seconds: seconds,
      figures: [
        "patterns": Double(result.patterns.count),
        "support": Double(result.patterns.reduce(0) { $0 + $1.support }),
        "peakBytes": Self.peakBytes,
      ])
  }

  /// The most memory that this process had, by Linux; 0 elsewhere. What wait4 says counts the process before it, too.
  private static var peakBytes: Double {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
    return line.split(separator: " ").compactMap { Double($0) }.first.map { $0 * 1024 } ?? 0
  }
}
