"""Funnels and retention as DuckDB computes them from a plain formulation in SQL."""
import duckdb


class Navigation:
    """The events of a file, each once, numbered by user in the order of events."""

    def __init__(self, file, columns, as_of=None, window_days=36_500):
        """`columns` makes id, u, ts (TIMESTAMP, UTC), type, item, category and value of the columns of the file;
        `as_of` is one millisecond after the last event unless given."""
        self.database = duckdb.connect(config={"threads": 2})
        self.database.execute("SET TimeZone='UTC'")
        self.database.execute(
            f"CREATE TABLE stored AS SELECT DISTINCT id, u, epoch_ms(ts) AS t, type, item, category, value "
            f"FROM (SELECT {columns} FROM read_csv('{file}', all_varchar=true))")
        self.as_of = as_of or self.rows("SELECT max(t) + 1 FROM stored")[0][0]
        self.start = self.as_of - window_days * 86_400_000
        self.database.execute(
            f"CREATE TABLE events AS SELECT *, row_number() OVER (PARTITION BY u ORDER BY t, type, item NULLS LAST, "
            f"category NULLS LAST, value NULLS LAST, id) AS n FROM stored WHERE t < {self.as_of}")

    def rows(self, query):
        return self.database.execute(query).fetchall()

    def funnel(self, steps, window_hours, order="ordered", excluded="false"):
        """By step, users, and the quantiles of the seconds from the step before and from the first.

        `steps` and `excluded` are conditions in SQL; in any order, no event may meet two of them.
        """
        window = round(window_hours * 3_600_000)
        inside = f"t >= {self.start}"
        self.database.execute(f"CREATE OR REPLACE TABLE seen AS SELECT * FROM events WHERE {inside}")
        self.database.execute(f"CREATE OR REPLACE TABLE barrier AS SELECT u, n FROM seen WHERE {excluded}")
        free = f"seen.n < coalesce((SELECT min(b.n) FROM barrier b WHERE b.u = a.u AND b.n > a.s), {2**60})"
        if order == "any":
            kind = "CASE " + " ".join(f"WHEN {step} THEN {number}" for number, step in enumerate(steps)) + " END"
            self.database.execute(f"CREATE OR REPLACE TABLE kinds AS SELECT *, {kind} AS kind FROM seen "
                                  f"WHERE NOT ({excluded})")
            attempts = f"""
                SELECT u, s, list(t ORDER BY n) AS ts FROM (
                  SELECT a.u, a.s, kind, min(seen.n) AS n, min(seen.t) AS t
                  FROM (SELECT u, n AS s, t AS t0 FROM kinds WHERE kind IS NOT NULL) a
                  JOIN kinds seen ON seen.u = a.u AND seen.n >= a.s AND seen.t <= a.t0 + {window} AND {free}
                  WHERE kind IS NOT NULL GROUP BY ALL) GROUP BY ALL"""
        else:
            self.database.execute(
                f"CREATE OR REPLACE TABLE attempt0 AS SELECT u, n AS s, n, t AS t0, [t] AS ts FROM seen "
                f"WHERE ({steps[0]}) AND NOT ({excluded})")
            between = "seen.n = a.n + 1" if order == "strict" else "seen.n > a.n"
            for number, step in enumerate(steps[1:], 1):
                self.database.execute(f"""
                    CREATE OR REPLACE TABLE attempt{number} AS
                    SELECT a.u, a.s, min(seen.n) AS n, a.t0, list_append(a.ts, arg_min(seen.t, seen.n)) AS ts
                    FROM attempt{number - 1} a JOIN (SELECT * FROM seen WHERE {step}) seen
                      ON seen.u = a.u AND {between} AND seen.t <= a.t0 + {window} AND {free}
                    GROUP BY a.u, a.s, a.t0, a.ts""")
            attempts = " UNION ALL ".join(f"SELECT u, s, ts FROM attempt{number}" for number in range(len(steps)))
        self.database.execute(f"CREATE OR REPLACE TABLE best AS SELECT u, ts FROM ({attempts}) "
                              "QUALIFY row_number() OVER (PARTITION BY u ORDER BY len(ts) DESC, s) = 1")
        return [self.step(number) for number in range(1, len(steps) + 1)]

    def step(self, number):
        def quantiles(first):
            if number == 1:
                return None
            return self.rows(
                f"SELECT quantile_cont((ts[{number}] - ts[{first}])::DOUBLE / 1000, [0.1, 0.25, 0.5, 0.75, 0.9]) "
                f"FROM best WHERE len(ts) >= {number}")[0][0]

        users = self.rows(f"SELECT count(*) FROM best WHERE len(ts) >= {number}")[0][0]
        return users, quantiles(number - 1), quantiles(1)

    def stopping_after(self, step):
        """The users who took `step` of the funnel that was asked for last, and none after it."""
        return [user for user, in self.rows(f"SELECT u FROM best WHERE len(ts) = {step} ORDER BY u")]

    def retention(self, period, periods, start="true", returning="true", rolling=False, recurring=False,
                  on_or_after=False, time_zone="UTC"):
        """By first day of the cohort: users, and those who returned by period, with whether the period is over."""
        local = f"timezone('{time_zone}', to_timestamp(%s / 1000.0))"
        cohort = f"date_trunc('{period}', {local})::DATE"
        length = {"day": 1, "week": 7, "month": 30}[period] * 86_400_000
        if recurring:
            starts = (f"SELECT u, {cohort % 't'} AS cohort, min(n) AS n, arg_min(t, n) AS t FROM events "
                      f"WHERE ({start}) AND t >= {self.start} GROUP BY ALL")
        else:
            starts = (f"SELECT u, {cohort % 't'} AS cohort, n, t FROM (SELECT u, min(n) AS n, arg_min(t, n) AS t "
                      f"FROM events WHERE {start} GROUP BY u) WHERE t >= {self.start}")
        number = (f"(e.t - s.t) // {length}" if rolling
                  else f"datediff('{period}', s.cohort, {cohort % 'e.t'})")
        comparison = ">=" if on_or_after else "="
        answer = self.rows(f"""
            WITH starts AS ({starts}),
              returns AS (SELECT DISTINCT s.u, s.cohort, {number} AS period FROM starts s
                JOIN (SELECT * FROM events WHERE {returning}) e ON e.u = s.u AND e.n >= s.n)
            SELECT s.cohort, p.period, (SELECT count(*) FROM starts x WHERE x.cohort = s.cohort),
              count(DISTINCT r.u),
              {cohort % (f"({self.as_of} - (p.period + 1) * {length})" if rolling else self.as_of)}
                > (s.cohort + INTERVAL 1 {period} * {"0" if rolling else "p.period"})::DATE
            FROM (SELECT DISTINCT cohort FROM starts) s CROSS JOIN (SELECT unnest(range({periods + 1})) AS period) p
            LEFT JOIN returns r ON r.cohort = s.cohort AND r.period {comparison} p.period
            GROUP BY ALL ORDER BY 1, 2""")
        cohorts = {}
        for day, _, users, returned, is_complete in answer:
            row = cohorts.setdefault(str(day), (users, [], []))
            row[1].append(returned)
            row[2].append(is_complete)
        return cohorts
