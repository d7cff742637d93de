import Habitus
import HabitusServer

extension ServerFigure {
  /// What `/metrics` says of the refresh of profiles.
  static func figures(of refresh: ProfileRefresh) -> [ServerFigure] {
    let lags = refresh.lags
    return [
      ServerFigure(
        "refresh_lag_seconds", "Time from the storage of a user's events to the fresh profile, by user and refresh.",
        .histogram(bounds: ProfileRefresh.Lags.bounds, counts: lags.counts, sum: lags.seconds)),
      ServerFigure(
        "refresh_waiting_users", "Users whose profiles wait for a refresh.", .gauge(Double(refresh.markedUserCount))),
    ]
  }
}
