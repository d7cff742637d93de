import Foundation
import HabitusModel

@testable import Habitus

/// The feature dictionary written as plainly as its definition in SQL, for one user: slow, obvious, with Foundation's
/// calendar for local time.
struct ReferenceFeatures {
  let options: FeatureOptions
  let window: AnalysisWindow
  private let calendar: Calendar

  init(options: FeatureOptions, window: AnalysisWindow) {
    self.options = options
    self.window = window
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = TimeZone(identifier: options.timeZone) ?? .gmt
    self.calendar = calendar
  }

  private struct Local {
    let day: Int
    let hour: Int
    let millisecondOfDay: Double
    var isWeekend: Bool { CivilDate(daysSince1970: day).weekday >= 5 }
  }

  private func local(_ time: Int64) -> Local {
    let (second, millisecond) = time.dividedFloor(by: 1000)
    let parts = calendar.dateComponents(
      [.year, .month, .day, .hour, .minute, .second], from: Date(timeIntervalSince1970: Double(second)))
    guard let year = parts.year, let month = parts.month, let day = parts.day, let hour = parts.hour,
      let minute = parts.minute, let wholeSecond = parts.second,
      let date = CivilDate(year: year, month: month, day: day)
    else { preconditionFailure("Foundation gives every part of a date") }
    return Local(
      day: date.daysSince1970, hour: hour,
      millisecondOfDay: Double(hour * 3_600_000 + minute * 60_000 + wholeSecond * 1000) + Double(millisecond))
  }

  private func daysBefore(_ days: Int) -> Int64 {
    let (second, millisecond) = window.asOf.milliseconds.dividedFloor(by: 1000)
    let date = Date(timeIntervalSince1970: Double(second))
    guard let earlier = calendar.date(byAdding: .day, value: -days, to: date) else { return .min }
    return Int64(earlier.timeIntervalSince1970.rounded()) * 1000 + millisecond
  }

  /// The values by name, "no value" absent; `nil` if no event lies in the window.
  func values(of all: [SimpleEvent]) -> [String: Double]? {
    let asOf = window.asOf.milliseconds
    let e = all.filter { $0.time >= window.start.milliseconds && $0.time < asOf }
    guard !e.isEmpty else { return nil }
    let n = Double(e.count)
    let roles = options.roles
    var out: [String: Double] = [:]
    let sessions = cut(e)

    out["event_count"] = n
    out["recency_days"] = Double(asOf - e[e.count - 1].time) / 86_400_000
    out["span_days"] = Double(e[e.count - 1].time - e[0].time) / 86_400_000
    let deltas = zip(e, e.dropFirst()).map { Double($1.time - $0.time) / 1000 }
    let gaps = sessions.flatMap { zip($0, $0.dropFirst()).map { Double(e[$1].time - e[$0].time) / 1000 } }
    out["gap_median_s"] = median(gaps)
    if let m = mean(deltas), let s = deviation(deltas), s + m > 0 { out["burstiness"] = (s - m) / (s + m) }

    let places = e.map { local($0.time) }
    func share(_ flags: [Bool]) -> Double { Double(flags.filter { $0 }.count) / Double(flags.count) }
    out["weekend_share"] = share(places.map(\.isWeekend))
    out["night_share"] = share(places.map { $0.hour >= 22 || $0.hour < 6 })
    out["business_share"] = share(places.map { !$0.isWeekend && $0.hour >= 9 && $0.hour <= 17 })
    let angles = places.map { 2 * Double.pi * $0.millisecondOfDay / 86_400_000 }
    let x = angles.map { cos($0) }.reduce(0, +) / n
    let y = angles.map { sin($0) }.reduce(0, +) / n
    out["hour_concentration"] = sqrt(x * x + y * y)
    if sqrt(x * x + y * y) >= 1e-6 {
      out["mean_hour"] = (atan2(y, x) * 180 / Double.pi / 15 + 24).truncatingRemainder(dividingBy: 24)
    }
    let items = e.compactMap(\.item)
    out["distinct_items"] = Double(Set(items).count)
    if !items.isEmpty { out["item_repeat_ratio"] = 1 - Double(Set(items).count) / Double(items.count) }

    for (name, type) in [
      ("page_view", roles.view), ("click", roles.click), ("search", roles.search), ("filter", roles.filter),
      ("download", roles.download), ("apply", "apply"), ("save", "save"), ("message", "message"),
    ] { out["share_" + name] = share(e.map { $0.type == type }) }
    out["click_count"] = Double(e.filter { $0.type == roles.click }.count)
    out["search_count"] = Double(e.filter { $0.type == roles.search }.count)
    out["search_results_mean"] = mean(e.filter { $0.type == roles.search }.compactMap(\.value))
    out["view_seconds_mean"] = mean(e.filter { $0.type == roles.view }.compactMap(\.value))
    out["goal_count"] = Double(e.filter { roles.goal.contains($0.type) }.count)
    let followers = sessions.flatMap { $0.dropFirst() }.filter { e[$0 - 1].type == roles.search }
    out["search_refine_rate"] = mean(followers.map { e[$0].type == roles.filter ? 1 : 0 })
    let week = daysBefore(7)
    let fortnight = daysBefore(14)
    let last = Double(e.filter { $0.time >= week }.count)
    let previous = Double(e.filter { $0.time >= fortnight && $0.time < week }.count)
    out["events_last_7d"] = last
    out["events_prev_7d"] = previous
    if window.days >= 14 { out["momentum"] = log2((last + 1) / (previous + 1)) }
    let halfLife = Double(options.engagementHalfLife.components.seconds) * 1000
    let raw = e.map {
      pow(0.5, Double(asOf - $0.time) / halfLife) * (options.eventWeights[$0.type] ?? options.otherEventWeight)
    }.reduce(0, +)
    out["engagement_raw"] = raw
    out["engagement_score"] = 100 * (1 - exp(-raw / 50))

    addDays(places, &out)
    addSessions(sessions, e, &out)
    out["hour_entropy"] = entropy(places.map(\.hour)).map { $0 / log2(24) }
    out["distinct_types"] = Double(Set(e.map(\.type)).count)
    out["type_entropy_bits"] = entropy(e.map(\.type))
    let categories = e.compactMap(\.category)
    out["distinct_categories"] = Double(Set(categories).count)
    out["category_entropy_bits"] = entropy(categories)
    if !categories.isEmpty {
      out["top_category_share"] = Double(tally(categories).values.max() ?? 0) / Double(categories.count)
    }
    return out
  }

