#!/usr/bin/env python3
"""Draws what a command printed on a terminal as SVG, for the documentation.

usage: script -qc 'habitus profile ID' /dev/null | terminal_picture.py 'habitus profile ID' > picture.svg

Understands the colours and weights that `habitus` uses. Every character takes one cell.
"""
import re, sys
from html import escape

CELL, LINE, MARGIN = 8.4, 19, 16
COLOURS = {"31": "#c0392b", "32": "#2e8b57", "33": "#b7791f", "34": "#2b6cb0", "35": "#805ad5", "36": "#0f7b8a"}


def runs(line):
    """The line's pieces of one style: (column, text, style attributes)."""
    style, column = {}, 0
    for piece in re.split(r"(\x1b\[[0-9;]*m)", line):
        code = re.fullmatch(r"\x1b\[([0-9;]*)m", piece)
        if not code:
            if piece:
                yield column, piece, dict(style)
                column += len(piece)
            continue
        for number in (code[1] or "0").split(";"):
            if number == "0":
                style = {}
            elif number == "1":
                style["font-weight"] = "bold"
            elif number == "2":
                style["fill"] = "#8a94a0"
            elif number in COLOURS:
                style["fill"] = COLOURS[number]


def main():
    lines = [f"\x1b[2m$\x1b[0m \x1b[1m{sys.argv[1]}\x1b[0m", ""]
    lines += sys.stdin.read().replace("\r", "").rstrip("\n").split("\n")
    plain = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in lines]
    width = MARGIN * 2 + max(map(len, plain)) * CELL
    height = MARGIN * 2 + len(lines) * LINE
    print(f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height}" '
          f'viewBox="0 0 {width:.0f} {height}" font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="14">')
    print(f'<rect width="100%" height="100%" rx="8" fill="#fbfbfa" stroke="#d8dbe0"/>')
    for row, line in enumerate(lines):
        for column, text, style in runs(line):
            if not text.strip():
                continue
            attributes = "".join(f' {name}="{value}"' for name, value in ({"fill": "#24292f"} | style).items())
            lead = len(text) - len(text.lstrip())
            text = text.strip()
            print(f'<text x="{MARGIN + (column + lead) * CELL:.1f}" y="{MARGIN + (row + 0.75) * LINE:.1f}"{attributes} '
                  f'textLength="{len(text) * CELL:.1f}" xml:space="preserve">{escape(text)}</text>')
    print("</svg>")


main()
