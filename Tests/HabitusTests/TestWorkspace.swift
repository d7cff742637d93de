import Foundation
import Habitus

/// A store in a temporary folder, removed at the end.
final class TestWorkspace: Sendable {
  let path: String
  let workspace: Workspace

  init(workers: Int = 2, _ change: (inout HabitusConfiguration) -> Void = { _ in }) throws {
    path = NSTemporaryDirectory() + "habitus-" + UUID().uuidString
    var configuration = HabitusConfiguration()
    configuration.storage.path = path
    change(&configuration)
    workspace = try Workspace(configuration: configuration, workers: workers)
  }

  /// The same store with another configuration.
  func reconfigured(_ change: (inout HabitusConfiguration) -> Void) -> Workspace {
    var configuration = workspace.configuration
    change(&configuration)
    return Workspace(configuration: configuration, store: workspace.store, workers: workspace.workers)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// The midnight that made events are counted from: Monday, 2026-03-02, UTC.
let monday: Int64 = 1_772_409_600_000

/// An event `minutes` after ``monday``.
func event(
  _ user: String, _ minutes: Double, _ type: String, item: String? = nil, category: String? = nil, value: Double? = nil,
  page: String? = nil, properties: String? = nil
) -> Event {
  Event(
    id: "\(user)-\(minutes)-\(type)-\(item ?? "")", user: UserID(user),
    time: Timestamp(milliseconds: monday + Int64(minutes * 60_000)), type: type, item: item, category: category,
    value: value, page: page, properties: properties)
}

/// Two kinds of users, told apart by how much, when and what they do: `browser…` look a little in the morning,
/// `buyer…` search and buy a lot at night.
func twoKindsOfUsers(each count: Int, seed: UInt64 = 7) -> [Event] {
  var random = SmallGenerator(state: seed)
  var events: [Event] = []
  for user in 0..<count {
    for day in 0..<10 {
      let morning = Double(day * 1440 + 9 * 60) + Double.random(in: 0..<60, using: &random)
      for step in 0..<2 {
        events.append(event("browser\(user)", morning + Double(step), "page_view", item: "i\(step)", category: "books"))
      }
      let night = Double(day * 1440 + 23 * 60) + Double.random(in: 0..<20, using: &random)
      for step in 0..<8 {
        let type = ["search", "filter", "click", "apply"][step % 4]
        events.append(event("buyer\(user)", night + Double(step), type, item: "j\(step)", category: "jobs"))
      }
    }
  }
  return events
}

/// A small deterministic generator for tests.
struct SmallGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state ^ (state >> 29)
  }
}
