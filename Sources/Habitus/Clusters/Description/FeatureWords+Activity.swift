internal import HabitusModel

/// What people do and how much of it: words for the features of events, items and searches.
extension FeatureWords {
  static let activity: [String: FeatureWords] = [
    "event_count": words(
      ("number of events", "nombre d’événements"),
      high: .adjective("very active", "très actifs"), ("They are very active", "Ils sont très actifs"),
      low: .adjective("barely active", "peu actifs"), ("They do little", "Ils sont peu actifs"),
      ("{here} [event|events] each on average", "{here} [événement|événements] chacun en moyenne")),
    "events_last_7d": words(
      ("events of the last 7 days", "événements des 7 derniers jours"),
      high: .adjective("recently active", "actifs récemment"),
      ("They were very active in the last 7 days", "Ils ont été très actifs ces 7 derniers jours"),
      low: .adjective("lately quiet", "calmes dernièrement"),
      ("They were hardly active in the last 7 days", "Ils ont été peu actifs ces 7 derniers jours"),
      ("{here} [event|events] on average", "{here} [événement|événements] en moyenne")),
    "events_prev_7d": words(
      ("events of the week before last", "événements de l’avant-dernière semaine"),
      high: .complement("active a week earlier", "actifs la semaine d’avant"),
      ("They were very active the week before last", "Ils ont été très actifs l’avant-dernière semaine"),
      low: .complement("quiet a week earlier", "calmes la semaine d’avant"),
      ("They were hardly active the week before last", "Ils ont été peu actifs l’avant-dernière semaine"),
      ("{here} [event|events] on average", "{here} [événement|événements] en moyenne")),
    "busiest_day_events": words(
      ("events of the busiest day", "événements du jour le plus chargé"),
      high: .complement("with very full days", "aux journées chargées"),
      ("Their busiest day is very full", "Leur jour le plus actif est très chargé"),
      low: .complement("without full days", "sans journée chargée"),
      ("Even their busiest day is quiet", "Même leur jour le plus actif est calme"),
      ("{here} [event|events] on that day", "{here} [événement|événements] ce jour-là")),
    "share_page_view": action(
      ("share of views", "part des consultations"), ("viewers", "lecteurs"), ("view", "consultent")),
    "share_click": action(("share of clicks", "part des clics"), ("clickers", "cliqueurs"), ("click", "cliquent")),
    "share_search": action(
      ("share of searches", "part des recherches"), ("searchers", "chercheurs"), ("search", "cherchent")),
    "share_filter": action(
      ("share of filters", "part des filtres"), ("refiners", "adeptes des filtres"), ("filter", "filtrent")),
    "share_download": action(
      ("share of downloads", "part des téléchargements"), ("downloaders", "téléchargeurs"),
      ("download", "téléchargent")),
    "share_apply": action(
      ("share of applications", "part des candidatures"), ("applicants", "candidats"), ("apply", "postulent")),
    "share_save": action(
      ("share of saves", "part des enregistrements"), ("collectors", "collectionneurs"), ("save", "enregistrent")),
    "share_message": action(
      ("share of messages", "part des messages"), ("writers", "correspondants"), ("write", "écrivent")),
    "click_count": words(
      ("number of clicks", "nombre de clics"),
      high: .noun("clickers", "cliqueurs", or: "who click often", "qui cliquent souvent"),
      ("They click often", "Ils cliquent souvent"),
      low: .complement("who rarely click", "qui cliquent rarement"), ("They rarely click", "Ils cliquent rarement"),
      ("{here} [click|clicks] on average", "{here} [clic|clics] en moyenne")),
    "search_count": words(
      ("number of searches", "nombre de recherches"),
      high: .noun("searchers", "chercheurs", or: "who search often", "qui cherchent souvent"),
      ("They search often", "Ils cherchent souvent"),
      low: .complement("who rarely search", "qui cherchent rarement"),
      ("They rarely search", "Ils cherchent rarement"),
      ("{here} [search|searches] on average", "{here} [recherche|recherches] en moyenne")),
    "search_results_mean": words(
      ("results of a search", "résultats d’une recherche"),
      high: .complement("with broad searches", "aux recherches larges"),
      ("Their searches are broad", "Leurs recherches sont larges"),
      low: .complement("with precise searches", "aux recherches précises"),
      ("Their searches are precise", "Leurs recherches sont précises"),
      ("{here} [result|results] a search", "{here} [résultat|résultats] par recherche")),
    "search_refine_rate": words(
      ("share of searches refined next", "part des recherches affinées aussitôt"),
      high: .complement("who refine searches", "qui affinent leurs recherches"),
      ("They refine their searches", "Ils affinent leurs recherches"),
      low: .complement("who rarely refine", "qui affinent peu"),
      ("They rarely refine their searches", "Ils affinent rarement leurs recherches"),
      ("{here} of what follows a search", "{here} de ce qui suit une recherche")),
    "view_seconds_mean": words(
      ("length of a view", "durée d’une consultation"),
      high: .adjective("attentive", "attentifs"),
      ("They look at things at length", "Ils s’attardent sur ce qu’ils consultent"),
      low: .adjective("hurried", "pressés"),
      ("They look at things only briefly", "Ils passent vite sur ce qu’ils consultent"),
      ("{here} a view", "{here} par consultation")),
    "distinct_items": words(
      ("number of different items", "nombre d’éléments différents"),
      high: .noun("explorers", "explorateurs", or: "with many items", "aux nombreux éléments"),
      ("They deal with many items", "Ils s’intéressent à beaucoup d’éléments"),
      low: .complement("with few items", "à peu d’éléments"),
      ("They deal with few items", "Ils s’intéressent à peu d’éléments"),
      ("{here} different [one|ones] on average", "{here} [élément différent|éléments différents] en moyenne")),
    "items_per_session": words(
      ("different items a session", "éléments différents par session"),
      high: .complement("with many items a session", "à sessions bien remplies"),
      ("They deal with many items in a session", "Ils s’intéressent à beaucoup d’éléments par session"),
      low: .complement("with few items a session", "à peu d’éléments par session"),
      ("They deal with few items in a session", "Ils s’intéressent à peu d’éléments par session"),
      ("{here} different [one|ones]", "{here} [élément différent|éléments différents]")),
    "item_repeat_ratio": words(
      ("share of repeats among items", "part de répétitions parmi les éléments"),
      high: .complement("who return to items", "fidèles aux mêmes éléments"),
      ("They come back to the same items", "Ils reviennent aux mêmes éléments"),
      low: .complement("who seek new items", "en quête de nouveauté"),
      ("They seldom come back to an item", "Ils reviennent rarement à un même élément"),
      ("{here} of what they do with items", "{here} de leurs actions sur des éléments")),
    "distinct_types": words(
      ("kinds of action", "types d’action"),
      high: .adjective("versatile", "polyvalents"),
      ("They do many kinds of things", "Ils font des choses très diverses"),
      low: .adjective("single-minded", "spécialisés"),
      ("They do few kinds of things", "Ils s’en tiennent à quelques types d’action"),
      ("{here} [kind|kinds] of action on average", "{here} [type|types] d’action en moyenne")),
    "type_entropy_bits": words(
      ("variety of actions", "variété des actions"),
      high: .adjective("versatile", "polyvalents"), ("Their actions are varied", "Leurs actions sont variées"),
      low: .adjective("single-minded", "spécialisés"), ("Their actions are uniform", "Leurs actions sont uniformes"),
      ("a variety of {here}", "une variété de {here}")),
    "distinct_categories": words(
      ("number of different categories", "nombre de catégories différentes"),
      high: .adjective("eclectic", "éclectiques"),
      ("Their interests are broad", "Leurs centres d’intérêt sont nombreux"),
      low: .adjective("focused", "ciblés"), ("Their interests are narrow", "Leurs centres d’intérêt sont peu nombreux"),
      ("{here} [category|categories] on average", "{here} [catégorie|catégories] en moyenne")),
    "category_entropy_bits": words(
      ("variety of categories", "variété des catégories"),
      high: .adjective("eclectic", "éclectiques"),
      ("Their interests are varied", "Leurs centres d’intérêt sont variés"),
      low: .adjective("focused", "ciblés"),
      ("They keep to few categories", "Ils s’en tiennent à peu de catégories"),
      ("a variety of {here}", "une variété de {here}")),
    "top_category_share": words(
      ("share of the favourite category", "part de la catégorie préférée"),
      high: .adjective("focused", "ciblés"), ("They have a favourite category", "Ils ont une catégorie préférée"),
      low: .adjective("eclectic", "éclectiques"),
      ("No category is much their favourite", "Ils n’ont guère de catégorie préférée"),
      ("it takes {here} of what they do", "elle reçoit {here} de leurs actions")),
    "goal_count": words(
      ("number of goals reached", "nombre d’objectifs atteints"),
      high: .complement("who reach goals", "qui vont au but"),
      ("They reach many goals", "Ils atteignent beaucoup d’objectifs"),
      low: .complement("who rarely reach a goal", "qui vont rarement au but"),
      ("They reach few goals", "Ils atteignent peu d’objectifs"),
      ("{here} on average", "{here} en moyenne")),
  ]

  /// The words of a share of the user's events, from the verb that goes with it.
  private static func action(
    _ label: (String, String), _ noun: (String, String), _ verb: (String, String)
  ) -> FeatureWords {
    words(
      label,
      high: .noun(noun.0, noun.1, or: "who \(verb.0) much", "qui \(verb.1) beaucoup"),
      ("They \(verb.0) much", "Ils \(verb.1) beaucoup"),
      low: .complement("who \(verb.0) little", "qui \(verb.1) peu"),
      ("They \(verb.0) little", "Ils \(verb.1) peu"),
      ("{here} of what they do", "{here} de leurs actions"))
  }
}
