internal import HabitusModel

/// What kind of thing a request of Matomo tells of, and with which item, category and value.
///
/// The first that applies:
///
/// | given | type | item | category | value |
/// |---|---|---|---|---|
/// | `ping=1` | ping: nothing was done, the visit goes on | | | |
/// | `idgoal=0` with `ec_id` | purchase | | | `revenue` |
/// | `idgoal=0` | cart_update | | | `revenue` |
/// | `idgoal` above 0 | goal | `idgoal` | | `revenue` |
/// | `e_c` or `e_a` | event | `e_n` | `e_c` | `e_v` |
/// | `c_n` with `c_i` | content_interaction | `c_n` | | |
/// | `c_n` | content_impression | `c_n` | | |
/// | `search` | search | | `search_cat` | `search_count` |
/// | `link` | outlink | `link` | | |
/// | `download` | download | `download` | | |
/// | `ca=1` | custom_action | | | |
/// | nothing of these | page_view | | | |
struct MatomoAction {
  var type: String
  var item: String?
  var category: String?
  var value: Double?

  private init(_ type: String, item: String? = nil, category: String? = nil, value: Double? = nil) {
    self.type = type
    self.item = item
    self.category = category
    self.value = value
  }

  init(_ parameters: MatomoParameters) {
    let goal = parameters["idgoal"].flatMap { Int64($0) }
    self =
      if parameters["ping"] == "1" {
        MatomoAction("ping")
      } else if goal == 0 {
        MatomoAction(parameters["ec_id"] == nil ? "cart_update" : "purchase", value: parameters.number("revenue"))
      } else if let goal, goal > 0 {
        MatomoAction("goal", item: String(goal), value: parameters.number("revenue"))
      } else if parameters["e_c"] != nil || parameters["e_a"] != nil {
        MatomoAction("event", item: parameters["e_n"], category: parameters["e_c"], value: parameters.number("e_v"))
      } else if let content = parameters["c_n"] {
        MatomoAction(parameters["c_i"] == nil ? "content_impression" : "content_interaction", item: content)
      } else if parameters["search"] != nil {
        MatomoAction("search", category: parameters["search_cat"], value: parameters.number("search_count"))
      } else if let link = parameters["link"] {
        MatomoAction("outlink", item: link)
      } else if let download = parameters["download"] {
        MatomoAction("download", item: download)
      } else {
        MatomoAction(parameters["ca"] == "1" ? "custom_action" : "page_view")
      }
  }
}
