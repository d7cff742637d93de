internal import HabitusModel

/// When, how often and how steadily people come: words for the features of times, days and sessions.
extension FeatureWords {
  static let habits: [String: FeatureWords] = [
    "recency_days": words(
      ("time since the last event", "temps depuis le dernier événement"),
      high: .adjective("dormant", "en sommeil"),
      ("They have not been here lately", "Ils ne sont pas venus récemment"),
      low: .adjective("recently seen", "vus récemment"), ("They were here recently", "Ils sont venus récemment"),
      ("{here} since the last event", "{here} depuis le dernier événement")),
    "span_days": words(
      ("time from first to last event", "temps du premier au dernier événement"),
      high: .adjective("long-standing", "de longue date"),
      ("They have been coming for long", "Ils viennent depuis longtemps"),
      low: .adjective("short-term", "de passage"),
      ("They came for a short time only", "Ils ne sont venus que peu de temps"),
      ("{here} from the first to the last event", "{here} du premier au dernier événement")),
    "gap_median_s": words(
      ("time between two actions", "temps entre deux actions"),
      high: .adjective("unhurried", "posés"),
      ("They take their time between two actions", "Ils prennent leur temps entre deux actions"),
      low: .adjective("quick", "rapides"), ("Their actions follow fast", "Leurs actions se suivent vite"),
      ("typically {here}", "typiquement {here}")),
    "burstiness": words(
      ("burstiness", "irrégularité du rythme"),
      high: .complement("who come in bursts", "actifs par à-coups"),
      ("They come in bursts", "Ils viennent par à-coups"),
      low: .complement("with an even pace", "au rythme régulier"),
      ("Their pace is even", "Leur rythme est régulier"),
      ("{here} on a scale from −1 (a clock) to 1", "{here} sur une échelle de −1 (une horloge) à 1")),
    "weekend_share": words(
      ("share on weekends", "part du week-end"),
      high: .time("weekend", "du week-end"), ("They come on weekends", "Ils viennent le week-end"),
      low: .time("weekday", "de semaine"), ("They seldom come on weekends", "Ils viennent rarement le week-end"),
      (
        "{here} of what they do falls on Saturday or Sunday",
        "{here} de leurs actions ont lieu le samedi ou le dimanche"
      )),
    "night_share": words(
      ("share at night", "part de nuit"),
      high: .time("night-time", "de nuit"), ("They come at night", "Ils viennent la nuit"),
      low: .time("daytime", "de jour"), ("They seldom come at night", "Ils viennent rarement la nuit"),
      ("{here} of what they do from 22:00 to 6:00", "{here} de leurs actions entre 22\u{202F}h et 6\u{202F}h")),
    "business_share": words(
      ("share in office hours", "part des heures de bureau"),
      high: .time("office-hours", "des heures de bureau"),
      ("They come in office hours", "Ils viennent aux heures de bureau"),
      low: .time("after-hours", "hors heures de bureau"),
      ("They seldom come in office hours", "Ils viennent rarement aux heures de bureau"),
      (
        "{here} of what they do from Monday to Friday, 9:00 to 18:00",
        "{here} de leurs actions du lundi au vendredi, de 9\u{202F}h à 18\u{202F}h"
      )),
    "hour_concentration": words(
      ("agreement of the times of day", "concordance des heures"),
      high: .complement("with fixed hours", "à heures fixes"),
      ("They keep fixed hours", "Ils ont des heures fixes"),
      low: .complement("without fixed hours", "sans heures fixes"),
      ("They have no fixed hours", "Ils n’ont pas d’heures fixes"),
      (
        "their times of day agree by {here} on a scale from 0 to 1",
        "leurs heures concordent à {here} sur une échelle de 0 à 1"
      )),
    "hour_entropy": words(
      ("spread over the hours", "étalement sur les heures"),
      high: .complement("without fixed hours", "sans heures fixes"),
      ("They come at all hours", "Ils viennent à toute heure"),
      low: .complement("with fixed hours", "à heures fixes"),
      ("They come at the same hours", "Ils viennent aux mêmes heures"),
      (
        "spread over the day by {here} on a scale from 0 to 1",
        "un étalement sur la journée de {here} sur une échelle de 0 à 1"
      )),
    "mean_hour": words(
      ("mean hour", "heure moyenne"),
      high: nil, ("They come later in the day", "Ils viennent plus tard dans la journée"),
      low: nil, ("They come earlier in the day", "Ils viennent plus tôt dans la journée"),
      ("around {here} on average", "vers {here} en moyenne")),
    "active_days": words(
      ("days with activity", "jours d’activité"),
      high: .adjective("frequent", "assidus"), ("They come on many days", "Ils viennent de nombreux jours"),
      low: .adjective("occasional", "occasionnels"), ("They come on few days", "Ils viennent peu de jours"),
      ("{here} with activity", "{here} d’activité")),
    "activity_ratio": words(
      ("share of days with activity", "part des jours d’activité"),
      high: .adjective("frequent", "assidus"), ("They come on many days", "Ils viennent de nombreux jours"),
      low: .adjective("occasional", "occasionnels"), ("They come on few days", "Ils viennent peu de jours"),
      ("{here} of the days", "{here} des jours")),
    "longest_streak_days": words(
      ("longest run of days", "plus longue série de jours"),
      high: .adjective("persistent", "persévérants"),
      ("They come many days in a row", "Ils viennent de nombreux jours de suite"),
      low: .adjective("intermittent", "intermittents"),
      ("They seldom come several days in a row", "Ils viennent rarement plusieurs jours de suite"),
      ("{here} in their longest run", "{here} dans leur plus longue série")),
    "current_streak_days": words(
      ("current run of days", "série de jours en cours"),
      high: .complement("on a current streak", "en pleine série"),
      ("They are in a run of days", "Ils sont dans une série de jours de suite"),
      low: .complement("without a current streak", "sans série en cours"),
      ("They are in no run of days", "Ils n’ont pas de série en cours"),
      ("{here} up to now", "{here} jusqu’ici")),
    "session_count": words(
      ("number of sessions", "nombre de sessions"),
      high: .noun("regulars", "habitués", or: "with many sessions", "aux nombreuses sessions"),
      ("They come often", "Ils viennent souvent"),
      low: .complement("with few sessions", "aux rares sessions"), ("They seldom come", "Ils viennent rarement"),
      ("{here} [session|sessions] on average", "{here} [session|sessions] en moyenne")),
    "events_per_session": words(
      ("events a session", "événements par session"),
      high: .complement("with busy sessions", "aux sessions denses"),
      ("Their sessions are busy", "Leurs sessions sont denses"),
      low: .complement("with quiet sessions", "aux sessions légères"),
      ("Little happens in their sessions", "Leurs sessions sont légères"),
      ("{here} [event|events] a session", "{here} [événement|événements] par session")),
    "session_duration_mean_s": duration(
      ("mean length of a session", "durée moyenne d’une session"), ("{here} on average", "{here} en moyenne")),
    "session_duration_median_s": duration(
      ("typical length of a session", "durée typique d’une session"), ("typically {here}", "typiquement {here}")),
    "session_duration_max_s": duration(
      ("length of the longest session", "durée de la plus longue session"),
      ("up to {here}", "jusqu’à {here}")),
    "bounce_rate": words(
      ("share of one-event sessions", "part des sessions d’un seul événement"),
      high: .complement("who leave at once", "qui repartent aussitôt"),
      ("They often leave after one action", "Ils repartent souvent après une seule action"),
      low: .complement("who stay", "qui restent"),
      ("They seldom leave after one action", "Ils repartent rarement après une seule action"),
      ("{here} of their sessions", "{here} de leurs sessions")),
    "conversion_rate": words(
      ("share of sessions with a goal", "part des sessions avec objectif"),
      high: .complement("who reach goals", "qui vont au but"),
      ("Their sessions often reach a goal", "Leurs sessions atteignent souvent un objectif"),
      low: .complement("who rarely reach a goal", "qui vont rarement au but"),
      ("Their sessions seldom reach a goal", "Leurs sessions atteignent rarement un objectif"),
      ("{here} of them do", "{here} d’entre elles")),
    "return_gap_mean_h": words(
      ("time between two sessions", "temps entre deux sessions"),
      high: .complement("with long absences", "aux longues absences"),
      ("They take long to come back", "Ils mettent longtemps à revenir"),
      low: .complement("who are quickly back", "vite de retour"),
      ("They come back quickly", "Ils reviennent vite"),
      ("{here} between two sessions", "{here} entre deux sessions")),
    "return_gap_cv": words(
      ("irregularity of returns", "irrégularité des retours"),
      high: .adjective("irregular", "irréguliers"),
      ("They come back irregularly", "Ils reviennent irrégulièrement"),
      low: .adjective("steady", "réguliers"), ("They come back regularly", "Ils reviennent régulièrement"),
      (
        "the time between sessions varies by {here} times its mean",
        "le temps entre les sessions varie de {here} fois sa moyenne"
      )),
    "momentum": words(
      ("momentum", "élan"),
      high: nil, ("Their activity declines less", "Leur activité recule moins"),
      low: nil, ("Their activity grows less", "Leur activité progresse moins"),
      ("{here} the events of the week before", "{here} les événements de la semaine d’avant")),
    "engagement_raw": engagement(
      ("engagement, without a limit", "engagement sans plafond"), ("a score of {here}", "un score de {here}")),
    "engagement_score": engagement(
      ("engagement", "engagement"), ("a score of {here} out of 100", "un score de {here} sur 100")),
  ]

