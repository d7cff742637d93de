public import HabitusModel

extension Export {
  /// The columns of exported patterns.
  public static let patternColumns = [
    "kind", "dimension", "elements", "unit", "support", "total", "share", "expected_share", "lift", "p_value",
    "q_value", "sentence",
  ]

  /// Writes the patterns of everybody, or of one user, a row a pattern; `elements` is a JSON array.
  ///
  /// - Parameters:
  ///   - user: one user; `nil` for everybody.
  ///   - asOf: the window's end; one millisecond after the last stored event unless given.
  ///   - windowDays: the window's length; the configured one unless given.
  public func patterns(
    of user: UserID? = nil, asOf: Timestamp? = nil, windowDays: Int? = nil, to sink: @escaping Sink
  ) async throws {
    let detector = PatternDetector(workspace)
    let patterns =
      if let user {
        try await detector.detectPatterns(userID: user, asOf: asOf, windowDays: windowDays)
      } else {
        try await detector.detectPatterns(asOf: asOf, windowDays: windowDays)
      }
    try writeHeader(Self.patternColumns, to: sink)
    try write(patterns.count, rowsPerPiece: 1024, columns: Self.patternColumns, to: sink) { text, index in
      let pattern = patterns[index]
      var elements: [UInt8] = []
      JSONBytes.append(strings: pattern.elements, to: &elements)
      text.append(pattern.kind.rawValue)
      text.append(pattern.dimension?.rawValue ?? "")
      elements.withUnsafeBytes { text.append(json: $0) }
      text.append(pattern.unit.rawValue)
      text.append(pattern.support)
      text.append(pattern.total)
      text.append(pattern.share)
      text.append(pattern.expectedShare)
      text.append(pattern.lift)
      text.append(pattern.pValue)
      text.append(pattern.qValue)
      text.append(pattern.sentence[workspace.configuration.visualization.language])
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
