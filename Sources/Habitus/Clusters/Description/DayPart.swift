/// A part of the day, as people call it.
enum DayPart: Hashable, CaseIterable {
  case morning, midday, afternoon, evening, night

  /// The part that an hour of the day, 0..<24, falls into: morning from 5:00, midday from 11:00, afternoon from 14:00,
  /// evening from 18:00, night from 22:00.
  init(hour: Double) {
    self =
      switch hour {
      case 5..<11: .morning
      case 11..<14: .midday
      case 14..<18: .afternoon
      case 18..<22: .evening
      default: .night
      }
  }
}
