internal import HabitusModel

/// Sentences about hours, days and gaps.
extension PatternWords {
  /// The slot of a kind that an hour of the week, Monday 0:00 first, falls into.
  static func slot(_ kind: Pattern.Kind, _ hourOfWeek: Int) -> Int {
    switch kind {
    case .hourOfDay: hourOfWeek % 24
    case .weekday: hourOfWeek / 24
    default: hourOfWeek
    }
  }

  /// What a slot of an hour of the day, a weekday or an hour of the week is called in a pattern.
  static func slotElements(_ kind: Pattern.Kind, _ slot: Int) -> [String] {
    switch kind {
    case .hourOfDay: [String(slot)]
    case .weekday: [weekdayKeys[slot]]
    default: [weekdayKeys[slot / 24], String(slot % 24)]
    }
  }

  /// `20 % of visits begin between 9 and 10 h: 3 times what everybody has.`
  static func standingOut(
    _ kind: Pattern.Kind, _ slot: Int, share: Double, expected: Double, isOwn: Bool
  ) -> LocalizedText {
    LocalizedText { language in
      let begin = visitsIn(kind, slot, percent(share, language), language)
      let times = times(share / expected, language)
      return switch language {
      case .english:
        "\(begin): \(times) what " + (isOwn ? "everybody has." : "an even spread would have.")
      case .french:
        "\(begin)\u{202F}: \(times) "
          + (isOwn ? "ce qu’on voit chez tous." : "ce que donnerait une répartition égale.")
      }
    }
  }

  /// `20 % of visits begin between 9 and 10 h`.
  private static func visitsIn(_ kind: Pattern.Kind, _ slot: Int, _ percent: String, _ language: Language) -> String {
    let (hour, day) = (slot % 24, weekday(slot / 24 % 7, language))
    return switch (kind, language) {
    case (.hourOfDay, .english): "\(percent) of visits begin between \(hour) and \(hour + 1) h"
    case (.hourOfDay, .french): "\(percent) des visites commencent entre \(hour) et \(hour + 1) h"
    case (.weekday, .english): "\(percent) of days with a visit are \(weekdays(slot, language))"
    case (.weekday, .french): "\(percent) des jours de visite sont des \(weekdays(slot, language))"
    case (_, .english): "\(percent) of visits begin on \(day) between \(hour) and \(hour + 1) h"
    case (_, .french): "\(percent) des visites commencent le \(day) entre \(hour) et \(hour + 1) h"
    }
  }

  /// `Comes mostly between 18:00 and 20:30, around 19:10 (80 % of visits, 12 % of everybody’s).`
  static func dailyRoutine(
    _ hours: ClosedRange<Double>, mean: Double, share: Double, everybody: Double
  ) -> LocalizedText {
    let (start, end) = (clock(down(hours.lowerBound)), clock(up(hours.upperBound)))
    let middle = clock(nearest(mean))
    return LocalizedText { language in
      let shares = shares(share, everybody, language)
      return switch language {
      case .english: "Comes mostly between \(start.english) and \(end.english), around \(middle.english) \(shares)."
      case .french: "Vient surtout entre \(start.french) et \(end.french), vers \(middle.french) \(shares)."
      }
    }
  }

