internal import HabitusModel

/// Changes in how often a user comes, as patterns.
struct UserChangeText {
  let visits: VisitDays
  let series: DailyCounts
  let timeline: UserTimeline
  let user: UserID

  func pattern(_ change: LevelSearch.Change, isLast: Bool) -> Pattern {
    let (countBefore, countAfter) = (series.count(change.before), series.count(change.after))
    let before = Double(countBefore) / Double(change.before.count)
    let after = Double(countAfter) / Double(change.after.count)
    let exposure = series.exposure(change.after)
    return Pattern(
      kind: .levelChange, elements: ["visits"], unit: .sessions, support: countAfter, total: countBefore + countAfter,
      expectedShare: exposure / (exposure + series.exposure(change.before)), pValue: change.pValue,
      qValue: change.qValue, figures: ["level_before": before, "level_after": after],
      period: visits.days.period(change.after), sentence: sentence(change, before, after, isLast: isLast),
      evidence: visits.evidence(countAfter > 0 ? change.after : change.before, of: timeline, user: user))
  }

  func pattern(_ stretch: StretchSearch.Stretch) -> Pattern {
    let isDay = stretch.days.count == 1
    var figures = ["expected": stretch.expected, "count": Double(stretch.count)]
    if !isDay, stretch.expected > 0 { figures["rate_ratio"] = Double(stretch.count) / stretch.expected }
    return Pattern(
      kind: isDay ? .unusualDay : .burst, elements: ["visits"], unit: .sessions, support: stretch.count,
      total: visits.sessions.count, expectedShare: stretch.expected / Double(visits.sessions.count),
      pValue: stretch.pValue, qValue: stretch.qValue, figures: figures, period: visits.days.period(stretch.days),
      sentence: sentence(stretch), evidence: visits.evidence(stretch.days, of: timeline, user: user))
  }

  private func sentence(
    _ change: LevelSearch.Change, _ before: Double, _ after: Double, isLast: Bool
  ) -> LocalizedText {
    let first = visits.days.date(change.after.lowerBound)
    let levels = ChangeWords.levels(after, insteadOf: before, .visits)
    if isLast, after == 0, !comesAfterwards { return gone(since: first, before) }
    if isLast, before == 0 { return back(since: first, after, dayCount: change.before.count) }
    let last = visits.days.date(change.after.upperBound - 1)
    return LocalizedText { language in
      let factor =
        before > 0
        ? ChangeWords.factor(
          after / before, more: LocalizedText(english: "as often", french: "plus souvent"),
          fewer: LocalizedText(english: "as often", french: "du rythme d’avant"), language)
        : language == .english ? "again" : "de nouveau"
      let stretch = DayWords.stretch(from: first, to: last, language)
      let since = DayWords.date(first, language)
      return switch (language, isLast) {
      case (.english, true): "Since \(since) comes \(factor): \(levels.english)."
      case (.english, false): "\(stretch.capitalizedFirst) came \(factor): \(levels.english)."
      case (.french, true): "Depuis le \(since), vient \(factor)\u{202F}: \(levels.french)."
      case (.french, false): "\(stretch.capitalizedFirst), venait \(factor)\u{202F}: \(levels.french)."
      }
    }
  }

  /// Whether the user has come after the last whole day.
  private var comesAfterwards: Bool {
    timeline.frame.times[timeline.range.upperBound - 1] >= visits.days.start(of: visits.days.count)
  }

  private func gone(since first: CivilDate, _ before: Double) -> LocalizedText {
    LocalizedText { language in
      let (date, rate) = (DayWords.date(first, language), Self.rate(before, language))
      return switch language {
      case .english: "Has not come since \(date); before, \(rate)."
      case .french: "Ne vient plus depuis le \(date)\u{202F}; avant, \(rate)."
      }
    }
  }

  private func back(since first: CivilDate, _ after: Double, dayCount: Int) -> LocalizedText {
    LocalizedText { language in
      let (date, rate) = (DayWords.date(first, language), Self.rate(after, language))
      let days = DurationWords.days(Double(dayCount), digits: 0, language)
      return switch language {
      case .english: "Comes again since \(date): \(rate), after none for \(days)."
      case .french: "Revient depuis le \(date)\u{202F}: \(rate), après \(days) d’absence."
      }
    }
  }

  /// `2 visits a day`, « 3 visites par semaine ».
  private static func rate(_ daily: Double, _ language: Language) -> String {
    let isDaily = daily >= 1
    let count = CountedNoun.visits.counted(ChangeWords.number(isDaily ? daily : daily * 7, language), language)
    return switch language {
    case .english: "\(count) a \(isDaily ? "day" : "week")"
    case .french: "\(count) par \(isDaily ? "jour" : "semaine")"
    }
  }

  private func sentence(_ stretch: StretchSearch.Stretch) -> LocalizedText {
    let (first, last) = (visits.days.date(stretch.days.lowerBound), visits.days.date(stretch.days.upperBound - 1))
    return LocalizedText { language in
      let count = CountedNoun.visits.counted(ChangeWords.number(Double(stretch.count), language), language)
      let expected = ChangeWords.number(stretch.expected, language).text
      let when =
        stretch.days.count == 1
        ? (language == .english ? "on " : "le ") + DayWords.weekdayAndDate(first, language)
        : DayWords.stretch(from: first, to: last, language)
      return switch language {
      case .english: "\(when.capitalizedFirst) \(count), where about \(expected) would be usual."
      case .french: "\(when.capitalizedFirst), \(count), là où l’habitude en donnerait environ \(expected)."
      }
    }
  }
}

extension String {
  /// With a large first letter, as at the start of a sentence.
  var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
