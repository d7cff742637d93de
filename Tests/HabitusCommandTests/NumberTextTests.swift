import Habitus
import Testing

@testable import HabitusCommand

@Suite("Numbers for people")
struct NumberTextTests {
  @Test("Thousands are grouped", arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (-1_234_567, "-1,234,567")])
  func counts(number: Int, text: String) { #expect(NumberText.count(number) == text) }

  @Test("The smallest whole number has a text")
  func smallest() { #expect(NumberText.count(Int.min) == "-9,223,372,036,854,775,808") }

  @Test(
    "Shares are percentages; what is there is never shown as nothing",
    arguments: [(0, "0 %"), (0.0001, "< 0.1 %"), (0.1234, "12.3 %"), (0.5, "50 %"), (0.9999, "100 %"), (1, "100 %")])
  func shares(share: Double, text: String) { #expect(NumberText.share(share) == text) }

  @Test(
    "Durations take the unit that suits them",
    arguments: [
      (0, "0 s"), (0.002, "< 0.01 s"), (0.25, "0.25 s"), (1.5, "1.5 s"), (9.97, "10 s"), (59.6, "1 min"),
      (125, "2 min 5 s"),
      (3600, "1 h"), (11_520, "3 h 12 min"), (388_800, "4.5 days"),
    ])
  func durations(seconds: Double, text: String) { #expect(NumberText.duration(seconds) == text) }

  @Test(
    "Bytes are in decimal units",
    arguments: [
      (0, "0 B"), (999, "999 B"), (1000, "1.00 kB"), (999_999, "1.00 MB"), (46_700_000, "46.7 MB"),
      (1_594_620_781, "1.59 GB"),
    ])
  func bytes(count: Int, text: String) { #expect(NumberText.bytes(count) == text) }

  @Test(
    "A feature's value carries its unit",
    arguments: [
      (678, .count, "678"), (49.267, .count, "49.27"), (0.236, .share, "23.6 %"), (954, .seconds, "15 min 54 s"),
      (28.83, .hours, "28 h 50 min"), (1, .days, "1 day"), (2.84, .days, "2.8 days"), (2.7712, .bits, "2.77 bits"),
      (9.52, .hourOfDay, "09:31"), (23.999, .hourOfDay, "00:00"), (-0.001, .index, "0.00"),
    ] as [(Double, FeatureUnit, String)])
  func values(value: Double, unit: FeatureUnit, text: String) { #expect(NumberText.value(value, unit) == text) }

  @Test(
    "Probabilities are written in full down to a thousandth",
    arguments: [(0.012, "0.012"), (3e-8, "3e-8"), (0, "< 1e-99")])
  func probabilities(value: Double, text: String) { #expect(PatternText.probability(value) == text) }
}
