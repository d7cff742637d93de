import HabitusModel
import Testing

@Suite("TermDictionary")
struct TermDictionaryTests {
  @Test("gives codes in order of first appearance, as a dictionary of the standard library does", arguments: 0..<5)
  func codes(seed: UInt64) {
    var state = seed
    var dictionary = TermDictionary()
    var reference: [String: UInt32] = [:]
    for _ in 0..<5000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let text = String(repeating: "aé", count: Int(state >> 60)) + String((state >> 33) % 1500)
      let code = reference[text] ?? UInt32(reference.count)
      reference[text] = code
      #expect(dictionary.code(adding: text) == code)
    }
    #expect(dictionary.count == reference.count)
    for (text, code) in reference {
      #expect(dictionary.code(of: text) == code)
      #expect(dictionary.text(of: code) == text)
    }
    #expect(dictionary.code(of: "never added") == nil)
  }

  @Test("tells texts apart that differ in length, in the last byte, or only in being empty")
  func similar() {
    let texts = ["", "a", "aa", "aaaaaaaa", "aaaaaaab", "aaaaaaaaa", "aaaaaaaa\u{0}", "é", "e\u{301}"]
    let dictionary = TermDictionary(texts)
    #expect(dictionary.count == texts.count)
    #expect(texts.map { dictionary.code(of: $0) } == (0..<UInt32(texts.count)).map { $0 })
  }
}

@Suite("Parallel")
struct ParallelTests {
  struct Failed: Error, Equatable { let part: Int }

  @Test("runs every part once, on any number of workers, and reports the first part that failed", arguments: [1, 2, 8])
  func parts(workers: Int) throws {
    let counts = Counts(100)
    try Parallel.forEach(100, workers: workers) { part in counts.add(part) }
    #expect(counts.values == Array(repeating: 1, count: 100))
    #expect(throws: Failed(part: 7)) {
      try Parallel.forEach(100, workers: workers) { part in if part == 7 { throw Failed(part: part) } }
    }
    try Parallel.forEach(0, workers: workers) { _ in Issue.record("there is no part") }
  }
}

/// Counts by part; each part writes to a place of its own.
private final class Counts: @unchecked Sendable {
  private let places: UnsafeMutableBufferPointer<Int>
  init(_ count: Int) {
    places = .allocate(capacity: count)
    places.initialize(repeating: 0)
  }
  deinit { places.deallocate() }
  func add(_ index: Int) { places[index] += 1 }
  var values: [Int] { Array(places) }
}
