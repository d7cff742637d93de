/// The names by which programs are known, laid out so that a text is searched for all of them in one pass.
struct BotNames: Sendable {
  /// Names that count anywhere in an agent, in lower case.
  static let anywhere = [
    // Crawlers, by what they do and by name.
    "crawl", "spider", "slurp", "scrapy", "scraper", "archiver", "harvest", "indexer", "fetcher",
    "validator",
    "link check", "linkcheck", "linkwalker", "xenu link", "aggregator", "heritrix", "nutch",
    "httrack", "larbin",
    "webcopier", "webzip", "offline explorer", "teleport pro", "emailsiphon", "emailcollector",
    "ezooms", "yeti/",
    "daumoa", "ask jeeves", "teoma", "ichiro", "y!j-", "yahoo pipes", "yahooseeker", "bubing",
    "panscient", "ltx71",
    "riddler", "siteexplorer", "sistrix", "seokicks", "megaindex", "netcraft", "domaintools",
    "zoominfo", "wappalyzer",
    "builtwith", "dataprovider", "trendiction", "spinn3r", "twingly", "postrank", "summify",
    "embedly", "iframely",
    "unwindfetchor", "metauri", "proximic", "grapeshot", "admantx", "brandwatch", "turnitin",
    "mediapartners-google", "apis-google", "google-read-aloud", "google-inspectiontool",
    "googleother",
    "google-extended", "google-site-verification", "google-structured-data", "google favicon",
    "google web preview",
    "google page speed", "google-safety", "google-cloudvertexbot", "google-notebooklm",
    "bingpreview",
    "microsoftpreview", "adidxbot", "gptbot", "chatgpt-user", "oai-searchbot", "claude-web",
    "claude-user",
    "anthropic-ai", "perplexity-user", "bytespider", "cohere-ai", "meta-externala",
    "meta-externalf", "mistralai-user",
    "duckassist", "omgili", "imagesift",
    // Link previews.
    "facebookexternalhit", "facebookcatalog", "skypeuripreview", "flipboardproxy", "vkshare",
    "snap url preview",
    "bitlybot", "redditbot", "link preview",
    // Feed readers.
    "feedparser", "feedburner", "feedbin", "feedly", "feedfetch", "feed fetch", "feedvalid",
    "feedwrangler",
    "commafeed", "simplepie", "magpierss", "tiny tiny rss", "freshrss", "newsblur", "inoreader",
    "netvibes",
    "theoldreader", "the old reader", "bloglines", "superfeedr", "liferea", "akregator",
    "netnewswire", "newsbeuter",
    "newsboat", "rssowl", "windows-rss-platform", "rss2email",
    // Monitors and checks.
    "pingdom", "uptime", "statuscake", "site24x7", "newrelicpinger", "datadog", "gtmetrix", "ptst/",
    "catchpoint",
    "ruxitsynthetic", "dynatrace", "hetrixtools", "freshping", "healthcheck", "health check",
    "health-check",
    "healthchecker", "kube-probe", "googlehc", "prometheus", "blackbox exporter",
    "blackbox-exporter", "nagios", "check_http", "zabbix", "icinga",
    "monitis", "monitoring", "montastic", "watchmouse", "ssl labs", "ssllabs", "lighthouse",
    "pagespeed", "yslow", "alwaysonline", "sucuri",
    // Browsers that run without a person before them.
    "headless", "phantomjs", "slimerjs", "casperjs", "puppeteer", "playwright", "selenium",
    "webdriver", "htmlunit",
    "jsdom", "zombie.js", "cypress", "prerender", "rendertron", "splash/", "cutycapt", "wkhtmlto",
    "wkhtmltopdf",
    // Scanners.
    "nmap", "nikto", "sqlmap", "masscan", "zgrab", "zmeu", "w3af", "acunetix", "nessus", "openvas",
    "qualys",
    "dirbuster", "gobuster", "nuclei", "wpscan", "joomscan", "arachni", "netsparker", "burpsuite",
    "morfeus", "jorgee",
    "l9explore", "expanse", "censys", "internet-measurement", "internetmeasurement", "libredtail",
    // Command-line clients and HTTP libraries.
    "libcurl", "pycurl", "libwww-perl", "lwp::", "lwp-", "python-requests", "python-urllib",
    "python-httpx", "aiohttp",
    "go-http-client", "okhttp", "httpclient", "http-client", "http_client", "httpunit",
    "http_request", "httpasync",
    "node-fetch", "node-superagent", "undici", "axios/", "guzzle", "restsharp", "typhoeus",
    "faraday", "mechanize",
    "indy library", "urlgrabber", "http::", "winhttp", "reqwest", "postmanruntime", "insomnia/",
    "chef client",
    "opscode", "webdav", "protocol discovery", "existence discovery",
  ]