  private func addDays(_ places: [Local], _ out: inout [String: Double]) {
    let counts = tally(places.map(\.day))
    let dates = counts.keys.sorted()
    var runs: [[Int]] = []
    for date in dates {
      if let last = runs.last?.last, last + 1 == date { runs[runs.count - 1].append(date) } else { runs.append([date]) }
    }
    let today = local(window.asOf.milliseconds - 1).day
    out["active_days"] = Double(dates.count)
    out["activity_ratio"] = Double(dates.count) / Double(1 + today - local(window.start.milliseconds).day)
    out["busiest_day_events"] = Double(counts.values.max() ?? 0)
    out["longest_streak_days"] = Double(runs.map(\.count).max() ?? 0)
    out["current_streak_days"] = Double(runs.map { ($0.last ?? 0) >= today ? $0.count : 0 }.max() ?? 0)
  }

  private func addSessions(_ sessions: [[Int]], _ e: [SimpleEvent], _ out: inout [String: Double]) {
    let durations = sessions.map { Double(e[$0[$0.count - 1]].time - e[$0[0]].time) / 1000 }
    let away = zip(sessions, sessions.dropFirst()).map { Double(e[$1[0]].time - e[$0[$0.count - 1]].time) / 3_600_000 }
    out["session_count"] = Double(sessions.count)
    out["events_per_session"] = mean(sessions.map { Double($0.count) })
    out["session_duration_mean_s"] = mean(durations)
    out["session_duration_median_s"] = median(durations)
    out["session_duration_max_s"] = durations.max()
    out["bounce_rate"] = mean(sessions.map { $0.count == 1 ? 1 : 0 })
    out["items_per_session"] = mean(sessions.map { Double(Set($0.compactMap { e[$0].item }).count) })
    out["conversion_rate"] = mean(
      sessions.map { $0.contains { options.roles.goal.contains(e[$0].type) } ? 1 : 0 })
    out["return_gap_mean_h"] = mean(away)
    if let m = mean(away), let s = deviation(away), m > 0 { out["return_gap_cv"] = s / m }
  }

  private func cut(_ e: [SimpleEvent]) -> [[Int]] {
    let gap = options.sessionGap.components.seconds * 1000
    let cap = options.sessionCap.map { $0.components.seconds * 1000 }
    var sessions = [[0]]
    for i in e.indices.dropFirst() {
      var begins = e[i].time - e[i - 1].time > gap
      if options.sessionBoundary == .source, let own = e[i].session, let before = e[i - 1].session {
        begins = own != before
      }
      if let cap, e[i].time - e[sessions[sessions.count - 1][0]].time >= cap { begins = true }
      if begins { sessions.append([i]) } else { sessions[sessions.count - 1].append(i) }
    }
    return sessions
  }

  private func mean(_ values: [Double]) -> Double? {
    values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }

  private func deviation(_ values: [Double]) -> Double? {
    guard let m = mean(values) else { return nil }
    return sqrt(values.map { ($0 - m) * ($0 - m) }.reduce(0, +) / Double(values.count))
  }

  private func median(_ values: [Double]) -> Double? {
    let sorted = values.sorted()
    return sorted.isEmpty ? nil : (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }

  private func tally<Value: Hashable>(_ values: [Value]) -> [Value: Int] {
    values.reduce(into: [:]) { $0[$1, default: 0] += 1 }
  }

  private func entropy<Value: Hashable>(_ values: [Value]) -> Double? {
    guard !values.isEmpty else { return nil }
    return -tally(values).values.map { Double($0) / Double(values.count) }.map { $0 * log2($0) }.reduce(0, +)
  }
}
