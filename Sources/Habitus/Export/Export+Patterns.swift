public import HabitusModel

extension Export {
  /// The columns of exported patterns.
  public static let patternColumns = [
    "user", "kind", "dimension", "elements", "unit", "support", "total", "share", "expected_share", "lift", "p_value",
    "q_value", "standing", "everybody_share", "cluster_share", "sentence",
  ]

  /// Writes the patterns of everybody, or of one user, a row a pattern; `elements` is a JSON array, and `user` has no
  /// value for those of everybody.
  ///
  /// - Parameters:
  ///   - user: one user; `nil` for everybody.
  ///   - asOf: the window's end; one millisecond after the last stored event unless given.
  ///   - windowDays: the window's length; the configured one unless given.
  public func patterns(
    of user: UserID? = nil, asOf: Timestamp? = nil, windowDays: Int? = nil, to sink: @escaping Sink
  ) async throws {
    let detector = PatternDetector(workspace)
    let report =
      if let user {
        try await detector.detectPatterns(userID: user, asOf: asOf, windowDays: windowDays)
      } else {
        try await detector.detectPatterns(asOf: asOf, windowDays: windowDays)
      }
    try writeHeader(Self.patternColumns, to: sink)
    try write([report], to: sink)
  }

  /// Writes the patterns of each user, a row a pattern.
  ///
  /// - Parameters:
  ///   - asOf: the window's end; one millisecond after the last stored event unless given.
  ///   - windowDays: the window's length; the configured one unless given.
  public func patternsOfEachUser(
    asOf: Timestamp? = nil, windowDays: Int? = nil, to sink: @escaping Sink
  ) async throws {
    try writeHeader(Self.patternColumns, to: sink)
    try await PatternDetector(workspace).detectPatternsOfEachUser(asOf: asOf, windowDays: windowDays) {
      try write($0, to: sink)
    }
  }

  private func write(_ reports: [PatternReport], to sink: @escaping Sink) throws {
    let rows = reports.flatMap { report in report.patterns.map { (user: report.user, pattern: $0) } }
    let language = workspace.configuration.visualization.language
    try write(rows.count, rowsPerPiece: 1024, columns: Self.patternColumns, to: sink) { text, index in
      let (user, pattern) = rows[index]
      var elements: [UInt8] = []
      JSONBytes.append(strings: pattern.elements, to: &elements)
      text.append(user?.rawValue)
      text.append(pattern.kind.rawValue)
      text.append(pattern.dimension?.rawValue)
      elements.withUnsafeBytes { text.append(json: $0) }
      text.append(pattern.unit.rawValue)
      text.append(pattern.support)
      text.append(pattern.total)
      text.append(pattern.share)
      text.append(pattern.expectedShare)
      text.append(pattern.lift)
      text.append(pattern.pValue)
      text.append(pattern.qValue)
      text.append(pattern.comparison?.standing.rawValue)
      text.append(pattern.comparison?.everybodyShare)
      text.append(pattern.comparison?.clusterShare)
      text.append(pattern.sentence[language])
      text.endRow()
    }
  }
}

extension JSONBytes {
  /// Appends an array of strings.
  static func append(strings texts: [String], to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "["))
    for (index, text) in texts.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      append(string: text, to: &bytes)
    }
    bytes.append(UInt8(ascii: "]"))
  }
}
