internal import HabitusKernels
internal import HabitusModel
internal import HabitusTracking

/// An event as preferences look at it: with codes for its texts.
struct PreferenceEvent: Sendable {
  var time: Int64
  var type: UInt32
  /// ``TermDictionary/missing`` for none, as the following codes.
  var item = TermDictionary.missing
  var category = TermDictionary.missing
  var page = TermDictionary.missing
  /// NaN for none.
  var value = Double.nan
  /// A JSON object as text; empty for none, or where nothing in it matters.
  var properties = ""
}

/// Evidence about a value of a dimension.
struct PreferenceContribution: Sendable, Hashable {
  let dimension: Int
  let code: UInt32
  /// Negative where it speaks against.
  let weight: Double
}

/// A rating of something, or of an aspect of it, and what it speaks about.
struct CodedRating: Sendable, Hashable {
  /// A number made from the aspect's name; 0 on the whole.
  let aspect: UInt32
  let value: Double
  let targets: [Target]

  struct Target: Sendable, Hashable {
    let dimension: Int
    let code: UInt32
  }
}

/// What is known of items, by their codes.
struct ItemFacts: Sendable {
  /// ``TermDictionary/missing`` where the item's category is not known.
  var categories: [UInt32] = []
  /// By property and item.
  var values: [[[UInt32]]] = []

  func category(of item: UInt32) -> UInt32 {
    item < UInt32(clamping: categories.count) ? categories[Int(item)] : TermDictionary.missing
  }

  func values(of property: Int, _ item: UInt32) -> [UInt32] {
    guard property < values.count, item < UInt32(clamping: values[property].count) else { return [] }
    return values[property][Int(item)]
  }
}

/// Turns events into evidence about values.
///
/// An event counts by the weight of its type; a view by its time, too: a view of the usual time counts once, a passing
/// glance nearly nothing, a long one at most twice. An hour, a part of the day or a weekday counts once a day, however much
/// was done in it. What a user turns away from speaks against its content: against the
/// properties that the reasons name, if they do; the hour, the page and the way of acting count as for any other act.
/// A rating speaks for or against content by what it is on the reviewer's own scale, each aspect that is named like a
/// property about that alone.
struct PreferenceCoder: Sendable {
  var plan: PreferencePlan
  private(set) var vocabularies: [PropertyVocabulary]
  private var items: ItemFacts
  private var traits: [PreferencePlan.TypeTraits] = []

  /// The evidence of the event that was read last.
  private(set) var contributions: [PreferenceContribution] = []
  /// The ratings of the event that was read last.
  private(set) var ratings: [CodedRating] = []
  /// The local day of the event that was read last, since 1970.
  private(set) var day = 0
  /// Whether the event that was read last was at another time than midnight, here or in UTC.
  private(set) var hasTimeOfDay = false

  init(
    _ plan: PreferencePlan, types: TermDictionary, vocabularies: [PropertyVocabulary], items: ItemFacts = ItemFacts()
  ) {
    self.plan = plan
    self.vocabularies = vocabularies
    self.items = items
    for code in 0..<UInt32(types.count) { addType(types.text(of: code)) }
  }

  /// Number of types that are known.
  var typeCount: Int { traits.count }

  /// Makes the next type known.
  mutating func addType(_ type: String) { traits.append(plan.traits(of: type)) }

  /// Whether properties of an event of this type matter.
  func readsProperties(ofType type: UInt32) -> Bool {
    let traits = traits[Int(type)]
    return !vocabularies.isEmpty || traits.isRating || traits.weight < 0
  }

  /// The events of a user in the window, one by one: each is read before `body` is called.
  mutating func forEachEvent(
    of frame: borrowing EventFrame, userAt index: Int, _ body: (inout PreferenceCoder, Int) throws -> Void
  ) rethrows {
    for position in plan.positions(of: frame, userAt: index) {
      let type = frame.types[position]
      var event = PreferenceEvent(time: frame.times[position], type: type, value: frame.values[position])
      if !frame.items.isEmpty { event.item = frame.items[position] }
      if !frame.categories.isEmpty { event.category = frame.categories[position] }
      if !frame.pages.isEmpty { event.page = frame.pages[position] }
      if frame.properties.count > 0, readsProperties(ofType: type) {
        event.properties = frame.properties.text(at: position)
      }
      guard read(event) else { continue }
      try body(&self, position)
    }
  }

