"""A page in a browser sends as the application's SDK does: by fetch, and by sendBeacon when it is left."""
import http.server
import threading

import pytest

from support.server import Server, identifiers

PAGE = b"""<!doctype html><title>A page that tracks</title><script>
const server = new URLSearchParams(location.search).get("server");
let queue = [];
let number = 0;
function event(type, more) {
  const now = new Date().toISOString();
  return {event_id: `browser-${++number}`, event_type: type, user_id: "pseudonym-1", session_id: "session-1",
    timestamp: now, client_timestamp: now, deviceType: "desktop", browserName: "Chrome", osName: "Linux",
    screenWidth: screen.width, screenHeight: screen.height, language: navigator.language,
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone, userAgent: "Mozilla/5.0 (tests)", ...more};
}
function track(type, more) { queue.push(event(type, more)); }
async function flush() {
  const batch = queue;
  queue = [];
  try {
    const response = await fetch(`${server}/api/events/track-batch`, {
      method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify({events: batch})});
    if (!response.ok) throw new Error(response.status);
    return true;
  } catch (error) {
    queue = batch.concat(queue);
    return false;
  }
}
function consent(granted) {
  return fetch(`${server}/api/consent/set`, {method: "POST", headers: {"Content-Type": "application/json"},
    body: JSON.stringify({user_id: "pseudonym-1", consent_type: "analytics", is_granted: granted,
      user_agent: navigator.userAgent, ip_address: null})}).then(response => response.status);
}
addEventListener("pagehide", () => {
  if (queue.length) navigator.sendBeacon(`${server}/api/events/track-batch`,
    new Blob([JSON.stringify({events: queue})], {type: "application/json"}));
});
</script>"""


class Site(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, *_):
        pass


@pytest.fixture
def site():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield browser
        browser.close()


def test_page(habitus, site, browser):
    server = Server(
        habitus, ["intake.open_sources=tracking", f"api.cors_origins={site}", "consent.default=required"])
    try:
        server.start()
        page = browser.new_page()
        page.goto(f"{site}/?server={server.url}")
        # Nobody has agreed yet: taken, but not stored.
        page.evaluate("track('page_view', {page: '/before'})")
        assert page.evaluate("flush()")
        assert server.events() == []
        assert page.evaluate("consent(true)") == 200

        page.evaluate("track('match_viewed', {match_id: 'm1', view_duration_seconds: 12.5, view_complete: true})")
        page.evaluate("track('search', {page: '/jobs', properties: {query: 'swift', results_count: 7}})")
        assert page.evaluate("flush()")
        # The server dies; the page keeps the batch and sends it again, also the one that had arrived.
        page.evaluate("track('click', {page: '/jobs', properties: {element_id: 'apply', element_type: 'button'}})")
        server.kill()
        assert not page.evaluate("flush()")
        server.start()
        assert page.evaluate("flush()")
        # What is left when the page is left goes by sendBeacon.
        page.evaluate("track('apply', {page: '/jobs', properties: {job_id: 'j1', application_method: 'form'}})")
        page.goto("about:blank")
        page.wait_for_timeout(500)

        events = {event["event_type"]: event for event in server.events()}
        assert identifiers(events.values()) == {"browser-2", "browser-3", "browser-4", "browser-5"}
        assert events["match_viewed"]["item_id"] == "m1" and events["match_viewed"]["value"] == 12.5
        assert events["search"]["value"] == 7 and events["search"]["page"] == "/jobs"
        assert events["click"]["item_id"] == "apply" and events["click"]["category"] == "button"
        assert events["apply"]["item_id"] == "j1"
        for event in events.values():
            assert event["user_id"] == "pseudonym-1" and event["session_id"] == "session-1"
            assert event["properties"]["browserName"] == "Chrome" and event["properties"]["ip"] == "127.0.0.0"

        page.goto(f"{site}/?server={server.url}")
        assert page.evaluate("consent(false)") == 200
        page.evaluate("track('page_view', {event_id: 'after', page: '/after'})")
        assert page.evaluate("flush()")
        assert len(server.events()) == 4
        metrics = server.metrics()
        assert sum(value for name, value in metrics.items() if "without_consent" in name) == 1
        page.close()
        server.stop()
    finally:
        server.close()


def test_other_origins_are_refused(habitus, site, browser):
    server = Server(habitus, ["intake.open_sources=tracking", "api.cors_origins=https://elsewhere.example"])
    try:
        server.start()
        page = browser.new_page()
        page.goto(f"{site}/?server={server.url}")
        page.evaluate("track('page_view', {page: '/'})")
        assert not page.evaluate("flush()")
        assert server.events() == []
        server.stop()
    finally:
        server.close()
