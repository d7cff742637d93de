import Habitus
import HabitusServer

/// What `habitus serve` says once it listens.
struct ServeAnswer: Encodable {
  let url: String
  let host: String
  let port: Int
  let data: String
  let protocols: [String]
  let openSources: [String]
  let pulledSources: [String]
  let keyCount: Int
  let notes: [String]

  /// - Parameter port: the one that is listened on, which the system may have chosen.
  init(_ options: ServerOptions, port: Int, parts: ServiceParts, directory: String) {
    host = options.host
    self.port = port
    url = "http://" + (options.host.contains(":") ? "[\(options.host)]" : options.host) + ":\(port)"
    data = directory
    protocols = parts.protocols.map(\.name)
    openSources = options.openSources.sorted()
    pulledSources = parts.sources
    keyCount = parts.keyCount
    var notes: [String] = []
    if !options.isLocal {
      notes.append("There is no TLS: keys and events travel in the clear unless a proxy in front encrypts them.")
    }
    if parts.keyCount == 0, options.openSources.isEmpty {
      notes.append("Nobody can send yet: create a key, or name protocols that need none in intake.open_sources.")
    }
    self.notes = notes
  }

  /// The answer for people.
  func fill(_ page: inout Page) {
    page.title("Listening on \(url)")
    page.fields([
      ("data", data), ("protocols", Self.list(protocols)), ("without a key", Self.list(openSources)),
      ("pulled", Self.list(pulledSources)), ("keys", NumberText.count(keyCount)),
    ])
    for note in notes { page.note(note) }
  }

  private static func list(_ names: [String]) -> String { names.isEmpty ? "none" : names.joined(separator: ", ") }
}
