"""Requests as the five protocols' trackers send them."""
import json
import urllib.parse
import zlib

PROTOCOLS = ["tracking", "segment", "posthog", "snowplow", "matomo"]
TIME = "2026-11-20T10:00:00.000Z"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


def uuid(identifier):
    return f"00000000-0000-4000-8000-{zlib.crc32(identifier.encode()):012x}"


def tracked(identifier, **more):
    return {"event_id": identifier, "event_type": "click", "user_id": "u", "timestamp": TIME, **more}


def segment(identifier, **more):
    return {"type": "track", "event": "Click", "userId": "u", "messageId": identifier, "timestamp": TIME, **more}


def posthog(identifier, **more):
    return {"event": "click", "distinct_id": "u", "uuid": uuid(identifier), "timestamp": TIME, **more}


def snowplow(identifier, **more):
    return {
        "e": "se", "eid": uuid(identifier), "uid": "u", "p": "srv", "dtm": "1795168800000", "se_ca": "a", "se_ac": "b",
        **more}


def matomo(identifier, **more):
    fields = {"idsite": 1, "rec": 1, "uid": "u", "action_name": identifier, "url": "https://shop.example/a", **more}
    return "?" + urllib.parse.urlencode(fields)


TP2 = "/com.snowplowanalytics.snowplow/tp2"
SCHEMA = "iglu:com.snowplowanalytics.snowplow/payload_data/jsonschema/1-0-4"
# Protocol, path, and a body that the path takes.
ROUTES = [
    ("tracking", "/api/events/track-batch", {"events": [tracked("a"), tracked("b")]}),
    ("tracking", "/api/events/track", tracked("c")),
    ("tracking", "/api/events/match/proposed", tracked("d", match_id="m")),
    ("tracking", "/api/events/match/viewed", tracked("e", match_id="m")),
    ("tracking", "/api/events/match/decision", tracked("f", match_id="m", decision="accepted")),
    ("tracking", "/api/events/match/feedback", tracked("g", match_id="m", rating=5)),
    ("tracking", "/api/consent/set", {"user_id": "u", "consent_type": "marketing", "is_granted": True}),
    ("tracking", "/api/consent/record?user_id=u", {"marketing": True}),
    ("tracking", "/api/consent/withdraw?user_id=u", ["marketing"]),
    ("segment", "/v1/batch", {"batch": [segment("a"), segment("b")]}),
    ("segment", "/v1/track", segment("c")),
    ("segment", "/v1/identify", {"userId": "u", "traits": {"plan": "gold"}, "timestamp": TIME}),
    ("segment", "/v1/page", {"userId": "u", "name": "home", "timestamp": TIME}),
    ("segment", "/v1/screen", {"userId": "u", "name": "home", "timestamp": TIME}),
    ("segment", "/v1/group", {"userId": "u", "groupId": "g", "timestamp": TIME}),
    ("segment", "/v1/alias", {"userId": "u", "previousId": "v", "timestamp": TIME}),
    ("posthog", "/batch", {"api_key": "k", "batch": [posthog("a"), posthog("b")]}),
    ("posthog", "/capture/", posthog("c", api_key="k")),
    ("posthog", "/e", posthog("d", api_key="k")),
    ("posthog", "/i/v0/e/", posthog("e", api_key="k")),
    ("posthog", "/track", posthog("f", api_key="k")),
    ("posthog", "/engage", {"api_key": "k", "distinct_id": "u", "$set": {"plan": "gold"}}),
    ("snowplow", TP2, {"schema": SCHEMA, "data": [snowplow("a"), snowplow("b")]}),
    ("matomo", "/matomo.php", {"requests": [matomo("a"), matomo("b")]}),
]


def encoded(body):
    return json.dumps(body).encode()


def open_all():
    """The setting that opens all protocols."""
    return f"intake.open_sources={','.join(PROTOCOLS)}"
