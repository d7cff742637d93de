#!/usr/bin/env python3
"""Writes docs/features.md from what `habitus features --json` prints on standard input."""
import json, sys

print("""# Features

One row a user with at least one event in the window. A feature that cannot be told has no value (an empty cell, never 0).
Days and hours are in the configured time zone; gaps, spans and recency are elapsed time. Sessions are cut where the
silence is longer than `feature_extraction.session_gap_minutes`. `Tests/EndToEnd/reference/features.sql` defines them, and the
tests compare every value with it; `habitus export features` has its columns in its order.

Besides, each user has counts and shares of whatever event types exist, histograms (24 hours, 7 weekdays, hour × weekday),
and the distributions of properties that `feature_extraction.property_statistics` names: `habitus features ID --json`.
""")
features = json.load(sys.stdin)["features"]
for group in dict.fromkeys(feature["group"] for feature in features):
    print(f"## {group.capitalize()}\n\n| feature | unit | meaning |\n|---|---|---|")
    for feature in features:
        if feature["group"] == group:
            print(f"| `{feature['name']}` | {feature['unit']} | {feature['description']} |")
    print()
