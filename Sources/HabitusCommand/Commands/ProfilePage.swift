import Habitus

/// A profile in words, numbers and small pictures.
struct ProfilePage {
  let view: ProfileView
  let moments: MomentText

  func fill(_ page: inout Page) {
    page.title("User \(view.user)")
    if let vector = view.features { page.note(moments.window(vector.window)) }
    page.note(origin)
    fillBase(&page)
    guard let vector = view.features else {
      page.blank()
      return page.paragraph("No events in the window. Choose a longer one (--window-days) or an earlier end (--as-of).")
    }
    page.blank()
    page.fields(figures(vector))
    fillCluster(&page)
    if !view.preferences.isEmpty {
      page.heading("Preferences")
      PreferenceAnswer.fill(&page, view.preferences, limit: 3)
    }
    if !view.patterns.isEmpty {
      page.heading("Patterns")
      for pattern in Self.told(view.patterns) {
        page.point(pattern.sentence[view.configuration.visualization.language])
      }
    }
    if !view.predictions.isEmpty {
      page.heading("Predictions")
      for prediction in view.predictions {
        page.point(prediction.sentence[view.configuration.visualization.language])
      }
    }
    page.heading("When (\(moments.timeZone); the darker the more)")
    for line in Bars.heatStrip(vector.activity.countByWeekdayAndHour) where DisplayWidth.of(line) + 2 <= page.width {
      page.line("  " + line)
    }
  }

  /// The most telling ones of each kind: hours of the week repeat what hours and days say.
  private static func told(_ patterns: [Pattern]) -> [Pattern] {
    Pattern.Kind.allCases.filter { $0 != .hourOfWeek }.flatMap { kind in
      patterns.filter { $0.kind == kind }.prefix(kind == .sequence || kind == .path ? 3 : 1)
    }
  }

  /// Where what is shown comes from.
  private var origin: String {
    guard let stored = view.stored else { return "No stored profile yet: calculated now from the events." }
    let version = "profile version \(stored.version), updated \(moments.toMinute(stored.updated)) \(moments.timeZone)"
    return view.isLive
      ? "Calculated now from the events; stored \(version)."
      : version.prefix(1).uppercased() + version.dropFirst() + "."
  }

  private func fillBase(_ page: inout Page) {
    let fields = (view.stored?.base ?? [:]).merging(view.stored?.secure ?? [:]) { open, _ in open }
    guard !fields.isEmpty else { return }
    page.blank()
    page.fields(fields.sorted { $0.key < $1.key }.map { ($0.key, JSONFields.text($0.value)) })
  }

  private func fillCluster(_ page: inout Page) {
    guard let membership = view.membership else { return }
    page.heading("Group")
    let language = view.configuration.visualization.language
    let name =
      view.cluster.map { "\($0.id), \($0.name[language])" } ?? membership.cluster.map(String.init) ?? "in no group"
    page.paragraph(name, indentation: 2)
    var sentence = "Confidence \(Bars.bar(membership.confidence, width: 10)) \(NumberText.share(membership.confidence))"
    if let second = view.secondCluster { sentence += "; next nearest: \(second.id), \(second.name[language])" }
    page.line("  " + DisplayWidth.cut(sentence, to: page.width - 2))
  }

  // MARK: Key figures

  /// A name and a few words for each group of features; what has no value is left out.
  private func figures(_ vector: FeatureVector) -> [(name: String, value: String)] {
    [
      ("seen", seen(vector)), ("activity", activity(vector)), ("steadiness", steadiness(vector)),
      ("sessions", sessions(vector)), ("time", time(vector)), ("content", content(vector)),
    ].filter { !$0.1.isEmpty }.map { (name: $0.0, value: $0.1) }
  }