  /// Reads an event; returns whether it lies on a day of the window. O(dimensions), and O(properties' text).
  mutating func read(_ event: PreferenceEvent) -> Bool {
    contributions.removeAll(keepingCapacity: true)
    ratings.removeAll(keepingCapacity: true)
    let local = plan.calendar.localTime(of: Timestamp(milliseconds: event.time))
    day = local.date.daysSince1970
    guard day >= plan.firstDay else { return false }
    hasTimeOfDay = local.isTimeOfDay(at: event.time)
    let traits = traits[Int(event.type)]
    let document =
      event.properties.isEmpty
      ? nil : (try? JSONDocument(event.properties)).flatMap { $0.root.kind == .object ? $0 : nil }
    var weight = traits.weight
    if traits.isView, event.value >= 0 { weight *= viewFactor(event.value) }
    for index in plan.dimensions.indices {
      let dimension = plan.dimensions[index]
      guard dimension.family != .content else { continue }
      let code: UInt32
      switch dimension.source {
      case .wayOfActing: code = traits.wayOfActing?.code ?? TermDictionary.missing
      case .type: code = event.type
      case .hour: code = UInt32(local.hour)
      case .partOfDay: code = UInt32(local.hour / 6)
      case .weekday: code = UInt32(local.weekday)
      case .page: code = event.page
      case .category, .item, .property: continue
      }
      add(dimension.family == .time && weight != 0 ? 1 : weight.magnitude, index, code)
    }
    if traits.isRating, addRatings(event, document) { return true }
    addContent(event, weight, document)
    return true
  }

  private mutating func add(_ weight: Double, _ dimension: Int, _ code: UInt32) {
    guard code != TermDictionary.missing, weight != 0 else { return }
    contributions.append(PreferenceContribution(dimension: dimension, code: code, weight: weight))
  }

  /// 0 for no time, 1 for the usual time, towards 2 for ever longer.
  private func viewFactor(_ seconds: Double) -> Double {
    let usual = plan.settings.usualViewTime / .seconds(1)
    // The quotient first: twice the largest numbers is no number.
    return seconds.isFinite ? 2 * (seconds / (seconds + usual)) : 2
  }

  // MARK: Content

  private mutating func addContent(_ event: PreferenceEvent, _ weight: Double, _ document: JSONDocument?) {
    let named = weight < 0 ? dimensions(namedBy: document) : []
    for index in plan.dimensions.indices where plan.dimensions[index].family == .content {
      if !named.isEmpty, plan.dimensions[index].source != .item, !named.contains(index) { continue }
      for code in codes(plan.dimensions[index].source, event, document) { add(weight, index, code) }
    }
  }

  /// The dimensions of content that the reasons for turning away name.
  private func dimensions(namedBy document: JSONDocument?) -> Set<Int> {
    guard let node = document?.root.member(plan.settings.reasonsProperty) else { return [] }
    return Set(PropertyValue.values(of: node).compactMap { dimension(named: $0.text) })
  }

  private func dimension(named name: String) -> Int? {
    let name = name.lowercased()
    return plan.dimensions.firstIndex { $0.family == .content && $0.name.lowercased() == name }
  }

