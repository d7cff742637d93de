"""Text and tables, printed as they come and kept in a file."""


class Report:
    """Markdown that is printed and written to `path`."""

    def __init__(self, path):
        self.path = path
        path.write_text("")

    def text(self, text):
        """Adds a paragraph."""
        self._add(f"{text}\n")

    def table(self, title, columns, rows):
        """Adds a table; cells are texts."""
        widths = [max(len(str(cell)) for cell in cells) for cells in zip(columns, *rows)]

        def line(cells):
            padded = [str(cell).ljust(width) if number == 0 else str(cell).rjust(width)
                      for number, (cell, width) in enumerate(zip(cells, widths))]
            return f"| {' | '.join(padded)} |"

        rule = [("-" * width if number == 0 else "-" * (width - 1) + ":") for number, width in enumerate(widths)]
        self._add("\n".join([f"## {title}", "", line(columns), line(rule), *map(line, rows)]) + "\n")

    def _add(self, text):
        print(text, flush=True)
        with self.path.open("a") as file:
            file.write(text + "\n")
