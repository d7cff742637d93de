/// What can go wrong with a store, with what to do about it.
public enum StoreError: Error, Equatable {
  /// There is no store in the folder.
  case notFound(directory: String)
  /// Another process has the store open for writing.
  case inUse(directory: String, process: String)
  /// The folder or a file in it may not be written.
  case notWritable(path: String, reason: String)
  /// The file is not a store of Habitus.
  case foreign(path: String)
  /// The store was written by a later version.
  case tooNew(path: String)
  /// The store is damaged.
  case damaged(String)
  /// The disk is full; nothing of the last write was kept.
  case diskFull(path: String)
  /// The store was opened for reading only.
  case readOnly(directory: String)
  /// The store was opened for administration: events and profiles cannot be written.
  case administersOnly(directory: String)
  /// Another process wrote for longer than was waited for.
  case busy(directory: String)
  /// The store was reorganised while it was being read; reading again gives the answer.
  case changed
  /// An event that cannot be stored.
  case invalidEvent(id: String, reason: String)
  /// An item that cannot be stored.
  case invalidItem(id: String, reason: String)
  /// A string that cannot be stored: it is empty where one is needed, holds a NUL, or is not UTF-8.
  case invalidText(String)
  /// A statement about a consent or an identity, or the state of a source, that cannot be stored.
  case invalidStatement(reason: String)
}

extension StoreError: CustomStringConvertible {
  /// A sentence for the person at the terminal.
  public var description: String {
    switch self {
    case .notFound(let directory):
      "There is no Habitus store in '\(directory)'. Import a file first: habitus import FILE --data \(directory)"
    case .inUse(let directory, let process):
      "The store in '\(directory)' is being written by process \(process). Wait until it has finished, or end it."
    case .notWritable(let path, let reason):
      "'\(path)' cannot be written: \(reason). Choose another folder with --data, or change its permissions."
    case .foreign(let path):
      "'\(path)' is not a Habitus store. Nothing was changed. Choose another folder with --data."
    case .tooNew(let path):
      "'\(path)' was written by a later version of Habitus. Nothing was changed. Use that version, or another folder."
    case .damaged(let what):
      "The store is damaged: \(what). Nothing was changed. Run `habitus doctor`, and restore a backup if it confirms this."
    case .diskFull(let path):
      "The disk of '\(path)' is full. What was stored before is safe; nothing of the last write was kept. Make room, then repeat."
    case .readOnly(let directory):
      "The store in '\(directory)' was opened for reading only."
    case .administersOnly(let directory):
      "The store in '\(directory)' was opened for administration: keys, consents, identities, sources and items can be"
        + " written, events and profiles cannot."
    case .busy(let directory):
      "The store in '\(directory)' is being written by another process. Nothing was changed. Repeat the command."
    case .changed:
      "The store was reorganised while it was being read. Repeat the command."
    case .invalidEvent(let id, let reason):
      "Event '\(id)' cannot be stored: \(reason)."
    case .invalidItem(let id, let reason):
      "The item '\(id.prefix(100).filter { $0 != "\0" })' cannot be stored: \(reason)."
    case .invalidText(let text):
      "The text '\(text.prefix(100).filter { $0 != "\0" })' cannot be stored: texts are UTF-8 without NUL, and the"
        + " identifier of a user is not empty."
    case .invalidStatement(let reason):
      "The statement cannot be stored: \(reason)."
    }
  }
}
