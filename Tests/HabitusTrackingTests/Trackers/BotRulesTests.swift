import HabitusTracking
import Testing

@Suite("Bot rules")
struct BotRulesTests {
  @Test(
    "programs are known",
    arguments: [
      "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
      "Mozilla/5.0 (iPhone; CPU iPhone OS 6_0 like Mac OS X) AppleWebKit/536.26 (KHTML, like Gecko) Version/6.0 "
        + "Mobile/10A5376e Safari/8536.25 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
      "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
      "Mozilla/5.0 (compatible; Yahoo! Slurp; http://help.yahoo.com/help/us/ysearch/slurp)",
      "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)",
      "Sogou web spider/4.0(+http://www.sogou.com/docs/help/webmasters.htm#07)",
      "Mozilla/5.0 (compatible; archive.org_bot +http://www.archive.org/details/archive.org_bot)",
      "Mozilla/5.0 (compatible; Linux x86_64; Mail.RU_Bot/2.0; +http://go.mail.ru/help/robots)",
      "Mozilla/5.0 (compatible; Ezooms/1.0; help@moz.com)",
      "ia_archiver (+http://www.alexa.com/site/help/webmasters; crawler@alexa.com)",
      "DuckDuckBot/1.1", "Twitterbot/1.0", "LinkedInBot/1.0", "AdsBot-Google", "Slackbot-LinkExpanding 1.0",
      "SomeBots 2",
      "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
      "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko); compatible; ChatGPT-User/1.0",
      "Mozilla/5.0 (Linux; Android 5.0) AppleWebKit/537.36 (KHTML, like Gecko) Mobile Safari/537.36 "
        + "(compatible; Bytespider)",
      "facebookexternalhit/1.1", "WhatsApp/2.19.81 A", "FeedBurner/1.0 (http://www.FeedBurner.com)",
      "Feedfetcher-Google; (1 subscribers)", "UniversalFeedParser/4.2-pre-314-svn", "Tiny Tiny RSS/1.11",
      "LiveJournal.com (webmaster; for x; 1 readers)",
      "Mozilla/5.0 (Windows NT 6.1; rv:6.0) Gecko/20110814 Firefox/6.0 Google favicon",
      "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/120.0.0.0 Safari/537.36",
      "Mozilla/5.0 (Unknown; Linux x86_64) AppleWebKit/538.1 (KHTML, like Gecko) PhantomJS/2.1.1 Safari/538.1",
      "Mozilla/5.0 (Linux; Android 11; moto g power) AppleWebKit/537.36 Chrome/119.0.0.0 Mobile Safari/537.36 "
        + "Chrome-Lighthouse",
      "Pingdom.com_bot_version_1.4_(http://www.pingdom.com/)", "ELB-HealthChecker/2.0", "kube-probe/1.27",
      "Prometheus/2.40.5", "Uptime-Kuma/1.23.11", "Site24x7", "StatusCake", "GoogleHC/1.0",
      "Amazon-Route53-Health-Check-Service (ref x)",
      "curl/8.5.0", "Wget/1.21.2", "python-requests/2.31.0", "Python/3.11 aiohttp/3.9.1", "python-httpx/0.27.0",
      "Python-urllib/3.10", "Go-http-client/1.1", "Go-http-client/2.0", "Java/1.8.0_352", "okhttp/4.12.0", "Ruby",
      "Apache-HttpClient/4.5.14 (Java/17.0.9)", "Jakarta Commons-HttpClient/3.1", "libwww-perl/6.67",
      "LWP::Simple/5.827 libwww-perl/5.833", "axios/1.6.2", "node-fetch/1.0", "PostmanRuntime/7.36.0", "GuzzleHttp/7",
      "Scrapy/2.11.0 (+https://scrapy.org)", "Mozilla/3.0 (compatible; Indy Library)", "PHP/8.2", "reqwest/0.11",
      "Chef Client/10.18.2 (ruby-1.9.3-p327)", "sqlmap/1.7#stable", "Mozilla/5.0 zgrab/0.x", "CURL/7", "Mozilla/5.0",
      "Mozilla/4.0 (compatible;)",
      "Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1; +http://example.com/about)",
    ])
  func programs(agent: String) {
    #expect(BotRules.isBot(userAgent: agent))
  }

