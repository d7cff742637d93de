extension EventFrame {
  /// The events as values, in the order of the frame, with strings from `dictionaries`.
  ///
  /// Columns that were not read give `nil`, or the empty id.
  public func events(_ dictionaries: EventDictionaries) -> [Event] {
    func text(_ column: [UInt32], _ index: Int, _ dictionary: TermDictionary) -> String? {
      guard index < column.count, column[index] != TermDictionary.missing else { return nil }
      return dictionary.text(of: column[index])
    }
    var events: [Event] = []
    events.reserveCapacity(eventCount)
    for (run, user) in users.enumerated() {
      let userID = UserID(dictionaries.users.text(of: user))
      for index in offsets[run]..<offsets[run + 1] {
        let properties = index < self.properties.count ? self.properties.text(at: index) : ""
        events.append(
          Event(
            id: index < ids.count ? ids.text(at: index) : "", user: userID,
            time: Timestamp(milliseconds: times[index]), type: dictionaries.types.text(of: types[index]),
            session: text(sessions, index, dictionaries.sessions), item: text(items, index, dictionaries.items),
            category: text(categories, index, dictionaries.categories),
            value: index < values.count && !values[index].isNaN ? values[index] : nil,
            page: text(pages, index, dictionaries.pages), source: text(sources, index, dictionaries.sources),
            properties: properties.isEmpty ? nil : properties, isBot: index < bots.count && bots[index]))
      }
    }
    return events
  }
}
