/// The page of an address of the web.
enum SnowplowPage {
  /// The path, as it is written; `/` where there is none. What has no scheme is taken as a path.
  static func path(of url: String) -> String {
    let bytes = Array(url.utf8)
    let slash = UInt8(ascii: "/")
    let end = bytes.firstIndex { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") } ?? bytes.count
    var path = bytes[..<end]
    if let colon = path.firstIndex(of: UInt8(ascii: ":")), path[colon...].starts(with: "://".utf8),
      !path[..<colon].contains(slash)
    {
      path = path[(colon + 3)...].drop { $0 != slash }
    }
    return path.isEmpty ? "/" : String(decoding: path, as: UTF8.self)
  }
}
