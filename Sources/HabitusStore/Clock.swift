internal import Glibc
package import HabitusModel

extension Timestamp {
  /// The present moment, by the machine's clock. For record keeping only: no analysis looks at it.
  package static var now: Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
  }
}
