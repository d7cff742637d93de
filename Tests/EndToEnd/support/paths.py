"""Paths through sessions as DuckDB computes them from a plain formulation in SQL."""
from .navigation import Navigation


class Paths(Navigation):
    """The visits of sessions, numbered: u, session, n, t, step."""

    def __init__(self, file, columns, step, events="true", gap_minutes=30, repeats=False, **window):
        """`step` names the part of events that is a step, `events` those that count."""
        super().__init__(file, columns, **window)
        self.database.execute(f"""
            CREATE TABLE cut AS SELECT *, sum(begins) OVER (PARTITION BY u ORDER BY n) AS s FROM (
              SELECT *, CASE WHEN t - lag(t) OVER (PARTITION BY u ORDER BY n) <= {round(gap_minutes * 60_000)}
                THEN 0 ELSE 1 END AS begins FROM events WHERE t >= {self.start})""")
        self.database.execute(f"""
            CREATE TABLE visits AS SELECT u, s, step, t, row_number() OVER (PARTITION BY u, s ORDER BY n) AS n FROM (
              SELECT u, s, n, t, {step} AS step,
                lag({step}) OVER (PARTITION BY u, s ORDER BY n) IS NOT DISTINCT FROM {step} AS is_repeat
              FROM cut WHERE {step} IS NOT NULL AND ({events})) WHERE {repeats} OR NOT is_repeat""")

    def steps(self):
        """By step: visits, sessions, users, entries and exits."""
        return {row[0]: row[1:] for row in self.rows("""
            SELECT step, count(*), count(DISTINCT (u, s)), count(DISTINCT u), count(*) FILTER (n = 1),
              count(*) FILTER (n = length)
            FROM (SELECT *, count(*) OVER (PARTITION BY u, s) AS length FROM visits) GROUP BY step""")}

    def transitions(self):
        """By pair of steps: times, sessions, users and the median seconds."""
        return {row[:2]: row[2:] for row in self.rows("""
            SELECT a.step, b.step, count(*), count(DISTINCT (a.u, a.s)), count(DISTINCT a.u),
              median(b.t - a.t) / 1000
            FROM visits a JOIN visits b ON a.u = b.u AND a.s = b.s AND b.n = a.n + 1 GROUP BY ALL""")}

    def paths(self, length):
        """By path: times, sessions and users."""
        names = ", ".join(f"v{place}.step" for place in range(length))
        joins = " ".join(f"JOIN visits v{place} ON v{place}.u = v0.u AND v{place}.s = v0.s AND v{place}.n = v0.n + {place}"
                         for place in range(1, length))
        return {tuple(row[0]): row[1:] for row in self.rows(
            f"SELECT [{names}], count(*), count(DISTINCT (v0.u, v0.s)), count(DISTINCT v0.u) FROM visits v0 {joins} "
            "GROUP BY ALL")}

    def courses(self):
        """By course of a whole session: sessions and users."""
        return {tuple(row[0]): row[1:] for row in self.rows("""
            SELECT steps, count(*), count(DISTINCT u) FROM (SELECT u, list(step ORDER BY n) AS steps FROM visits
            GROUP BY u, s) GROUP BY steps""")}

    def lengths(self):
        """The quantiles of the number of visits of sessions, and the sessions by that number."""
        counts = dict(self.rows(
            "SELECT length, count(*) FROM (SELECT count(*) AS length FROM visits GROUP BY u, s) GROUP BY length"))
        quantiles = self.rows("""SELECT quantile_cont(length::DOUBLE, [0.1, 0.25, 0.5, 0.75, 0.9])
            FROM (SELECT count(*) AS length FROM visits GROUP BY u, s)""")[0][0]
        return quantiles, counts
