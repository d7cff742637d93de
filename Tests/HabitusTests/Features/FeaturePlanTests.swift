import HabitusModel
import Testing

@testable import Habitus

@Suite("FeaturePlan")
struct FeaturePlanTests {
  private func plan(
    adding features: [any Feature] = [], _ change: (inout FeatureOptions) -> Void
  ) throws -> FeaturePlan {
    var options = FeatureOptions()
    change(&options)
    return try FeaturePlan(
      options: options, window: AnalysisWindow(asOf: moment("2026-01-11"), days: 30, timeZone: "UTC"),
      types: TermDictionary(["click"]), features: features)
  }

  @Test("leaves out the columns of groups that are not selected")
  func groups() throws {
    let (frame, dictionaries) = frame(of: [[try SimpleEvent("2026-01-09T10:00:00Z", "click", item: "a")]])
    var options = FeatureOptions()
    let whole = try FeaturePlan(
      options: options, window: window(asOf: "2026-01-11", options), types: dictionaries.types)
    options.groups = [.content, .engagement]
    let part = try FeaturePlan(
      options: options, window: window(asOf: "2026-01-11", options), types: dictionaries.types)
    let wanted = FeatureDictionary.definitions.filter { $0.group == .content || $0.group == .engagement }
    #expect(part.definitions == wanted)
    let all = scan([frame], whole)
    let some = scan([frame], part)
    for definition in wanted {
      #expect(
        some.values(of: definition.name)?.map(\.bitPattern) == all.values(of: definition.name)?.map(\.bitPattern))
    }
  }

  @Test("asks for the source's sessions only where they cut")
  func columns() throws {
    #expect(try plan { _ in }.columns == [.items, .categories, .values])
    #expect(try plan { $0.sessionBoundary = .source }.columns.contains(.sessions))
  }

  @Test("refuses options that have no meaning, naming them")
  func refusals() throws {
    func refused(_ name: String, _ change: (inout FeatureOptions) -> Void) {
      #expect(
        performing: { try plan(change) },
        throws: { error in
          guard case .invalidOption(name, _, _)? = error as? FeatureError else { return false }
          return true
        })
    }
    refused("sessionGap") { $0.sessionGap = .seconds(-1) }
    refused("sessionCap") { $0.sessionCap = .zero }
    refused("engagementHalfLife") { $0.engagementHalfLife = .zero }
    refused("eventWeights.click") { $0.eventWeights["click"] = .nan }
    refused("otherEventWeight") { $0.otherEventWeight = .infinity }
    #expect(throws: FeatureError.unknownTimeZone("Mars/Olympus")) { try plan { $0.timeZone = "Mars/Olympus" } }
  }
}
