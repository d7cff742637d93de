internal import HabitusModel

/// What was found in a metric, as patterns and sentences.
struct MetricText {
  let metric: ChangeMetric
  let days: WholeDays

  func pattern(_ level: MetricFindings.Level, qValue: Double, isLast: Bool) -> Pattern {
    Pattern(
      kind: .levelChange, elements: [metric.name], unit: .days, support: level.after.count, total: days.count,
      pValue: level.pValue, qValue: qValue,
      figures: ["level_before": level.levels.before, "level_after": level.levels.after],
      period: days.period(level.after), sentence: sentence(level, isLast: isLast))
  }

  func pattern(_ stretch: MetricFindings.Stretch, qValue: Double) -> Pattern {
    let isDay = stretch.days.count == 1
    var figures = ["count": stretch.count, "expected": stretch.expected]
    if !isDay, stretch.expected > 0 { figures["rate_ratio"] = stretch.count / stretch.expected }
    if let interval = stretch.interval {
      figures["expected_low"] = interval.lowerBound
      figures["expected_high"] = interval.upperBound
    }
    return Pattern(
      kind: isDay ? .unusualDay : .burst, elements: [metric.name], unit: .days, support: stretch.days.count,
      total: days.count, pValue: stretch.pValue, qValue: qValue, figures: figures, period: days.period(stretch.days),
      sentence: isDay ? day(stretch) : burst(stretch))
  }

  func trend(_ trend: MetricFindings.Trend, qValue: Double) -> MetricTrend {
    let first = days.date(trend.days.lowerBound)
    return MetricTrend(
      firstDay: first, dayCount: trend.days.count, weeklyRate: trend.weeklyRate, interval: trend.interval,
      pValue: trend.pValue, qValue: qValue,
      sentence: LocalizedText { language in
        let rate = PatternWords.percent(abs(trend.weeklyRate), language)
        let since = DayWords.date(first, language)
        return switch (language, trend.weeklyRate > 0) {
        case (.english, true): "Rising by about \(rate) a week since \(since)."
        case (.english, false): "Falling by about \(rate) a week since \(since)."
        case (.french, true): "En hausse d’environ \(rate) par semaine depuis le \(since)."
        case (.french, false): "En baisse d’environ \(rate) par semaine depuis le \(since)."
        }
      })
  }

  /// `about 1.5 times the level before`, `only about 60 % of the level before`; `nil` where there was none.
  private static func factor(_ new: Double, _ old: Double, _ reference: LocalizedText, _ language: Language) -> String {
    guard old > 0 else { return language == .english ? "from nothing" : "à partir de rien" }
    let ratio = new / old
    return switch (language, ratio >= 1) {
    case (.english, true): "about \(PatternWords.times(ratio, .english)) \(reference.english)"
    case (.english, false): "only about \(PatternWords.percent(ratio, .english)) of \(reference.english)"
    case (.french, true): "environ \(PatternWords.times(ratio, .french)) \(reference.french)"
    case (.french, false): "environ \(PatternWords.percent(ratio, .french)) de \(reference.french) seulement"
    }
  }

  private func sentence(_ level: MetricFindings.Level, isLast: Bool) -> LocalizedText {
    let (first, last) = (days.date(level.after.lowerBound), days.date(level.after.upperBound - 1))
    let levels = ChangeWords.levels(level.levels.after, insteadOf: level.levels.before, metric.noun)
    return LocalizedText { language in
      let factor = Self.factor(
        level.levels.after, level.levels.before,
        LocalizedText(english: "the level before", french: "le niveau d’avant"), language)
      let when =
        isLast
        ? (language == .english ? "Since " : "Depuis le ") + DayWords.date(first, language)
        : DayWords.stretch(from: first, to: last, language).capitalizedFirst
      return switch language {
      case .english: "\(when) \(factor): \(levels.english)."
      case .french: "\(when), \(factor)\u{202F}: \(levels.french)."
      }
    }
  }

  private func burst(_ stretch: MetricFindings.Stretch) -> LocalizedText {
    let (first, last) = (days.date(stretch.days.lowerBound), days.date(stretch.days.upperBound - 1))
    let length = Double(stretch.days.count)
    let levels = ChangeWords.levels(stretch.count / length, insteadOf: stretch.expected / length, metric.noun)
    return LocalizedText { language in
      let factor = Self.factor(
        stretch.count, stretch.expected, LocalizedText(english: "what is usual", french: "ce qui est habituel"),
        language)
      let when = DayWords.stretch(from: first, to: last, language).capitalizedFirst
      return switch language {
      case .english: "\(when) \(factor): \(levels.english)."
      case .french: "\(when), \(factor)\u{202F}: \(levels.french)."
      }
    }
  }

  private func day(_ stretch: MetricFindings.Stretch) -> LocalizedText {
    let date = days.date(stretch.days.lowerBound)
    return LocalizedText { language in
      let count = metric.noun.counted(ChangeWords.number(stretch.count, language), language)
      let when = DayWords.weekdayAndDate(date, language)
      let usual =
        if let interval = stretch.interval {
          ChangeWords.number(interval.lowerBound, language).text + (language == .english ? " to " : " à ")
            + ChangeWords.number(interval.upperBound, language).text
        } else {
          (language == .english ? "about " : "environ ") + ChangeWords.number(stretch.expected, language).text
        }
      return switch language {
      case .english: "On \(when) \(count), where \(usual) would be usual."
      case .french: "Le \(when), \(count), là où l’habitude en donnerait \(usual)."
      }
    }
  }
}
