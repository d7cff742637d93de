import Foundation
import HabitusModel
import HabitusTracking

/// The schema of the existing tracking system.
enum TrackingSchema {
  private static let columns = """
    user_id varchar, session_id varchar, event_type varchar, client_timestamp timestamptz,
    ip_address varchar, device_type varchar, os_name varchar, browser_name varchar, app_version varchar,
    referrer_url text, user_agent text, created_at timestamptz DEFAULT now(), metadata jsonb
    """

  static let plain = """
    CREATE SCHEMA tracking;
    CREATE TABLE tracking.events (event_id varchar PRIMARY KEY, event_timestamp timestamptz, \(columns));
    CREATE INDEX ON tracking.events (created_at, event_id);
    """ + rest

  static let partitioned = """
    CREATE SCHEMA tracking;
    CREATE TABLE tracking.events_partitioned (event_id varchar, event_timestamp timestamptz NOT NULL, \(columns),
      PRIMARY KEY (event_id, event_timestamp)) PARTITION BY RANGE (event_timestamp);
    CREATE TABLE tracking.events_2026_01 PARTITION OF tracking.events_partitioned
      FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
    CREATE TABLE tracking.events_2026_02 PARTITION OF tracking.events_partitioned
      FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
    """ + rest

  private static let rest = """
    CREATE TABLE tracking.match_events (event_id varchar, match_id varchar, match_score numeric,
      constraint_satisfaction jsonb, parameters jsonb, alternatives_count int, view_duration_seconds numeric,
      decision_time_seconds numeric, reasons text[]);
    CREATE TABLE tracking.feedback_events (event_id varchar, match_id varchar, rating int, feedback_text text,
      specific_aspects jsonb);
    CREATE TABLE tracking.interaction_events (event_id varchar, match_id varchar, interaction_type varchar,
      interaction_count int, details jsonb);
    CREATE TABLE tracking.completion_events (event_id varchar, match_id varchar, duration_days int,
      completion_rate numeric, success_indicators jsonb);
    CREATE INDEX ON tracking.match_events (event_id);
    CREATE TABLE tracking.user_consents (user_id varchar, consent_type varchar, is_granted boolean,
      granted_at timestamptz, expires_at timestamptz, consent_version varchar, UNIQUE (user_id, consent_type));
    DO $$ BEGIN CREATE ROLE reader LOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
    DO $$ BEGIN CREATE ROLE guarded LOGIN PASSWORD 'right-password';
      EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
    GRANT USAGE ON SCHEMA tracking TO reader, guarded;
    GRANT SELECT ON ALL TABLES IN SCHEMA tracking TO reader, guarded;
    """

  /// Statements that add `count` events, one a second from the beginning of 2026.
  static func events(_ count: Int, from first: Int = 0, into table: String = "events", created: String? = nil) -> String
  {
    """
    INSERT INTO tracking.\(table) (event_id, user_id, session_id, event_type, event_timestamp, client_timestamp,
      ip_address, device_type, os_name, browser_name, user_agent, created_at)
    SELECT 'e' || lpad(n::text, 9, '0'), 'u' || n % 1000, 's' || n / 10, (ARRAY['page_view', 'click', 'search'])[n % 3 + 1],
      timestamptz '2026-01-01 00:00:00Z' + n * interval '1.0007 seconds', timestamptz '2026-01-01 00:00:00Z',
      '192.0.2.' || n % 256, 'desktop', 'Linux', 'Firefox', 'Mozilla/5.0 (X11)',
      \(created ?? "timestamptz '2026-01-01 00:00:00Z' + n * interval '10 milliseconds'")
    FROM generate_series(\(first), \(first + count - 1)) n;
    """
  }
}

extension TestDatabase {
  /// Every event as the table has it, sorted.
  func rows(of table: String = "events") throws -> [String] {
    try run(
      """
      SET timezone = 'UTC'; SET intervalstyle = 'postgres';
      SELECT concat_ws('|', event_id, user_id, session_id, event_type,
        to_char(date_trunc('milliseconds', event_timestamp), 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), ip_address, device_type)
      FROM tracking.\(table);
      """
    ).sorted()
  }
}

/// What was delivered.
final class Deliveries: @unchecked Sendable {
  private let lock = NSLock()
  private var stored: [PulledPage] = []

  var pages: [PulledPage] { lock.withLock { stored } }
  var events: [TrackedEvent] { pages.flatMap(\.events) }
  var consents: [ConsentStatement] { pages.flatMap(\.consents) }
  var refused: [RefusedPayload] { pages.flatMap(\.refused) }
  var position: PullPosition? { pages.last?.position }

  func add(_ page: PulledPage) { lock.withLock { stored.append(page) } }

  /// Every event as ``TestDatabase/rows(of:)`` writes it.
  var rows: [String] {
    events.map { tracked in
      let event = tracked.event
      let device = (try? JSONDocument(event.properties ?? "{}"))?.root["device_type"]?.string
      return [
        event.id, event.user.rawValue, event.session, event.type, event.time.description, tracked.address, device,
      ]
      .compactMap(\.self).joined(separator: "|")
    }
  }
}

/// What a test throws from a delivery.
struct Refusal: Error {}