  /// `Comes back about every 7 days, on Mondays around 19:10 (80 % of visits, 12 % of everybody’s).`; where weeks are
  /// left out `Comes mostly on Mondays …`, where visits spread over more than a day `Comes mostly between Monday and
  /// Thursday …`.
  static func weeklyRoutine(
    _ hours: ClosedRange<Double>, mean: Double, share: Double, everybody: Double, hasTimesOfDay: Bool,
    isOfEveryWeek: Bool
  ) -> LocalizedText {
    let time = clock(nearest(mean.truncatingRemainder(dividingBy: 24)))
    let isOfADay = hours.upperBound - hours.lowerBound <= 24
    let (first, last) = (Int(hours.lowerBound / 24) % 7, Int(hours.upperBound / 24) % 7)
    let middle = Int(mean / 24) % 7
    return LocalizedText { language in
      let shares = shares(share, everybody, language)
      switch language {
      case .english:
        guard isOfADay else {
          return "Comes mostly between \(weekday(first, language)) and \(weekday(last, language)) \(shares)."
        }
        return (isOfEveryWeek ? "Comes back about every \(every(7, language)), on " : "Comes mostly on ")
          + weekdays(middle, language) + (hasTimesOfDay ? " around \(time.english) \(shares)." : " \(shares).")
      case .french:
        guard isOfADay else {
          return "Vient surtout entre \(weekday(first, language)) et \(weekday(last, language)) \(shares)."
        }
        return (isOfEveryWeek ? "Revient environ \(every(7, language)), le " : "Vient surtout le ")
          + weekday(middle, language) + (hasTimesOfDay ? " vers \(time.french) \(shares)." : " \(shares).")
      }
    }
  }

  /// `Comes back about every 3 days (90 % of days with a visit keep to it).`
  static func periodRoutine(_ period: Double, share: Double) -> LocalizedText {
    LocalizedText { language in
      let (days, percent) = (every(period, language), percent(share, language))
      return switch language {
      case .english: "Comes back about every \(days) (\(percent) of days with a visit keep to it)."
      case .french: "Revient environ \(days) (\(percent) des jours de visite s’y tiennent)."
      }
    }
  }

  /// `Comes back at even intervals, about every 7 days (80 % of gaps are within a quarter of that).`
  static func evenReturns(every gap: Double, share: Double) -> LocalizedText {
    LocalizedText { language in
      let (days, percent) = (every(gap, language), percent(share, language))
      return switch language {
      case .english:
        "Comes back at even intervals, about every \(days) (\(percent) of gaps are within a quarter of that)."
      case .french:
        "Revient à intervalles réguliers, environ \(days) (\(percent) des intervalles s’en écartent d’un "
          + "quart au plus)."
      }
    }
  }

  /// `Comes in bursts with long pauses: half of the gaps between visits are below 2 h, the mean is 3 days.`
  static func burstsOfVisits(median: Double, mean: Double) -> LocalizedText {
    LocalizedText { language in
      let (half, average) = (interval(median, language), interval(mean, language))
      return switch language {
      case .english:
        "Comes in bursts with long pauses: half of the gaps between visits are below \(half), the mean is \(average)."
      case .french:
        "Vient par à-coups, avec de longues pauses\u{202F}: la moitié des intervalles entre visites sont de moins de "
          + "\(half), la moyenne est de \(average)."
      }
    }
  }

  /// `Next visit expected between 3 March 2026 and 9 March 2026, most likely by 5 March 2026; within 7 days: 81 %.`
  static func nextVisit(
    from first: LocalTime, to last: LocalTime, _ expected: LocalTime, withinAWeek probability: Double
  ) -> LocalizedText {
    // Hours say something where there are few of them.
    let days = last.date.daysSince1970 - first.date.daysSince1970
    func text(_ time: LocalTime, _ language: Language) -> String {
      days > 2 ? date(time.date, language) : date(time.date, language) + ", " + clock(time)[language]
    }
    return LocalizedText { language in
      let (first, last) = (text(first, language), text(last, language))
      let (middle, percent) = (text(expected, language), percent(probability, language))
      return switch language {
      case .english:
        "Next visit expected between \(first) and \(last), as likely before as after \(middle); within 7"
          + "\(ValueText.space)days: \(percent)."
      case .french:
        "Prochaine visite attendue entre le \(first) et le \(last), aussi probable avant qu’après le \(middle)"
          + "\u{202F}; d’ici 7\(ValueText.space)jours\u{202F}: \(percent)."
      }
    }
  }

