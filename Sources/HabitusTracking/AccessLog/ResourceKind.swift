/// What kind of file a path names, by its ending alone.
enum ResourceKind: Equatable {
  /// A page, or what cannot be told from one.
  case page
  /// What pages are made of and programs ask for: styles, scripts, images, fonts, media, `robots.txt`, `favicon.ico`.
  case staticFile
  /// A file that a visitor takes: its ending, in lower case.
  case download(String)

  /// Looks at the end of a path, which is not decoded.
  init(path: ArraySlice<UInt8>) {
    self = .page
    let nameStart = path.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? path.startIndex
    let name = path[nameStart...]
    guard let dot = name.lastIndex(of: UInt8(ascii: ".")) else {
      if Self.isWellKnown(name) { self = .staticFile }
      return
    }
    let ending = name[(dot + 1)...]
    if let code = Self.code(ending) {
      if Self.staticCodes.contains(code) {
        self = .staticFile
        return
      }
      if Self.downloadCodes.contains(code) {
        self = .download(String(decoding: ending, as: UTF8.self).lowercased())
        return
      }
    }
    if Self.isWellKnown(name) { self = .staticFile }
  }

  private static let staticCodes = codes([
    "css", "scss", "less", "js", "mjs", "cjs", "map", "wasm", "png", "jpg", "jpeg", "jpe", "gif", "webp", "avif",
    "apng", "svg", "svgz", "ico", "cur", "bmp", "tif", "tiff", "jxl", "heic", "woff", "woff2", "ttf", "otf", "eot",
    "mp3", "mp4", "m4a", "m4v", "m4s", "m3u8", "mpd", "ts", "webm", "ogg", "oga", "ogv", "opus", "wav", "flac", "aac",
    "avi", "mov", "mpg", "mpeg", "wmv", "wma", "flv", "swf", "vtt",
  ])

  private static let downloadCodes = codes([
    "pdf", "zip", "rar", "7z", "gz", "tgz", "bz2", "xz", "zst", "tar", "exe", "msi", "dmg", "pkg", "deb", "rpm", "apk",
    "iso", "img", "bin", "jar", "war", "gem", "whl", "doc", "docx", "docm", "dot", "dotx", "xls", "xlsx", "xlsm",
    "xlsb", "ppt", "pptx", "pps", "ppsx", "odt", "ods", "odp", "odg", "rtf", "epub", "mobi", "azw3", "csv", "tsv",
    "parquet", "torrent", "psd", "ai", "eps", "ps", "vcf", "ics",
  ])

  /// Names of files that programs ask for on their own.
  private static let wellKnown: [[UInt8]] = [
    "robots.txt", "ads.txt", "app-ads.txt", "humans.txt", "security.txt", "crossdomain.xml", "browserconfig.xml",
    "clientaccesspolicy.xml", "manifest.json", "site.webmanifest", "manifest.webmanifest", "sitemap.xml",
    "sitemap.xml.gz", "sitemap_index.xml", "favicon",
  ].map { Array($0.utf8) }

  private static func isWellKnown(_ name: ArraySlice<UInt8>) -> Bool {
    guard (7...20).contains(name.count) else { return false }
    return wellKnown.contains { known in
      known.count == name.count && zip(known, name).allSatisfy { $0 == BotRules.lowercased($1) }
    }
  }

  private static func codes(_ endings: [String]) -> Set<UInt64> {
    Set(endings.compactMap { code(ArraySlice($0.utf8)) })
  }

  /// An ending of 1 to 8 letters and digits in one word.
  private static func code(_ ending: ArraySlice<UInt8>) -> UInt64? {
    guard (1...8).contains(ending.count) else { return nil }
    var code: UInt64 = 0
    for byte in ending { code = code << 8 | UInt64(BotRules.lowercased(byte)) }
    return code
  }
}