  /// The codes of an event's values in a dimension of content.
  private mutating func codes(
    _ source: PreferenceDimension.Source, _ event: PreferenceEvent, _ document: JSONDocument?
  ) -> [UInt32] {
    switch source {
    case .item: return [event.item]
    case .category: return [event.category == TermDictionary.missing ? items.category(of: event.item) : event.category]
    case .property(let property):
      let node = document.flatMap { Self.value(plan.settings.properties[property], in: $0.root) }
      guard let node else { return items.values(of: property, event.item) }
      var (codes, seen): ([UInt32], Set<UInt32>) = ([], [])
      for value in PropertyValue.values(of: node) {
        if let code = vocabularies[property].code(of: value), seen.insert(code).inserted { codes.append(code) }
      }
      return codes
    case .wayOfActing, .type, .hour, .partOfDay, .weekday, .page: return []
    }
  }

  /// The value of a property, of which the parts of a name with dots may lie in objects.
  static func value(_ name: String, in object: JSONNode) -> JSONNode? {
    if let node = object.member(name) { return node.isNull ? nil : node }
    guard name.contains(".") else { return nil }
    var node = object
    for part in name.split(separator: ".") {
      guard let inner = node.member(String(part)) else { return nil }
      node = inner
    }
    return node.isNull ? nil : node
  }

  /// The values that an item has in a dimension of content.
  func values(_ source: PreferenceDimension.Source, of item: Item) -> [PropertyValue] {
    switch source {
    case .category: item.category.map { $0.isEmpty ? [] : [.text($0)] } ?? []
    case .property(let property):
      KnownItems.value(plan.settings.properties[property], of: item).map(PropertyValue.values) ?? []
    case .item, .wayOfActing, .type, .hour, .partOfDay, .weekday, .page: []
    }
  }

  /// The code of a value of an item; `nil` of a category without events.
  mutating func code(
    of value: PropertyValue, in source: PreferenceDimension.Source, _ dictionaries: EventDictionaries
  ) -> UInt32? {
    switch source {
    case .category: dictionaries.categories.code(of: value.text)
    case .property(let property): vocabularies[property].code(of: value)
    case .item, .wayOfActing, .type, .hour, .partOfDay, .weekday, .page: nil
    }
  }

  // MARK: Ratings

  /// Adds the ratings of an event; `false` where it has none that can be read.
  private mutating func addRatings(_ event: PreferenceEvent, _ document: JSONDocument?) -> Bool {
    let settings = plan.settings.ratings
    let range = settings.lowest...settings.highest
    func rating(_ node: JSONNode?) -> Double? {
      guard let node, let number = node.number ?? node.string.flatMap(Double.init) else { return nil }
      return range.contains(number) ? number : nil
    }
    var byDimension: [Int: (aspect: String, value: Double)] = [:]
    var others: [(aspect: String, value: Double)] = []
    for member in document?.root.member(settings.aspectsProperty)?.members ?? [] {
      guard let value = rating(member.value) else { continue }
      if let dimension = dimension(named: member.key) {
        byDimension[dimension] = (member.key, value)
      } else {
        others.append((member.key, value))
      }
    }
    let whole = rating(document?.root.member(settings.property)) ?? (range.contains(event.value) ? event.value : nil)
    for (dimension, rated) in byDimension.sorted(by: { $0.key < $1.key }) {
      append(rated.aspect, rated.value, event, document) { $0 == dimension }
    }
    // An aspect that is no property speaks about the item alone.
    for (aspect, value) in others {
      append(aspect, value, event, document) { [plan] in plan.dimensions[$0].source == .item }
    }
    if let whole { append("", whole, event, document) { byDimension[$0] == nil } }
    return !ratings.isEmpty
  }

  private mutating func append(
    _ aspect: String, _ value: Double, _ event: PreferenceEvent, _ document: JSONDocument?,
    _ isMeant: (Int) -> Bool
  ) {
    var targets: [CodedRating.Target] = []
    for index in plan.dimensions.indices where plan.dimensions[index].family == .content && isMeant(index) {
      for code in codes(plan.dimensions[index].source, event, document) where code != TermDictionary.missing {
        targets.append(CodedRating.Target(dimension: index, code: code))
      }
    }
    ratings.append(
      CodedRating(aspect: aspect.isEmpty ? 0 : IdentifierHash.shortHash(of: aspect), value: value, targets: targets))
  }
}
