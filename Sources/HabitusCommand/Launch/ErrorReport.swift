import ArgumentParser
import Foundation
import Habitus

/// What a failure says on standard error, and the code that the process ends with.
struct ErrorReport {
  /// One line a problem; empty where nothing is to be said.
  let lines: [String]
  let exitCode: Int32

  /// The code of a process that was interrupted by Ctrl-C.
  static let interrupted: Int32 = 130

  /// - Returns: `nil` for errors of the argument parser, which reports them itself.
  init?(_ error: any Error) {
    switch error {
    case is CancellationError:
      self.init(lines: [], exitCode: Self.interrupted)
    case let error as ConfigurationError:
      self.init(lines: error.problems.map { "error: \($0)" }, exitCode: 1)
    case CommandError.problemsFound(let problems):
      self.init(lines: problems.map { "error: \($0)" }, exitCode: 1)
    case is StoreError, is HabitusError, is TrackingError, is FeatureError, is AdministrationError,
      is ItemError, is CommandError:
      self.init(lines: ["error: \(DisplayWidth.printable("\(error)"))"], exitCode: 1)
    case is ExitCode, is CleanExit, is ValidationError:
      return nil
    default:
      guard HabitusCommand.exitCode(for: error) == .failure else { return nil }
      let isSystemError = error is CocoaError || error is POSIXError
      self.init(lines: ["error: \(isSystemError ? error.localizedDescription : "\(error)")"], exitCode: 1)
    }
  }

  private init(lines: [String], exitCode: Int32) {
    self.lines = lines
    self.exitCode = exitCode
  }
}
