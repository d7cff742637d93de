"""A PostgreSQL 15 of the tests' own, in a temporary folder, with the schema of the existing tracking system."""
import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

PROGRAMS = Path("/usr/lib/postgresql/15/bin")
PASSWORD = "correct-horse-battery"

SCHEMA = """
CREATE SCHEMA tracking;
CREATE TABLE tracking.events (event_id varchar PRIMARY KEY, user_id varchar, session_id varchar, event_type varchar,
  event_timestamp timestamptz, client_timestamp timestamptz, ip_address varchar, device_type varchar, os_name varchar,
  browser_name varchar, app_version varchar, referrer_url text, user_agent text,
  created_at timestamptz DEFAULT now(), metadata jsonb);
CREATE INDEX ON tracking.events (created_at, event_id);
CREATE TABLE tracking.match_events (event_id varchar PRIMARY KEY, match_id varchar, match_score numeric,
  constraint_satisfaction jsonb, parameters jsonb, alternatives_count int, view_duration_seconds numeric,
  decision_time_seconds numeric, reasons text[]);
CREATE TABLE tracking.feedback_events (event_id varchar PRIMARY KEY, match_id varchar, rating int, feedback_text text,
  specific_aspects jsonb);
CREATE TABLE tracking.interaction_events (event_id varchar PRIMARY KEY, match_id varchar, interaction_type varchar,
  interaction_count int, details jsonb);
CREATE TABLE tracking.completion_events (event_id varchar PRIMARY KEY, match_id varchar, duration_days int,
  completion_rate numeric, success_indicators jsonb);
CREATE TABLE tracking.user_consents (user_id varchar, consent_type varchar, is_granted boolean, granted_at timestamptz,
  expires_at timestamptz, consent_version varchar, UNIQUE (user_id, consent_type));
GRANT USAGE ON SCHEMA tracking TO reader;
GRANT SELECT ON ALL TABLES IN SCHEMA tracking TO reader;
"""

# Adds the events with the numbers from :first to :last, in an order by chance.
ROWS = """
BEGIN;
CREATE TEMP TABLE made ON COMMIT DROP AS SELECT n, 'e' || lpad(n::text, 9, '0') AS id FROM
  generate_series({first}, {last}) n ORDER BY random();
INSERT INTO tracking.events
SELECT id, 'user ' || n % 1000, CASE WHEN n % 5 > 0 THEN 's' || n / 10 END,
  (ARRAY['page_view', 'match_viewed', 'match_feedback', 'match_interaction', 'match_completed', 'click'])[n % 6 + 1],
  timestamptz '2026-10-01 00:00:00Z' + n * interval '1.0007 seconds', timestamptz '2026-10-01 00:00:00Z',
  CASE n % 3 WHEN 0 THEN '192.0.2.' || n % 256 WHEN 1 THEN '2001:db8:1:2::' || n % 99 END,
  'desktop', 'Linux', 'Firefox', CASE WHEN n % 4 = 0 THEN '1.2.3' END, 'https://example.com/"a"\\' || n,
  'Mozilla/5.0 (X11; Linux) Firefox/128.0', {created},
  CASE WHEN n % 2 = 0 THEN jsonb_build_object('page', '/' || n % 50, 'n', n, 'list', '[1, {{"a": null}}]'::jsonb) END
FROM made;
INSERT INTO tracking.match_events SELECT id, 'm' || n % 77, n % 101 + 0.25, '{{"pay": 0.5}}', '{{"a": [1, 2]}}', n % 4,
  n % 60 + 0.5, NULL, ARRAY['near', 'pay "well"', NULL] FROM made WHERE n % 6 = 1;
INSERT INTO tracking.feedback_events SELECT id, 'm' || n % 77, n % 5 + 1, 'schön ' || n, '{{"pay": 5}}' FROM made
  WHERE n % 6 = 2;
INSERT INTO tracking.interaction_events SELECT id, 'm' || n % 77, 'chat', n % 9, '{{"text": "\\u00e9"}}' FROM made
  WHERE n % 6 = 3;
INSERT INTO tracking.completion_events SELECT id, 'm' || n % 77, n % 90, 0.75, '{{"hired": 1}}' FROM made
  WHERE n % 6 = 4;
COMMIT;
"""