  /// What momentum says where the activity really grows or falls.
  static let growth = (
    high: Side(.adjective("rising", "en progression"), ("Their activity is growing", "Leur activité progresse")),
    low: Side(.adjective("fading", "en recul"), ("Their activity is declining", "Leur activité recule"))
  )

  /// What a mean hour says, by the part of the day that it falls into.
  static let dayParts: [DayPart: Side] = [
    .morning: Side(.time("morning", "du matin"), ("They come in the morning", "Ils viennent le matin")),
    .midday: Side(.time("midday", "de midi"), ("They come around midday", "Ils viennent à midi")),
    .afternoon: Side(
      .time("afternoon", "de l’après-midi"), ("They come in the afternoon", "Ils viennent l’après-midi")),
    .evening: Side(.time("evening", "du soir"), ("They come in the evening", "Ils viennent le soir")),
    .night: Side(.time("night-time", "de nuit"), ("They come at night", "Ils viennent la nuit")),
  ]

  private static func duration(_ label: (String, String), _ measure: (String, String)) -> FeatureWords {
    words(
      label,
      high: .complement("with long sessions", "aux longues sessions"),
      ("Their sessions are long", "Leurs sessions sont longues"),
      low: .complement("with short sessions", "aux sessions courtes"),
      ("Their sessions are short", "Leurs sessions sont courtes"), measure)
  }

  private static func engagement(_ label: (String, String), _ measure: (String, String)) -> FeatureWords {
    words(
      label,
      high: .adjective("highly engaged", "très engagés"), ("They are highly engaged", "Ils sont très engagés"),
      low: .adjective("loosely engaged", "peu engagés"), ("They are loosely engaged", "Ils sont peu engagés"), measure)
  }
}
