import Testing

@testable import Habitus

@Suite("Configuration document")
struct ConfigurationDocumentTests {
  @Test("reads values of every type with their lines")
  func values() {
    let document = ConfigurationDocument(
      text: """
        # comment
        profile_manager: {auto_create_profiles: no, secure_fields: [a, "b"]}
        import:
          namespace: 5
          columns:
            type: =purchase
            id: "{InvoiceNo}/{StockCode}"
          missing_user:
            - NA
            - "null"
        feature_extraction:
          time_window_days: 7
          event_weights: {click: -1.5, view: 2}
          property_statistics:
            click: [element_type]
        user_clustering:
          kmeans:
            n_clusters: none
        tracking_integration:
          event_mapping:
            buy: {item: sku, value: price}
        """, file: "habitus.yaml", schema: .habitus)
    #expect(document.problems.isEmpty)
    let values = document.values.mapValues(\.value)
    #expect(
      values == [
        "profile_manager.auto_create_profiles": .boolean(false),
        "profile_manager.secure_fields": .list(["a", "b"]),
        "import.namespace": .text("5"),
        "import.columns": .texts(["type": "=purchase", "id": "{InvoiceNo}/{StockCode}"]),
        "import.missing_user": .list(["NA", "null"]),
        "feature_extraction.time_window_days": .integer(7),
        "feature_extraction.event_weights": .numbers(["click": -1.5, "view": 2]),
        "feature_extraction.property_statistics": .lists(["click": ["element_type"]]),
        "user_clustering.kmeans.n_clusters": .none,
        "tracking_integration.event_mapping": .fields(["buy": ["item": "sku", "value": "price"]]),
      ])
    #expect(document.values["import.columns"]?.line == 5)
    #expect(document.values["profile_manager.secure_fields"]?.line == 2)
  }

  @Test("has no values in a file without content", arguments: ["", "\n", "# only a comment\n", "---\n", "storage:\n"])
  func nothing(text: String) {
    let document = ConfigurationDocument(text: text, file: "habitus.yaml", schema: .habitus)
    #expect(document.values.isEmpty && document.problems.isEmpty)
  }

  @Test(
    "names line, key, what was given and what is allowed",
    arguments: [
      (
        "storage:\n  paht: x",
        "habitus.yaml:2: storage.paht: unknown key; did you mean storage.path?"
      ),
      ("\nstorrage:\n  path: x", "habitus.yaml:2: storrage: unknown key; did you mean storage?"),
      (
        "time_window_dayz: 1",
        "habitus.yaml:1: time_window_dayz: unknown key"
      ),
      (
        "storage:\n  min_events_count: 1",
        "habitus.yaml:2: storage.min_events_count: unknown key; did you mean feature_extraction.min_events_count?"
      ),
      (
        "feature_extraction:\n  time_window_days: 0",
        "habitus.yaml:2: feature_extraction.time_window_days: 0 is not allowed; allowed: a whole number from 1 to 36500"
      ),
      (
        "feature_extraction:\n  time_window_days: \"30\"",
        "habitus.yaml:2: feature_extraction.time_window_days: the text \"30\" has the wrong type; "
          + "allowed: a whole number from 1 to 36500"
      ),
      (
        "feature_extraction:\n  time_window_days: 1.5",
        "habitus.yaml:2: feature_extraction.time_window_days: 1.5 has the wrong type; "
          + "allowed: a whole number from 1 to 36500"
      ),
      (
        "feature_extraction:\n  time_window_days:",
        "habitus.yaml:2: feature_extraction.time_window_days: no value has the wrong type; "
          + "allowed: a whole number from 1 to 36500"
      ),
      (
        "profile_manager:\n  keep_history: 1",
        "habitus.yaml:2: profile_manager.keep_history: 1 has the wrong type; allowed: true or false"
      ),
      (
        "feature_extraction:\n  feature_groups: activity",
        "habitus.yaml:2: feature_extraction.feature_groups: activity has the wrong type; "
          + "allowed: a list of activity, content, temporal, engagement (at least one, each once)"
      ),
      (
        "feature_extraction:\n  feature_groups:\n    - activity\n    - other",
        "habitus.yaml:4: feature_extraction.feature_groups: other is not allowed; "
          + "allowed: a list of activity, content, temporal, engagement (at least one, each once)"
      ),
      (
        "feature_extraction:\n  feature_groups: []",
        "habitus.yaml:2: feature_extraction.feature_groups: an empty list is not allowed; "
          + "allowed: a list of activity, content, temporal, engagement (at least one, each once)"
      ),
      (
        "feature_extraction:\n  event_weights:\n    click: 1\n    view: many",
        "habitus.yaml:4: feature_extraction.event_weights.view: many has the wrong type; allowed: a number"
      ),
      (
        "feature_extraction:\n  property_statistics:\n    click: element_type",
        "habitus.yaml:3: feature_extraction.property_statistics.click: element_type has the wrong type; "
          + "allowed: a list of texts"
      ),
      (
        "feature_extraction:\n  time_zone: Paris",
        "habitus.yaml:2: feature_extraction.time_zone: Paris is not allowed; "
          + "allowed: an IANA time zone such as Europe/Paris"
      ),
      (
        "import:\n  missing_user:\n    - null",
        "habitus.yaml:3: import.missing_user: no value has the wrong type; allowed: a list of texts"
      ),
      (
        "import:\n  columns:\n    usr: x",
        "habitus.yaml:3: import.columns.usr: unknown key; did you mean user?; allowed: a map with id, user, time, "
          + "type, item, category, value, page, session, time_offset, bot to texts"
      ),
      (
        "tracking_integration:\n  event_mapping:\n    buy:\n      itme: x",
        "habitus.yaml:4: tracking_integration.event_mapping.buy.itme: unknown key; did you mean item?; "
          + "allowed: a map of names to item, category, value, page"
      ),
      (
        "import:\n  columns:\n    user: \"\"",
        "habitus.yaml:3: import.columns.user: an empty text is not allowed; allowed: a text that is not empty"
      ),
      (
        "import:\n  columns:\n    user: [a]",
        "habitus.yaml:3: import.columns.user: a list has the wrong type; allowed: a text that is not empty"
      ),
      (
        "tracking_integration:\n  event_mapping:\n    buy: sku",
        "habitus.yaml:3: tracking_integration.event_mapping.buy: sku has the wrong type; "
          + "allowed: a map of names to item, category, value, page"
      ),
      (
        "user_clustering:\n  default_algorithm: optics",
        "habitus.yaml:2: user_clustering.default_algorithm: optics is not allowed; allowed: one of automatic, kmeans, "
          + "mini_batch_kmeans, mixture, dbscan, hdbscan, hierarchical"
      ),
      (
        "user_clustering:\n  kmeans: 3",
        "habitus.yaml:2: user_clustering.kmeans: 3 has the wrong type; allowed: a map with the keys "
          + "user_clustering.kmeans.n_clusters, user_clustering.kmeans.random_state"
      ),
      (
        "- storage",
        "habitus.yaml:1: a list has the wrong type; allowed: a map of sections: storage, import, tracking_integration, "
          + "consent, identity, feature_extraction, profile_manager, user_clustering, pattern_detector, "
          + "preference_calculator, predictions, navigation, visualization, api, intake, log"
      ),
      (
        "storage:\n  path: x\n  path: y",
        "habitus.yaml:3: storage.path: stands twice, first in line 2; keep one"
      ),
      (
        "feature_extraction:\n  event_weights:\n    \"click\": 1\n    # again\n\n    click : 2",
        "habitus.yaml:6: feature_extraction.event_weights.click: stands twice, first in line 3; keep one"
      ),
      ("storage: {path: x, path: y}", "habitus.yaml:1: path: stands twice, first in line 1; keep one"),
      (
        "feature_extraction:\n  event_weights:\n    1: 1\n    \"1\": 2",
        "habitus.yaml:4: feature_extraction.event_weights.1: stands twice, first in line 3; keep one"
      ),
      (
        "storage:\n\tpath: x",
        "habitus.yaml:2: not valid YAML: found character that cannot start any token"
      ),
      ("storage:\n  path: a\u{7}", "habitus.yaml:2: not valid YAML: control characters are not allowed"),
      ("storage:\n  [a]: x", "habitus.yaml:2: storage: a list has the wrong type; allowed: a name as the key"),
    ])
  func problem(text: String, expected: String) {
    #expect(problems(of: text) == [expected])
    #expect(problems(of: text.replacing("\n", with: "\r\n")) == [expected])
  }

  @Test("reports everything that is wrong at once, in the order of the lines")
  func everything() {
    let found = problems(
      of: """
        storage:
          path: a
          path: b
          path: c
        unknown_section:
          x: 1
        feature_extraction:
          roles:
            view: ""
            view: v
          time_window_days: -1
          event_weights:
            a: x
            b: y
        storage:
          path: d
        """)
    let starts = [
      "habitus.yaml:3: storage.path: stands twice, first in line 2",
      "habitus.yaml:4: storage.path: stands twice, first in line 2",
      "habitus.yaml:5: unknown_section: unknown key",
      "habitus.yaml:9: feature_extraction.roles.view: an empty text is not allowed",
      "habitus.yaml:10: feature_extraction.roles.view: stands twice, first in line 9",
      "habitus.yaml:11: feature_extraction.time_window_days: -1 is not allowed",
      "habitus.yaml:13: feature_extraction.event_weights.a: x has the wrong type",
      "habitus.yaml:14: feature_extraction.event_weights.b: y has the wrong type",
      "habitus.yaml:15: storage: stands twice, first in line 1",
    ]
    #expect(found.count == starts.count, "\(found)")
    for (problem, start) in zip(found, starts) { #expect(problem.hasPrefix(start), "\(problem)") }
  }

  @Test("refuses a second document")
  func secondDocument() {
    #expect(problems(of: "storage:\n  path: x\n---\nstorage:\n  path: y").count == 1)
  }
}
