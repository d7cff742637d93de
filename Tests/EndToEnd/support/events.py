"""The events of an export, as DuckDB sees them."""
import duckdb


class ExportedEvents:
    """`habitus export events --format csv` as a table that can be asked."""

    def __init__(self, export, folder):
        file = folder / "exported.csv"
        file.write_bytes(export)
        self.database = duckdb.connect()
        self.database.execute(f"CREATE TABLE events AS SELECT * FROM read_csv('{file}', all_varchar=true)")

    def row(self, query):
        """The first row that `SELECT query FROM events` answers with."""
        return self.database.execute(f"SELECT {query} FROM events").fetchone()
