internal import Foundation
public import Habitus
public import Logging

/// Writes the log line by line, as text or JSON.
public struct LineLog: LogHandler {
  /// What weighs less is left out.
  public var logLevel: Logger.Level
  /// What every line says besides its own.
  public var metadata: Logger.Metadata = [:]
  /// Makes what a line says out of what is known where it is written.
  public var metadataProvider: Logger.MetadataProvider?

  private let format: LogLine.Format
  private let write: @Sendable (String) -> Void
  private let now: @Sendable () -> Timestamp

  /// Makes a log.
  ///
  /// - Parameters:
  ///   - write: takes each line with its end, from any thread.
  ///   - now: the clock.
  public init(
    _ configuration: HabitusConfiguration.Log, now: @escaping @Sendable () -> Timestamp = LineLog.systemTime,
    write: @escaping @Sendable (String) -> Void = LineLog.writeToStandardError
  ) {
    logLevel = Logger.Level(rawValue: configuration.level.rawValue) ?? .info
    format = configuration.format == .json ? .json : .text
    self.now = now
    self.write = write
  }

  /// A value that every line has.
  public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  /// Writes a line.
  public func log(event: LogEvent) {
    var values = metadata
    if let provided = metadataProvider?.get() { values.merge(provided) { $1 } }
    if let own = event.metadata { values.merge(own) { $1 } }
    let sorted = values.sorted { $0.key < $1.key }.map { (key: $0.key, value: "\($0.value)") }
    write(
      LogLine.text(
        format, time: now(), level: event.level, message: "\(event.message)", metadata: sorted))
  }

  /// The clock of the system.
  @Sendable public static func systemTime() -> Timestamp {
    Timestamp(milliseconds: Int64((Date().timeIntervalSince1970 * 1000).rounded(.down)))
  }

  /// Writes a line in one piece; where it cannot be written there is nobody left to tell.
  @Sendable public static func writeToStandardError(_ line: String) {
    try? FileHandle.standardError.write(contentsOf: Data(line.utf8))
  }
}