  private func seen(_ vector: FeatureVector) -> String {
    guard let recency = vector["recency_days"], let span = vector["span_days"] else { return "" }
    let last = vector.window.asOf.milliseconds - Int64((recency * 86_400_000).rounded())
    let first = last - Int64((span * 86_400_000).rounded())
    let (from, to) = (Timestamp(milliseconds: first), Timestamp(milliseconds: last))
    return "first \(moments.toMinute(from)), last \(moments.toMinute(to)) in the window"
  }

  private func activity(_ vector: FeatureVector) -> String {
    let counts = vector.activity.countByType.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    let total = counts.reduce(0) { $0 + $1.value }
    guard total > 0 else { return "" }
    let shown = counts.prefix(5).map { "\(NumberText.share(Double($0.value) / Double(total))) \($0.key)" }
    var text = NumberText.count(total, "event") + ": " + shown.joined(separator: ", ")
    if counts.count > shown.count { text += ", \(counts.count - shown.count) more types" }
    if let last = vector["events_last_7d"], let previous = vector["events_prev_7d"] {
      text += ". \(NumberText.number(last)) in the last 7 days, \(NumberText.number(previous)) in the 7 before"
    }
    return text
  }

  private func steadiness(_ vector: FeatureVector) -> String {
    var parts: [String] = []
    if let days = vector["active_days"] {
      parts.append("active on \(NumberText.count(Int(days))) of \(NumberText.count(vector.window.days, "day"))")
    }
    if let streak = vector["longest_streak_days"], streak > 1 {
      parts.append("longest streak \(NumberText.value(streak, .days))")
    }
    if let streak = vector["current_streak_days"], streak > 1 {
      parts.append("still running for \(NumberText.value(streak, .days))")
    }
    if let score = vector["engagement_score"] { parts.append("engagement \(NumberText.value(score, .score)) of 100") }
    return parts.joined(separator: ", ")
  }

  private func sessions(_ vector: FeatureVector) -> String {
    guard let count = vector["session_count"] else { return "" }
    var parts = [NumberText.count(Int(count), "session")]
    if let events = vector["events_per_session"] {
      parts.append(NumberText.number(events, digits: 1) + (events == 1 ? " event each" : " events each"))
    }
    if let mean = vector["session_duration_mean_s"], mean > 0 {
      parts.append("\(NumberText.duration(mean)) long on average")
    }
    if let bounces = vector["bounce_rate"], bounces > 0 {
      parts.append("\(NumberText.share(bounces)) with a single event")
    }
    if let goals = vector["conversion_rate"], goals > 0 { parts.append("\(NumberText.share(goals)) reach a goal") }
    if let gap = vector["return_gap_mean_h"] { parts.append("back after \(NumberText.value(gap, .hours)) on average") }
    return parts.joined(separator: ", ")
  }

  private func time(_ vector: FeatureVector) -> String {
    var parts: [String] = []
    if let hour = vector["mean_hour"], let concentration = vector["hour_concentration"] {
      let how =
        concentration >= 0.7
        ? "mostly around" : concentration >= 0.3 ? "rather around" : "spread over the day, centred at"
      parts.append("\(how) \(NumberText.hour(hour))")
    }
    for (name, words) in [
      ("weekend_share", "at weekends"), ("night_share", "at night (22–6 h)"), ("business_share", "in business hours"),
    ] {
      if let share = vector[name] { parts.append("\(NumberText.share(share)) \(words)") }
    }
    return parts.joined(separator: ", ")
  }

  private func content(_ vector: FeatureVector) -> String {
    var parts: [String] = []
    if let items = vector["distinct_items"], items > 0 { parts.append(NumberText.count(Int(items), "item")) }
    if let categories = vector["distinct_categories"], categories > 0 {
      parts.append(NumberText.count(Int(categories), "category", "categories"))
    }
    if let repeats = vector["item_repeat_ratio"], repeats > 0 {
      parts.append("\(NumberText.share(repeats)) of events return to a known item")
    }
    if let top = vector["top_category_share"] { parts.append("the first category has \(NumberText.share(top))") }
    return parts.joined(separator: ", ")
  }
}