  /// Names that count at the start of an agent alone, because they are parts of others.
  static let atStart = [
    "curl", "wget", "aria2", "axel", "java/", "java-", "jersey/", "ruby", "rest-client", "perl",
    "php", "python",
    "go ", "go/", "got ", "got/", "node", "deno/", "bun/", "hyper/", "ureq/", "rust", "httpie",
    "dart/", "lua-",
    "wordpress", "drupal", "joomla", "symfony", "zend", "pear", "snoopy", "pxyscand", "monit/",
    "munin", "consul",
    "fasthttp", "gohttp", "libwww", "lwp", "fetch", "feed", "vert.x", "akka", "apache-", "jakarta",
    "microsoft url control", "elb-", "amazon-route53", "xmlrpc", "irssi", "dispatch/", "distilator",
    "mozilla/5.0 (compatible; google",
    "google-", "portscout", "robosourcer", "facebook", "whatsapp/", "tumblr/", "pinterest/0",
    "livejournal.com", "iisbot",
  ]

  /// Agents that say nothing more than this, as no browser does.
  static let whole = [
    "mozilla/4.0", "mozilla/5.0", "mozilla/4.0 (compatible;)", "mozilla/4.0 (compatible)", "user-agent",
  ]

  /// Names by the hash of their first two bytes, each behind the other.
  private var bytes: [UInt8] = []
  private var ranges: [Range<Int32>] = []
  /// Where in ``ranges`` the names of a hash begin; those of the next hash follow.
  private var buckets: [Int32]
  private let starts: [[UInt8]]
  private let wholes: [[UInt8]]

  init() {
    let hashed = Self.anywhere.map { name in
      let bytes = Array(name.utf8)
      return (hash: Self.hash(bytes[0], bytes[1]), bytes: bytes)
    }
    buckets = Array(repeating: 0, count: 4097)
    for (hash, name) in hashed.sorted(by: { $0.hash < $1.hash }) {
      ranges.append(Int32(bytes.count)..<Int32(bytes.count + name.count))
      bytes.append(contentsOf: name)
      buckets[hash + 1] += 1
    }
    for hash in 0..<4096 { buckets[hash + 1] += buckets[hash] }
    starts = Self.atStart.map { Array($0.utf8) }
    wholes = Self.whole.map { Array($0.utf8) }
  }

  /// Whether `text` begins with one of the names of ``atStart``, or is one of ``whole``.
  func begin(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    starts.contains { Self.begins(text, with: $0) }
      || wholes.contains { $0.count == text.count && Self.begins(text, with: $0) }
  }

  private static func begins(_ text: UnsafeBufferPointer<UInt8>, with name: [UInt8]) -> Bool {
    guard name.count <= text.count, BotRules.lowercased(text[0]) == name[0] else { return false }
    return name.indices.allSatisfy { BotRules.lowercased(text[$0]) == name[$0] }
  }

  /// Whether one of the names of ``anywhere`` stands at `index` of `text`, where these two bytes stand in lower case.
  @inline(__always)
  func contains(_ text: UnsafeBufferPointer<UInt8>, at index: Int, _ first: UInt8, _ second: UInt8) -> Bool {
    let hash = Self.hash(first, second)
    let (start, end) = (Int(buckets[hash]), Int(buckets[hash + 1]))
    return start == end ? false : containsAny(text, at: index, start..<end)
  }

  private func containsAny(
    _ text: UnsafeBufferPointer<UInt8>, at index: Int, _ candidates: Range<Int>
  ) -> Bool {
    for candidate in candidates {
      let name = ranges[candidate]
      guard name.count <= text.count - index else { continue }
      var offset = 0
      while offset < name.count,
        BotRules.lowercased(text[index + offset]) == bytes[Int(name.lowerBound) + offset]
      { offset += 1 }
      if offset == name.count { return true }
    }
    return false
  }

  /// The low six bits of both bytes, which tell apart all letters and digits.
  private static func hash(_ first: UInt8, _ second: UInt8) -> Int {
    Int(first & 63) << 6 | Int(second & 63)
  }
}
