/// How far a fit has come.
public struct FitProgress: Equatable, Sendable {
  /// Outer iterations that are complete.
  public let completedCount: Int
  /// The most there will be; a fit may end earlier.
  public let maximumCount: Int

  /// Makes a state of progress.
  public init(completedCount: Int, maximumCount: Int) {
    self.completedCount = completedCount
    self.maximumCount = maximumCount
  }
}

/// Called by a kernel after every outer iteration; throwing ends the fit and leaves nothing behind.
public typealias Checkpoint = (FitProgress) throws(CancellationError) -> Void