  @Test(
    "people are not taken for programs",
    arguments: [
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36",
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36 "
        + "Edg/120.0.2210.91",
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
        + "Version/17.2 Safari/605.1.15",
      "Mozilla/5.0 (iPhone; CPU iPhone OS 17_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.2 "
        + "Mobile/15E148 Safari/604.1",
      "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:121.0) Gecko/20100101 Firefox/121.0",
      "Mozilla/5.0 (X11; Linux x86_64; rv:24.0) Gecko/20140205 Firefox/24.0 Iceweasel/24.3.0",
      "Mozilla/5.0 (Linux; Android 9; CUBOT_X18_Plus) AppleWebKit/537.36 (KHTML, like Gecko) "
        + "Chrome/80.0 Mobile Safari/537.36",
      "Mozilla/5.0 (Linux; Android 10; Cubot Note 20) AppleWebKit/537.36 (KHTML, like Gecko) "
        + "Chrome/90.0 Mobile Safari/537.36",
      "Mozilla/5.0 (Linux; Android 13; SM-S918B) AppleWebKit/537.36 (KHTML, like Gecko) "
        + "SamsungBrowser/23.0 Chrome/115.0.0.0 "
        + "Mobile Safari/537.36",
      "Mozilla/5.0 (iPhone; CPU iPhone OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 "
        + "[FBAN/FBIOS;FBDV/iPhone14,5;FBMD/iPhone;FBSN/iOS;FBSV/16.6]",
      "Mozilla/5.0 (Windows NT 10.0; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/108.0.0.0 "
        + "YaBrowser/23.1 Safari/537.36",
      "Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 5.1; Trident/4.0; .NET CLR 2.0.50727; MS-RTC LM 8; InfoPath.3)",
      "Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1; SV1; http://www.tropicdesigns.net)",
      "Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; rv:11.0) like Gecko",
      "Opera/9.80 (Windows NT 6.1; WOW64) Presto/2.12.388 Version/12.16",
      "Opera/9.80 (J2ME/MIDP; Opera Mini/7.1.32052/29.3709; U; en) Presto/2.8.119 Version/11.10",
      "Lynx/2.8.7rel.2 libwww-FM/2.14 SSL-MM/1.4.1 OpenSSL/1.0.1f", "Links (2.7; CYGWIN_NT-5.1; GNU C 4.5.3; text)",
      "Dalvik/1.6.0 (Linux; U; Android 4.1.2; GT-I8552 Build/JZO54K)",
      "Safari/9537.73.11 CFNetwork/673.0.3 Darwin/13.0.0 (x86_64) (MacBookPro8%2C1)",
      "Mozilla/5.0 (Linux; U; Android 4.3; en-gb) AppleWebKit/534.30 Mobile Safari/534.30 GSA/3.2.17.1009776.arm",
      "Instagram 3.0.4 Android (8/2.2.1; 240dpi; 480x800; HTC/verizon_wwe; ADR6400L; mecha; mecha; en_US)",
      "Mozilla/5.0 (SMART-TV; LINUX; Tizen 6.0) AppleWebKit/537.36 (KHTML, like Gecko) "
        + "76.0.3809.146/6.0 TV Safari/537.36",
      "Mozilla/5.0 (X11; CrOS x86_64 4920.83.0) AppleWebKit/537.36 (KHTML, like Gecko) "
        + "Chrome/32.0.1700.103 Safari/537.36",
      "Botany Browser 1.0", "Mozilla/5.0 @ home", "", "-", "b", "bo", "@", "a@", "h",
    ])
  func people(agent: String) {
    #expect(!BotRules.isBot(userAgent: agent))
  }

  @Test("letters outside ASCII and broken pieces are read without harm")
  func otherBytes() {
    #expect(!BotRules.isBot(userAgent: "Браузер/1.0 \u{FFFD}\u{1F916}"))
    #expect(BotRules.isBot(userAgent: "Паук bot"))
    #expect(BotRules.isBot(userAgent: String(repeating: "x", count: 100_000) + "crawler"))
  }
}
