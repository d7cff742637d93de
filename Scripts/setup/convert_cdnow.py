#!/usr/bin/env python3
"""Writes the CDNOW purchases as CSV: the original is a table padded with blanks that no delimiter separates.

usage: convert_cdnow.py CDNOW_master.txt TARGET

Nothing is left out and nothing is added: a row is a purchase, in the order of the file, with the digits of the file.
The original has no identifiers of purchases; rows that are alike (a customer who bought the same twice on one day) stay
as many as they are. Columns: customer, date (YYYYMMDD), quantity (number of CDs), amount (US dollars).
"""
import sys

_, source, target = sys.argv
with open(source, encoding="ascii") as rows, open(target, "w", encoding="ascii", newline="\n") as table:
    table.write("customer,date,quantity,amount\n")
    for number, row in enumerate(rows, start=1):
        fields = row.split()
        if number == 1 and not fields[0].isdigit():
            continue  # the names of the columns
        if len(fields) != 4 or not all(field.replace(".", "", 1).isdigit() for field in fields):
            sys.exit(f"{source}, line {number}: not a purchase: {row.rstrip()!r}")
        table.write(",".join(fields) + "\n")
