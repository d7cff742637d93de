import Habitus

/// A person: identifiers, their events, and what was said about them.
struct PersonAnswer: Encodable {
  struct Member: Encodable {
    let id: UserID
    let events: Int
  }

  let canonical: UserID
  let events: Int
  let ids: [Member]
  let edges: [IdentityEdge]

  init(_ person: IdentityManager.Person) {
    canonical = person.canonical
    events = person.eventCount
    ids = person.members.map { Member(id: $0.id, events: $0.eventCount) }
    edges = person.edges
  }

  static func fill(_ page: inout Page, _ person: IdentityManager.Person, _ moments: MomentText) {
    page.title("Person \(person.canonical)")
    page.table(table(of: person))
    if person.edges.isEmpty { return page.note("Nothing was said about its identifier.", indentation: 2) }
    page.heading("What was said (\(moments.timeZone))")
    page.table(table(of: person.edges, moments))
  }

  static func table(of person: IdentityManager.Person) -> TextTable {
    var table = TextTable([.text("identifier"), .number("events")], indentation: 2)
    for member in person.members { table.append([member.id.rawValue, NumberText.count(member.eventCount)]) }
    if person.members.count > 1 { table.append(["all", NumberText.count(person.eventCount)]) }
    return table
  }

  static func table(of edges: [IdentityEdge], _ moments: MomentText) -> TextTable {
    var table = TextTable(
      [.init(title: "when"), .text("former"), .text("known"), .text("by"), .prose("state")], indentation: 2)
    for edge in edges {
      table.append([
        moments.toMinute(edge.time), edge.former.rawValue, edge.known.rawValue, "\(edge.kind.rawValue), \(edge.source)",
        edge.reason.map { "refused: \($0.message)" } ?? edge.state.rawValue,
      ])
    }
    return table
  }
}
