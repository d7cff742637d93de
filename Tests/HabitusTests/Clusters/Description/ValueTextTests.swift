import HabitusModel
import Testing

@testable import Habitus

@Suite("Values in words")
struct ValueTextTests {
  /// Narrow no-break spaces stand as "_".
  private func plain(_ text: LocalizedText) -> [String] {
    [text.english, text.french].map { $0.replacing("\u{202F}", with: "_") }
  }

  @Test(
    "are rounded for readers and carry their units",
    arguments: [
      (12.34, FeatureUnit.count, "12.3", "12,3"), (1234.5, .count, "1,234", "1_234"), (2, .count, "2", "2"),
      (0.456, .count, "0.46", "0,46"), (-1_234_567, .count, "−1,234,567", "−1_234_567"), (0, .count, "0", "0"),
      (0.26, .share, "26_%", "26_%"), (0.0712, .share, "7.1_%", "7,1_%"), (0.07, .share, "7_%", "7_%"),
      (0.0001, .share, "<_0.1_%", "<_0,1_%"), (0, .share, "0_%", "0_%"), (1, .share, "100_%", "100_%"),
      (4.52, .seconds, "4.5_s", "4,5_s"), (59.4, .seconds, "59_s", "59_s"), (59.7, .seconds, "1_min", "1_min"),
      (200, .seconds, "3_min_20_s", "3_min_20_s"), (3599.8, .seconds, "1_h", "1_h"),
      (18_720, .seconds, "5_h_12_min", "5_h_12_min"), (216_000, .seconds, "2.5_days", "2,5_jours"),
      (60, .hours, "2.5_days", "2,5_jours"), (1.5, .hours, "1_h_30_min", "1_h_30_min"),
      (2.5, .days, "2.5_days", "2,5_jours"), (1, .days, "1_day", "1_jour"), (1.5, .days, "1.5_days", "1,5_jour"),
      (1.98, .days, "2_days", "2_jours"), (1.96, .bits, "2_bits", "2_bits"), (1, .bits, "1_bit", "1_bit"),
      (1.46, .bits, "1.5_bits", "1,5_bit"), (63.21, .score, "63.2", "63,2"), (0.456, .index, "0.46", "0,46"),
      (20.5, .hourOfDay, "20:30", "20_h_30"), (9, .hourOfDay, "09:00", "9_h"), (23.999, .hourOfDay, "00:00", "0_h"),
    ])
  func units(value: Double, unit: FeatureUnit, english: String, french: String) {
    #expect(plain(ValueText(value, unit).text) == [english, french])
  }

  @Test("get more digits where two would look alike")
  func pairs() {
    let (a, b) = ValueText.pair(0.261, 0.264, .share)
    #expect(plain(a.text) + plain(b.text) == ["26.1_%", "26,1_%", "26.4_%", "26,4_%"])
    let same = ValueText.pair(0.26, 0.26, .share)
    #expect(plain(same.0.text) == ["26_%", "26_%"])
    let (c, d) = ValueText.factorPair(1, -0.5)
    #expect(plain(c.text) + plain(d.text) == ["2 times", "2 fois", "0.71 times", "0,71 fois"])
  }

  @Test(
    "keep all digits as bounds of conditions",
    arguments: [
      (0.0725, FeatureUnit.share, "7.25_%", "7,25_%"), (0.07, .share, "7_%", "7_%"),
      (200, .seconds, "3_min_20_s", "3_min_20_s"), (12.5, .seconds, "12.5_s", "12,5_s"),
      (100.5, .seconds, "100.5_s", "100,5_s"), (30.5, .hours, "30.5_h", "30,5_h"), (3, .days, "3_days", "3_jours"),
      (20.5, .hourOfDay, "20:30", "20_h_30"), (16.6, .hourOfDay, "16:36", "16_h_36"),
      (20.123, .hourOfDay, "20.123_h", "20,123_h"),
      (12_345.678, .count, "12,345.678", "12_345,678"), (-0.25, .index, "−0.25", "−0,25"),
      (2, .bits, "2_bits", "2_bits"),
    ])
  func exact(value: Double, unit: FeatureUnit, english: String, french: String) {
    #expect(plain(ValueText.exact(value, unit)) == [english, french])
  }

  @Test("choose between the singular and the plural, in French up to below 2")
  func plurals() {
    func filled(_ value: Double, _ language: Language) -> String {
      TextTemplate(text: "{here} [one|many] x").filled(with: ValueText(value, .count), language)
    }
    #expect(filled(1, .english) == "1 one x" && filled(1.5, .english) == "1.5 many x")
    #expect(filled(0, .english) == "0 many x" && filled(1.04, .english) == "1 one x")
    #expect(filled(1.5, .french) == "1,5 one x" && filled(1.97, .french) == "2 many x")
    #expect(filled(0, .french) == "0 one x" && filled(2, .french) == "2 many x")
    #expect(TextTemplate(text: "nothing").filled(with: ValueText(1, .count), .english) == "nothing")
  }

  @Test("of any size and kind are written without a crash")
  func extremes() {
    let units: [FeatureUnit] = [
      .count, .share, .seconds, .hours, .days, .bits, .score, .ratio, .hourOfDay, .index,
    ]
    let values = [0, 1e-300, -1e-9, 1e15, -1e300, Double.greatestFiniteMagnitude, .infinity, .nan]
    for unit in units {
      for value in values {
        #expect(!ValueText(value, unit).text.english.isEmpty)
        #expect(!ValueText.exact(value, unit).french.isEmpty)
        #expect(!ValueText.pair(value, 1, unit).0.text.english.isEmpty)
      }
    }
  }
}
