internal import GRDB

/// Where the pages of keys of each run begin; runs never change, so what was read once stays true.
struct KeyPageDirectory {
  private struct Page {
    var id: Int64
    var first: UInt64
  }

  private var pagesByRun: [Int64: [Page]] = [:]

  /// The stored keys that have the same id as one of `wanted`, by its position.
  ///
  /// - Parameter wanted: ascending by ``EventKey/high``.
  /// - Complexity: O(runs · wanted · log pages), and every page that may hold a wanted key is decoded once.
  mutating func storedKeys(_ db: Database, of wanted: [EventKey]) throws -> [Int: EventKey] {
    var found: [Int: EventKey] = [:]
    guard !wanted.isEmpty else { return found }
    let runs = try Int64.fetchAll(db, sql: "SELECT id FROM run WHERE pending = 0 ORDER BY id")
    pagesByRun = pagesByRun.filter { runs.contains($0.key) }
    let statement = try db.cachedStatement(sql: "SELECT keys FROM key_page WHERE id = ?")
    for run in runs {
      let pages = try pages(db, of: run)
      var decoded: (page: Int, keys: [EventKey]) = (-1, [])
      for (position, key) in wanted.enumerated() where found[position] == nil {
        var page = Self.lastPage(in: pages, beginningBelow: key.high)
        // Equal leading bits may stand on both sides of the border between pages.
        while page < pages.count, pages[page].first <= key.high {
          if decoded.page != page {
            decoded.keys.removeAll(keepingCapacity: true)
            try statement.withSealedBlob(arguments: [pages[page].id]) { try KeyPage.decode($0, into: &decoded.keys) }
            decoded.page = page
          }
          if let known = Self.key(withIDOf: key, in: decoded.keys) {
            found[position] = known
            break
          }
          page += 1
        }
      }
    }
    return found
  }

  private mutating func pages(_ db: Database, of run: Int64) throws -> [Page] {
    if let known = pagesByRun[run] { return known }
    let rows = try Row.fetchAll(db, sql: "SELECT id, first FROM key_page WHERE run = ? ORDER BY id", arguments: [run])
    let pages = try rows.map { Page(id: try $0.value(0), first: UInt64(bitPattern: try $0.value(1, as: Int64.self))) }
    pagesByRun[run] = pages
    return pages
  }

  /// The last page that begins below `high`, or the first one.
  private static func lastPage(in pages: [Page], beginningBelow high: UInt64) -> Int {
    var (low, end) = (0, pages.count)
    while low < end {
      let middle = (low + end) / 2
      if pages[middle].first < high { low = middle + 1 } else { end = middle }
    }
    return max(0, low - 1)
  }

  private static func key(withIDOf key: EventKey, in keys: [EventKey]) -> EventKey? {
    var (low, end) = (0, keys.count)
    while low < end {
      let middle = (low + end) / 2
      if keys[middle].high < key.high { low = middle + 1 } else { end = middle }
    }
    while low < keys.count, keys[low].high == key.high {
      if keys[low].identifierLow == key.identifierLow { return keys[low] }
      low += 1
    }
    return nil
  }
}
