/// Writes what a request was as the properties of an event: the text of one JSON object.
struct AccessLogProperties {
  private var bytes: [UInt8] = []

  /// The object as text. What is not UTF-8 has become U+FFFD.
  var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Writes an entry: method, status, bytes, referrer, query, host, protocol, duration in seconds; what the line does
  /// not say is left out.
  mutating func write(_ entry: AccessLogEntry, host: ArraySlice<UInt8>, query: ArraySlice<UInt8>) {
    bytes.removeAll(keepingCapacity: true)
    bytes.append(UInt8(ascii: "{"))
    append("method", entry.method)
    if case .code(let status) = entry.status { append("status", String(status)) }
    if let count = entry.byteCount { append("bytes", String(count)) }
    append("referrer", SessionParameters.removed(fromURL: entry.referrer))
    append("query", query)
    append("host", ArraySlice(host.map(BotRules.lowercased)))
    append("protocol", entry.protocolName)
    if let duration = entry.duration {
      append("duration", duration == duration.rounded() && duration < 1e15 ? String(Int64(duration)) : String(duration))
    }
    bytes.append(UInt8(ascii: "}"))
  }

  private mutating func append(_ key: StaticString, _ text: ArraySlice<UInt8>) {
    if text.isEmpty { return }
    appendKey(key)
    if text.allSatisfy({ $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) {
      bytes.append(UInt8(ascii: "\""))
      bytes.append(contentsOf: text)
      bytes.append(UInt8(ascii: "\""))
    } else {
      JSONText.appendString(text, to: &bytes)
    }
  }

  private mutating func append(_ key: StaticString, _ number: String) {
    appendKey(key)
    bytes.append(contentsOf: number.utf8)
  }

  private mutating func appendKey(_ key: StaticString) {
    if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
    bytes.append(UInt8(ascii: "\""))
    bytes.append(contentsOf: UnsafeBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount))
    bytes.append(UInt8(ascii: "\""))
    bytes.append(UInt8(ascii: ":"))
  }
}
