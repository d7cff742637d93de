internal import HabitusKernels
internal import HabitusModel
internal import HabitusStore

/// Predicts users one by one, with what was learned from everybody.
struct UserPredictor: Sendable {
  private let models: PredictionModels
  private let asOf: Timestamp
  private let calendar: LocalCalendar
  private let lastDay: Int
  /// By type code, whether events are purchases.
  private let isPurchase: [Bool]
  /// By type code, the item of ``NextEventModel``.
  private let items: [Int32]

  init(_ models: PredictionModels, _ snapshot: EventSnapshot, _ plan: FeaturePlan, _ workspace: Workspace) throws {
    self.models = models
    asOf = plan.window.asOf
    let first = snapshot.timeRange?.lowerBound ?? asOf
    calendar = try LocalCalendar(timeZone: plan.options.timeZone, from: min(first, asOf), to: asOf)
    lastDay = calendar.lastDay(before: asOf)
    isPurchase = models.values == nil ? [] : workspace.isPurchase(snapshot.dictionaries.types)
    items = models.next?.items(snapshot.dictionaries.types) ?? []
  }

  /// The columns of frames that are read.
  var columns: EventColumns { models.values == nil ? [] : .values }

  /// What is expected of a user of a frame, who has all events there from the first one on.
  ///
  /// - Parameter features: in the order of the plan; `nil` for who had no event in the window.
  func entries(
    of frame: borrowing EventFrame, userAt index: Int, features: [Double]?
  ) throws -> [PredictionRecord.Entry] {
    var entries: [PredictionRecord.Entry] = []
    if let visits = models.visits {
      var history = VisitHistory()
      history.add(frame, userAt: index, before: asOf, calendar)
      if !history.users.isEmpty, let user = history.customer(at: 0, upTo: lastDay) {
        entries += visits.entries(of: user)
      }
    }
    if let features {
      entries += try models.learned.map { try $0.entry(features, horizonDays: models.horizonDays) }
    }
    if let values = models.values {
      var history = PurchaseHistory()
      history.add(frame, userAt: index, before: asOf, calendar, isPurchase: isPurchase)
      if !history.users.isEmpty, let user = history.customer(at: 0, upTo: lastDay) {
        entries += try values.entries(of: user)
      }
    }
    if let next = models.next {
      let latest = EventSequences.latest(frame, userAt: index, before: asOf)
      if let entry = next.entry(after: frame.types[latest].map { items[Int($0)] }) { entries.append(entry) }
    }
    return entries
  }
}
