import Testing

@testable import Habitus

@Suite("Configuration schema")
struct ConfigurationSchemaTests {
  private let keys = ConfigurationSchema.habitus.keys

  @Test("has each path and each variable once, and no key above another")
  func unique() {
    #expect(Set(keys.map(\.path)).count == keys.count)
    #expect(Set(keys.map(\.variable)).count == keys.count)
    #expect(keys.allSatisfy { !ConfigurationSchema.habitus.isGroup($0.path) })
    #expect(keys.allSatisfy { $0.path.wholeMatch(of: /[a-z_]+(\.[a-z_]+)+/) != nil })
    for section in ConfigurationSchema.habitus.sections {
      #expect(section.keys.allSatisfy { $0.path.hasPrefix(section.name + ".") })
    }
  }

  @Test("has defaults that it allows itself")
  func defaults() throws {
    for key in keys where key.defaultValue != .none { try key.type.check(key.defaultValue) }
    #expect(keys.allSatisfy { $0.isOptional || $0.defaultValue != .none })
  }

  @Test("binds each key to a property of its own, so that no other key sees its changes")
  func independent() {
    for key in keys {
      // The only key with one possible value.
      #expect(!key.samples.isEmpty || key.path == "user_clustering.default_algorithm")
      for sample in key.samples {
        let changed = configuration(key, sample)
        for other in keys {
          #expect(other.read(changed) == (other.path == key.path ? sample : other.defaultValue))
        }
      }
    }
  }

  @Test("has the defaults that the application expects")
  func expected() {
    let expected = [
      "storage.path": "./data",
      "feature_extraction.time_window_days": "30",
      "feature_extraction.min_events_count": "10",
      "feature_extraction.feature_groups": "activity,content,temporal,engagement",
      "feature_extraction.session_gap_minutes": "30", "feature_extraction.sessions.from": "gap",
      "feature_extraction.time_zone": "UTC", "feature_extraction.roles.goal": "apply",
      "feature_extraction.event_weights": "apply=10,click=2,download=5,filter=2,page_view=1,search=3",
      "feature_extraction.other_event_weight": "1", "feature_extraction.engagement_half_life_days": "14",
      "profile_manager.update_frequency_hours": "24", "profile_manager.auto_create_profiles": "true",
      "profile_manager.profile_ttl_days": "90",
      "profile_manager.secure_fields": "personal_info,contact_details",
      "user_clustering.kmeans.n_clusters": "none", "user_clustering.kmeans.random_state": "42",
      "user_clustering.feature_scaling": "standard", "user_clustering.min_users_for_clustering": "10",
      "pattern_detector.sequence_pattern_min_support": "0.1", "pattern_detector.sequence_pattern_max_length": "5",
      "pattern_detector.time_based_pattern_intervals": "hourly,daily,weekly",
      "pattern_detector.recurrent_pattern_min_occurrences": "3",
      "pattern_detector.false_discovery_level": "0.05",
      "preference_calculator.preference_categories": "content,interaction,time,feature",
      "preference_calculator.time_window_days": "30",
      "consent.default": "granted", "consent.purpose": "analytics", "identity.max_ids_per_person": "100",
    ]
    for (path, value) in expected {
      #expect(ConfigurationSchema.habitus.key(path)?.defaultValue.description == value)
    }
  }

  @Test("is written as one Markdown table a section, with a row of five cells a key")
  func reference() {
    let reference = ConfigurationSchema.habitus.markdownReference
    let rows = reference.split(separator: "\n").filter { $0.hasPrefix("| `") }
    #expect(rows.count == keys.count)
    for (row, key) in zip(rows, keys) {
      #expect(row.replacing("\\|", with: "").count { $0 == "|" } == 6)
      #expect(row.hasPrefix("| `\(key.path)` | ") && row.hasSuffix(" | `\(key.variable)` |"))
      #expect(row.contains(key.meaning))
    }
    #expect(reference.contains("| `feature_extraction.time_window_days` | `30` | a whole number from 1 to 36500 | "))
    #expect(reference.split(separator: "\n").count { $0.hasPrefix("## `") } == 16)
  }
}