# Every event as the store is to have it: a JSON object a line.
EXPECTED = """
COPY (SELECT jsonb_build_object('event_id', e.event_id, 'user_id', e.user_id, 'session_id', e.session_id,
  'event_type', e.event_type,
  'timestamp', to_char(
    date_trunc('milliseconds', e.event_timestamp AT TIME ZONE 'UTC'), 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
  'properties', coalesce(e.metadata, '{}') || (SELECT coalesce(jsonb_object_agg(key, value), '{}') FROM jsonb_each(
    jsonb_build_object('device_type', e.device_type, 'os_name', e.os_name, 'browser_name', e.browser_name,
      'app_version', e.app_version, 'referrer_url', e.referrer_url, 'user_agent', e.user_agent,
      'ip', CASE WHEN e.ip_address LIKE '192.0.2.%' THEN '192.0.2.0'
        WHEN e.ip_address LIKE '2001%' THEN '2001:db8:1::' END,
      'match_id', coalesce(m.match_id, f.match_id, i.match_id, c.match_id), 'match_score', m.match_score,
      'constraint_satisfaction', m.constraint_satisfaction, 'match_parameters', m.parameters,
      'alternatives_count', m.alternatives_count, 'view_duration_seconds', m.view_duration_seconds,
      'decision_time_seconds', m.decision_time_seconds, 'reasons', m.reasons, 'rating', f.rating,
      'feedback_text', f.feedback_text, 'specific_aspects', f.specific_aspects,
      'interaction_type', i.interaction_type,
      'interaction_count', i.interaction_count, 'details', i.details, 'duration_days', c.duration_days,
      'completion_rate', c.completion_rate, 'success_indicators', c.success_indicators)) WHERE value <> 'null'))::text
FROM tracking.events e LEFT JOIN tracking.match_events m USING (event_id)
  LEFT JOIN tracking.feedback_events f USING (event_id) LEFT JOIN tracking.interaction_events i USING (event_id)
  LEFT JOIN tracking.completion_events c USING (event_id))
TO STDOUT WITH (FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02')
"""


class Postgres:
    """A server with a database `app`, an owner and a role `reader` that may do nothing but read."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="habitus-postgres-", dir="/tmp"))
        if os.getuid() == 0:
            shutil.chown(self.folder, "postgres")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.run("initdb", "-D", self.data, "-A", "trust", "-U", "owner", "-E", "UTF8", "-N", "--locale=C.UTF-8")
        rules = "local all owner trust\nhost all owner 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n"
        (self.data / "pg_hba.conf").write_text(rules)
        self.start()
        self.sql("CREATE DATABASE app", database="postgres")
        self.sql(f"CREATE ROLE reader LOGIN PASSWORD '{PASSWORD}'", database="postgres")

    @property
    def data(self):
        return self.folder / "data"

    def dsn(self, password=PASSWORD, database="app"):
        return f"postgres://reader:{password}@127.0.0.1:{self.port}/{database}"

    def run(self, program, *arguments, **options):
        words = [str(PROGRAMS / program), *map(str, arguments)]
        if os.getuid() == 0:
            words = ["runuser", "-u", "postgres", "--", *words]
        done = subprocess.run(words, capture_output=True, cwd="/", timeout=600, **options)
        assert done.returncode == 0, f"{program}: {done.stderr.decode()[:2000]}"
        return done.stdout

    def start(self):
        options = f"-p {self.port} -k {self.folder} -h 127.0.0.1 -F -c max_wal_size=4GB -c shared_buffers=256MB"
        # The server keeps what it inherits open: it must not be a pipe that is waited for.
        files = ["-D", str(self.data), "-l", str(self.folder / "log")]
        words = [str(PROGRAMS / "pg_ctl"), *files, "-o", options, "-w", "start"]
        if os.getuid() == 0:
            words = ["runuser", "-u", "postgres", "--", *words]
        subprocess.run(words, check=True, cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, timeout=60)

    def stop(self):
        """Ends the server at once, by the process id in its folder."""
        self.run("pg_ctl", "-D", self.data, "-m", "immediate", "-w", "stop")

    def remove(self):
        if (self.data / "postmaster.pid").exists():
            self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def sql(self, text, database="app"):
        """The rows of statements, columns separated by bars."""
        words = ["-h", self.folder, "-p", self.port, "-U", "owner", "-d", database, "-qAtX", "-v", "ON_ERROR_STOP=1"]
        return self.run("psql", *words, input=text.encode()).decode().splitlines()

    def fresh(self):
        """Makes the schema anew."""
        self.sql("SET client_min_messages = error; DROP SCHEMA IF EXISTS tracking CASCADE;" + SCHEMA)

    def add(self, first, last, created="timestamptz '2026-10-01 00:00:00Z' + n * interval '10 milliseconds'"):
        """Adds the events with these numbers, the last included."""
        self.sql(ROWS.format(first=first, last=last, created=created))

    def terminate(self):
        """Cuts the connections of the command; returns how many there were."""
        return len(self.sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'habitus'"))