  /// `Has stayed away for 21 days; half of the gaps between visits are below 3 days. So long an absence has a
  /// probability of 0.8 %.`
  static func slippingAway(elapsed: Double, usual: Double, _ probability: Double) -> LocalizedText {
    LocalizedText { language in
      let (away, gap) = (interval(elapsed, language), interval(usual, language))
      let percent =
        probability < 0.0001 ? "<\(ValueText.space)" + percent(0.0001, language) : percent(probability, language)
      return switch language {
      case .english:
        "Has stayed away for \(away); half of the gaps between visits are below \(gap). So long an absence has a "
          + "probability of \(percent)."
      case .french:
        "Absent depuis \(away)\u{202F}; la moitié des intervalles entre visites sont de moins de \(gap). Une absence "
          + "aussi longue a une probabilité de \(percent)."
      }
    }
  }

  /// `Repeats “order” of “coffee” about every 7 days (on 5 days), next around 9 March 2026.`
  static func recurrentAction(
    _ elements: [String], every gap: Double, days: Int, next: CivilDate, isOverdue: Bool
  ) -> LocalizedText {
    LocalizedText { language in
      let (interval, date) = (every(gap, language), date(next, language))
      let count = NumberWords.text(Double(days), digits: 0, language)
      let names = elements.map(name)
      return switch language {
      case .english:
        "Repeats “" + names.joined(separator: "” with “") + "” about every \(interval) (on \(count) days), "
          + (isOverdue ? "was due around \(date)." : "next around \(date).")
      case .french:
        "Répète «\u{202F}" + names.joined(separator: "\u{202F}» avec «\u{202F}")
          + "\u{202F}» environ \(interval) (\(count) jours), "
          + (isOverdue ? "était attendu vers le \(date)." : "prochain vers le \(date).")
      }
    }
  }
}

extension PatternWords {
  /// What comes after `every`: `7 days`, `day`, `5 h 12 min`; « tous les 7 jours », « tous les jours », « toutes les
  /// 5 h ».
  private static func every(_ days: Double, _ language: Language) -> String {
    let whole = days.rounded()
    // No reader wants the minutes of a habit.
    let rounded = whole >= 1 && abs(days - whole) <= days / 20 ? whole : days
    guard rounded != 1 else { return language == .english ? "day" : "tous les jours" }
    let text = interval(rounded, language)
    return language == .english ? text : (rounded < 2 ? "toutes les " : "tous les ") + text
  }

  /// `7 days`, `5 h 12 min`.
  private static func interval(_ days: Double, _ language: Language) -> String {
    DurationWords.text(seconds: days * 86_400, language)
  }

  /// `(80 % of visits, 12 % of everybody’s)`.
  private static func shares(_ own: Double, _ everybody: Double, _ language: Language) -> String {
    let (own, all) = (percent(own, language), percent(everybody, language))
    return language == .english ? "(\(own) of visits, \(all) of everybody’s)" : "(\(own) des visites, \(all) chez tous)"
  }

  /// `Mondays`, « lundis ».
  private static func weekdays(_ number: Int, _ language: Language) -> String { weekday(number, language) + "s" }

  /// An hour of the day to ten minutes.
  private static func down(_ hour: Double) -> Double { (hour * 6).rounded(.down) / 6 }
  private static func up(_ hour: Double) -> Double { ((hour * 6).rounded(.down) + 1) / 6 }
  private static func nearest(_ hour: Double) -> Double { (hour * 6).rounded() / 6 }

  private static func clock(_ hour: Double) -> LocalizedText { ValueText(hour, .hourOfDay).text }

  private static func clock(_ time: LocalTime) -> LocalizedText {
    clock(nearest(Double(time.millisecondOfDay) / 3_600_000))
  }

  /// `3 March 2026`, « 3 mars 2026 ».
  static func date(_ date: CivilDate, _ language: Language) -> String {
    let (year, month, day) = date.components
    return switch language {
    case .english: "\(day) \(englishMonths[month - 1]) \(year)"
    case .french: (day == 1 ? "1er" : "\(day)") + " \(frenchMonths[month - 1]) \(year)"
    }
  }

  private static let englishMonths = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
  ]
  private static let frenchMonths = [
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
    "décembre",
  ]
}
