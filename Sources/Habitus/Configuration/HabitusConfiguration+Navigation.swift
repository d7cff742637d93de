extension HabitusConfiguration {
  /// How users are followed through the product.
  public struct Navigation: Sendable, Equatable {
    /// By name, the steps of a funnel, each the text of an ``EventSelector``.
    public var funnels: [String: [String]] = [:]
    /// By name, the events that end every attempt at a funnel.
    public var funnelExclusions: [String: [String]] = [:]
    /// The names of the funnels that let no other event come between.
    public var strictFunnels: [String] = []
    /// The names of the funnels whose steps may come in any order.
    public var anyOrderFunnels: [String] = []
    /// The longest time from the first to the last step.
    public var funnelWindow = FunnelDefinition.standardWindow
    /// That time in hours, by name of the funnels that have one of their own.
    public var funnelWindowHours: [String: Double] = [:]
    /// The events that let users join a cohort, as the text of an ``EventSelector``.
    public var retentionStart = "*"
    /// The events that count as coming back.
    public var retentionReturn = "*"
    /// The length of a period.
    public var retentionPeriod = RetentionDefinition.Period.week
    /// How many periods after that of the start are looked at.
    public var retentionPeriodCount = 8
    /// How periods are cut.
    public var retentionCut = RetentionDefinition.Cut.calendar
    /// Which start events count.
    public var retentionCohorts = RetentionDefinition.Cohorts.first
    /// When a user counts as having returned.
    public var retentionCounting = RetentionDefinition.Counting.within

    /// The defaults.
    public init() {}
  }
}

extension HabitusConfiguration.Navigation {
  /// The funnel called `name`.
  func funnel(_ name: String) throws(HabitusError) -> FunnelDefinition {
    let mentioned = Set(funnelExclusions.keys).union(strictFunnels).union(anyOrderFunnels).union(funnelWindowHours.keys)
    for name in [name] + mentioned.sorted() where funnels[name] == nil {
      throw .unknownFunnel(name, known: funnels.keys.sorted())
    }
    if strictFunnels.contains(name), anyOrderFunnels.contains(name) {
      throw .invalidFunnel(
        reason: "'\(name)' is among navigation.strict_funnels and navigation.any_order_funnels at once")
    }
    return FunnelDefinition(
      steps: try Self.selectors(funnels[name]),
      order: strictFunnels.contains(name) ? .strict : anyOrderFunnels.contains(name) ? .any : .ordered,
      window: funnelWindowHours[name].map(ConfigurationKey.Unit.hours.duration) ?? funnelWindow,
      exclusions: try Self.selectors(funnelExclusions[name]))
  }

  /// The retention that is looked at unless another is asked for.
  func retention() throws(HabitusError) -> RetentionDefinition {
    RetentionDefinition(
      start: try EventSelector(retentionStart), returning: try EventSelector(retentionReturn), period: retentionPeriod,
      periodCount: retentionPeriodCount, cut: retentionCut, cohorts: retentionCohorts, counting: retentionCounting)
  }

  private static func selectors(_ texts: [String]?) throws(HabitusError) -> [EventSelector] {
    var selectors: [EventSelector] = []
    for text in texts ?? [] { selectors.append(try EventSelector(text)) }
    return selectors
  }
}
