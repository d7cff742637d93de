import HabitusModel
import Testing

@testable import Habitus

extension Tag {
  /// Compares a fast path with a slow, obvious twin.
  @Tag static var differential: Self
}

/// One event of a test, with texts in place of codes.
struct SimpleEvent {
  var time: Int64
  var type = "page_view"
  var item: String?
  var category: String?
  var value: Double?
  var session: String?
  var properties: String?

  init(
    _ time: String, _ type: String = "page_view", item: String? = nil, category: String? = nil, value: Double? = nil,
    session: String? = nil, properties: String? = nil
  ) throws {
    self.init(
      milliseconds: try moment(time).milliseconds, type: type, item: item, category: category, value: value,
      session: session, properties: properties)
  }

  init(
    milliseconds: Int64, type: String = "page_view", item: String? = nil, category: String? = nil,
    value: Double? = nil, session: String? = nil, properties: String? = nil
  ) {
    time = milliseconds
    self.type = type
    self.item = item
    self.category = category
    self.value = value
    self.session = session
    self.properties = properties
  }
}

/// A moment from RFC 3339 text.
func moment(_ text: String) throws -> Timestamp { try #require(Timestamp(rfc3339: text), "\(text)") }

/// A window from the options' length and zone.
func window(asOf: String, _ options: FeatureOptions) throws -> AnalysisWindow {
  try AnalysisWindow(asOf: moment(asOf), days: options.windowDays, timeZone: options.timeZone)
}

/// The frame of users whose events are already in order.
func frame(of users: [[SimpleEvent]]) -> (frame: EventFrame, dictionaries: EventDictionaries) {
  var frame = EventFrame()
  var dictionaries = EventDictionaries()
  func code(_ text: String?, _ dictionary: inout TermDictionary) -> UInt32 {
    text.map { dictionary.code(adding: $0) } ?? TermDictionary.missing
  }
  for (user, events) in users.enumerated() {
    frame.users.append(UInt32(user))
    for event in events {
      frame.times.append(event.time)
      frame.types.append(dictionaries.types.code(adding: event.type))
      frame.items.append(code(event.item, &dictionaries.items))
      frame.categories.append(code(event.category, &dictionaries.categories))
      frame.values.append(event.value ?? .nan)
      frame.sessions.append(code(event.session, &dictionaries.sessions))
      frame.properties.append(event.properties ?? "")
    }
    frame.offsets.append(frame.times.count)
  }
  return (frame, dictionaries)
}

/// The features of one user with these events, by name; "no value" is absent.
func features(
  of events: [SimpleEvent], asOf: String, options: FeatureOptions = FeatureOptions(), adding added: [any Feature] = []
) throws -> [String: Double] {
  let (frame, dictionaries) = frame(of: [events])
  let plan = try FeaturePlan(
    options: options, window: window(asOf: asOf, options), types: dictionaries.types, features: added)
  let table = scan([frame], plan)
  try #require(table.users == [0])
  return Dictionary(uniqueKeysWithValues: zip(plan.definitions.map(\.name), table.values).filter { !$0.1.isNaN })
}

/// What one scanner makes of frames, one after the other.
func scan(_ frames: [EventFrame], _ plan: FeaturePlan) -> FeatureTable {
  var scanner = FeatureScanner(plan)
  var rows = FeatureRows(columnCount: plan.definitions.count)
  for frame in frames { scanner.scan(frame, into: &rows) }
  return FeatureTable(rows, plan: plan)
}

/// Steele, Lea & Flood's SplitMix64: the same numbers from the same seed, everywhere.
struct SplitMix64: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
    return word ^ word >> 31
  }
}
