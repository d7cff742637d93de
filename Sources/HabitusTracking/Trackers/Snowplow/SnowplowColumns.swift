/// How the records of a file of enriched events are written.
struct SnowplowColumns {
  /// The byte between fields.
  let delimiter: UInt8
  /// Whether fields can be quoted.
  let isQuoted: Bool
  /// The names of the columns in order, as the header writes them.
  let names: [String]
  /// The position of each column by its name in lower case; of two of one name, the first.
  let index: [String: Int]
  /// Of each column, whether it is the first of its name.
  let isFirst: [Bool]
  /// The positions of the columns that hold JSON.
  let json: [Int]

  private init(delimiter: UInt8, isQuoted: Bool, names: [String]) {
    self.delimiter = delimiter
    self.isQuoted = isQuoted
    self.names = names
    let known = names.map { $0.lowercased() }
    let index = Dictionary(known.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    self.index = index
    isFirst = known.indices.map { index[known[$0]] == $0 }
    json = known.indices.filter { position in
      ["contexts", "derived_contexts", "unstruct_event"].contains(known[position])
        || known[position].hasPrefix("contexts_") || known[position].hasPrefix("unstruct_event_")
    }
  }

  /// The layout that a header names: it has the column `event_id`. `nil` for any other line.
  init?(header line: ArraySlice<UInt8>) {
    for delimiter in "\t,;|".utf8 where line.contains(delimiter) {
      var record = SnowplowRecord(delimiter: delimiter, isQuoted: true)
      guard record.add(line), !record.hasTextAfterQuote else { continue }
      let names = (0..<record.count).map { record.text($0).trimmingBlanks }
      guard names.contains(where: { $0.lowercased() == "event_id" }) else { continue }
      let isQuoted = delimiter != UInt8(ascii: "\t") || line.contains(UInt8(ascii: "\""))
      self.init(delimiter: delimiter, isQuoted: isQuoted, names: names)
      return
    }
    return nil
  }

  /// The layout of Snowplow's own files for a line of as many columns; `nil` for any other line.
  init?(withoutHeader line: ArraySlice<UInt8>) {
    let tabs = line.count { $0 == Self.official.delimiter }
    guard tabs + 1 == Self.official.names.count else { return nil }
    self = Self.official
  }

  /// Snowplow's own files: the 131 columns of enriched events between tabs, without header and without quoting.
  static let official = SnowplowColumns(delimiter: UInt8(ascii: "\t"), isQuoted: false, names: officialNames)

  private static let officialNames: [String] =
    """
    app_id platform etl_tstamp collector_tstamp dvce_created_tstamp event event_id txn_id name_tracker v_tracker
    v_collector v_etl user_id user_ipaddress user_fingerprint domain_userid domain_sessionidx network_userid
    geo_country geo_region geo_city geo_zipcode geo_latitude geo_longitude geo_region_name
    ip_isp ip_organization ip_domain ip_netspeed
    page_url page_title page_referrer
    page_urlscheme page_urlhost page_urlport page_urlpath page_urlquery page_urlfragment
    refr_urlscheme refr_urlhost refr_urlport refr_urlpath refr_urlquery refr_urlfragment
    refr_medium refr_source refr_term mkt_medium mkt_source mkt_term mkt_content mkt_campaign
    contexts se_category se_action se_label se_property se_value unstruct_event
    tr_orderid tr_affiliation tr_total tr_tax tr_shipping tr_city tr_state tr_country
    ti_orderid ti_sku ti_name ti_category ti_price ti_quantity
    pp_xoffset_min pp_xoffset_max pp_yoffset_min pp_yoffset_max
    useragent br_name br_family br_version br_type br_renderengine br_lang
    br_features_pdf br_features_flash br_features_java br_features_director br_features_quicktime
    br_features_realplayer br_features_windowsmedia br_features_gears br_features_silverlight
    br_cookies br_colordepth br_viewwidth br_viewheight
    os_name os_family os_manufacturer os_timezone dvce_type dvce_ismobile dvce_screenwidth dvce_screenheight
    doc_charset doc_width doc_height
    tr_currency tr_total_base tr_tax_base tr_shipping_base ti_currency ti_price_base base_currency
    geo_timezone mkt_clickid mkt_network etl_tags dvce_sent_tstamp refr_domain_userid refr_dvce_tstamp
    derived_contexts domain_sessionid derived_tstamp
    event_vendor event_name event_format event_version event_fingerprint true_tstamp
    """.split { $0 == " " || $0 == "\n" }.map(String.init)
}
