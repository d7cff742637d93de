/// The protocols that are spoken.
public enum TrackerProtocols {
  /// One adapter a protocol.
  public static func all(mapping: EventMapping = .standard) -> [any TrackerProtocol] {
    [
      TrackingService(mapping: mapping), SegmentTracking(mapping: mapping), PostHogCapture(mapping: mapping),
      SnowplowTracker(mapping: mapping), MatomoTracking(mapping: mapping),
    ]
  }
}
