public import HabitusModel

/// Whose events a snapshot delivers, and under which user: the log keeps every event with the id that it came with, and
/// this says what an analysis makes of it.
///
/// - Ids that belong to one person are read as one user, the person's canonical id, as if their events had come with it.
/// - Consent is said by id and holds for persons: where any id of a person is excluded, no event of any of them is read.
/// - Events that are marked as a bot's are left out unless asked for.
///
/// Ids that the store does not know change nothing.
public struct EventReading: Sendable, Equatable {
  /// Every stored event under the id that it came with, bots included.
  public static let everything = EventReading(includesBots: true)

  /// Whether events that are marked as a bot's are read.
  public var includesBots: Bool
  /// The canonical id of each id that is read as another one; a canonical id itself is not among them.
  public let canonicalIDs: [UserID: UserID]
  /// The canonical ids of the persons who are left out.
  public let excludedPersons: Set<UserID>

  /// Makes a reading.
  ///
  /// - Parameters:
  ///   - persons: to each id that belongs to another one, that one. What it belongs to may itself belong to a third: the
  ///     last one is the person's canonical id. Of ids that belong to each other in a circle it is the least by bytes.
  ///   - excluded: ids whose persons no analysis may see.
  ///   - includesBots: whether events that are marked as a bot's are read.
  /// - Complexity: O(persons + excluded).
  public init(persons: [UserID: UserID] = [:], excluded: some Sequence<UserID> = [], includesBots: Bool = false) {
    let canonicalIDs = Self.resolved(persons)
    self.canonicalIDs = canonicalIDs
    excludedPersons = Set(excluded.map { canonicalIDs[$0] ?? $0 })
    self.includesBots = includesBots
  }

  /// The canonical id of the person that `user` belongs to: `user` where it belongs to no other.
  public func person(of user: UserID) -> UserID { canonicalIDs[user] ?? user }

  /// Whether the person that `user` belongs to is left out.
  public func excludes(_ user: UserID) -> Bool {
    !excludedPersons.isEmpty && excludedPersons.contains(person(of: user))
  }

  /// All ids of the person that `user` belongs to, in order of bytes.
  ///
  /// - Complexity: O(all joined ids).
  public func ids(ofPersonOf user: UserID) -> [UserID] {
    let person = person(of: user)
    return ([person] + canonicalIDs.lazy.filter { $0.value == person }.map(\.key)).sorted()
  }

  /// Follows every chain to its end.
  private static func resolved(_ edges: [UserID: UserID]) -> [UserID: UserID] {
    var result: [UserID: UserID] = [:]
    result.reserveCapacity(edges.count)
    for (member, next) in edges where result[member] == nil {
      if edges[next] == nil {
        result[member] = next
        continue
      }
      var path: [UserID] = []
      var visited: Set<UserID> = []
      var end = member
      while let next = edges[end] {
        if let known = result[end] {
          end = known
          break
        }
        guard visited.insert(end).inserted else {
          end = path[(path.firstIndex(of: end) ?? 0)...].min() ?? end
          break
        }
        path.append(end)
        end = next
      }
      for id in path where id != end { result[id] = end }
    }
    return result
  }
}
