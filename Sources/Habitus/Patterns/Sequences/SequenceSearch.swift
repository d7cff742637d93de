internal import HabitusKernels
internal import HabitusModel

/// A search for frequent sequences within its budget, and what to say where that ran out.
struct SequenceSearch {
  let settings: HabitusConfiguration.Patterns
  let workers: Int

  /// The frequent sequences of two steps or more; support counts owners. Where gaps are limited all are kept, for then
  /// parts of a sequence need not occur where it does, so that "closed" says little.
  func result(in database: SequenceDatabase) throws -> PrefixSpan.Result {
    let plan = try PrefixSpan(
      minimumSupport: .fraction(settings.minimumSupport), minimumLength: 2, maximumLength: settings.maximumLength,
      patternBudget: settings.budget.patternCount,
      selection: settings.maximumGap == nil ? PrefixSpan.Selection(settings.selection) : .all,
      constraints: settings.constraints, byteBudget: settings.budget.byteCount
    ).validated(for: database)
    let deadline = ContinuousClock.now + settings.budget.time
    return plan.patternsUntilStopped(threadCount: workers) { (_) throws(CancellationError) in
      if ContinuousClock.now > deadline { throw CancellationError() }
    }
  }

  /// What a result lacks, and how to get it.
  func notes(on result: PrefixSpan.Result, of dimension: EventDimension) -> [LocalizedText] {
    var notes: [LocalizedText] = []
    let of = PatternWords.dimension(dimension)
    if let length = result.searchedLength {
      let seconds = settings.budget.time / .seconds(1)
      notes.append(
        LocalizedText { language in
          let time = DurationWords.text(seconds: seconds, language)
          return switch language {
          case .english:
            "Sequences of \(of.english) of more than \(length) steps were not searched: \(time) were over. Allow more "
              + "(pattern_detector.time_budget_seconds) or ask for more support."
          case .french:
            "Les suites de \(of.french) de plus de \(length) étapes n’ont pas été cherchées\u{202F}: le délai de \(time) "
              + "était écoulé. Augmentez-le (pattern_detector.time_budget_seconds) ou le support minimal."
          }
        })
    }
    if result.isCutByBudget {
      notes.append(
        LocalizedText { language in
          let count = Double(result.minimumCount)
          let support = PatternWords.percent(count / Double(max(1, result.ownerCount)), language)
          let budget = NumberWords.text(Double(settings.budget.patternCount), digits: 0, language)
          return switch language {
          case .english:
            "There are too many frequent sequences of \(of.english): all with a support of at least \(support) are "
              + "there, the others were left out. Allow more (pattern_detector.pattern_budget, now \(budget), or "
              + "memory_budget_bytes), or shorter ones only (sequence_pattern_max_length)."
          case .french:
            "Trop de suites de \(of.french) sont fréquentes\u{202F}: toutes celles d’un support d’au moins \(support) "
              + "sont là, les autres manquent. Augmentez le budget (pattern_detector.pattern_budget, \(budget), ou "
              + "memory_budget_bytes) ou réduisez leur longueur (sequence_pattern_max_length)."
          }
        })
    }
    return notes
  }
}

extension HabitusConfiguration.Patterns {
  /// Where the steps of a sequence may lie.
  var constraints: EmbeddingConstraints {
    EmbeddingConstraints(
      maximumGap: maximumGap.map { $0 + 1 }, maximumTimeSpan: maximumSpan.map { Int64($0 / .milliseconds(1)) })
  }
}

extension PrefixSpan.Selection {
  init(_ selection: HabitusConfiguration.Patterns.SequenceSelection) {
    self =
      switch selection {
      case .all: .all
      case .closed: .closed
      case .maximal: .maximal
      }
  }
}
