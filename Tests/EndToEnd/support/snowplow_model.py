"""What Snowplow's web model makes of enriched events, where it differs from counting them.

Of the events with one id it keeps the first; it drops events without a session and those that were sent more than three
days after they were made, and what comes more than three days after a session's first event. A page view has the
identifier of the context of the web page; a session has such a page view or page ping; a user is the browser of the
session's first event.
"""
from datetime import datetime, timedelta


class SnowplowModel:
    """Page views by identifier, and by session the browser."""

    def __init__(self, events):
        self.page_views = {}
        self.sessions = {}
        sessions = {}
        for event in events:
            late = moment(event, "dvce_sent_tstamp") - moment(event, "dvce_created_tstamp")
            if event.get("session_id") and late <= timedelta(days=3):
                sessions.setdefault(event["session_id"], []).append(event)
        for session, members in sessions.items():
            members.sort(key=lambda event: moment(event, "collector_tstamp"))
            end = moment(members[0], "collector_tstamp") + timedelta(days=3)
            viewed = [
                event for event in members
                if event["event_type"] in ("page_view", "page_ping") and moment(event, "collector_tstamp") <= end
                and page_view(event)]
            if not viewed:
                continue
            self.sessions[session] = members[0]["properties"].get("domain_userid", "")
            for event in viewed:
                if event["event_type"] == "page_view":
                    known = self.page_views.get(page_view(event))
                    if known is None or event["timestamp"] < known["timestamp"]:
                        self.page_views[page_view(event)] = event

    @property
    def users(self):
        return {browser for browser in self.sessions.values() if browser}


def moment(event, name):
    return datetime.fromisoformat(event["properties"][name])


def page_view(event):
    """The identifier in the context of the web page, which is an object in one array or in two."""
    node = event["properties"].get("contexts_com_snowplowanalytics_snowplow_web_page_1_0_0")
    while isinstance(node, list):
        node = node[0] if node else None
    return node and node.get("id")
