#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// The elementary functions that the kernels use, spelled as in swift-numerics, from the C library.
extension Double {
  @inline(__always) static func log(_ x: Double) -> Double { systemLog(x) }
  @inline(__always) static func log2(_ x: Double) -> Double { systemLog2(x) }
  @inline(__always) static func log(onePlus x: Double) -> Double { systemLog1p(x) }
  @inline(__always) static func exp(_ x: Double) -> Double { systemExp(x) }
  @inline(__always) static func exp2(_ x: Double) -> Double { systemExp2(x) }
  @inline(__always) static func expMinusOne(_ x: Double) -> Double { systemExpm1(x) }
  @inline(__always) static func pow(_ x: Double, _ y: Double) -> Double { systemPow(x, y) }
  @inline(__always) static func sin(_ x: Double) -> Double { systemSin(x) }
  @inline(__always) static func cos(_ x: Double) -> Double { systemCos(x) }
  @inline(__always) static func atan2(y: Double, x: Double) -> Double { systemAtan2(y, x) }
  @inline(__always) static func complementaryErrorFunction(_ x: Double) -> Double { systemErfc(x) }

  /// Logarithm of the gamma function at `x` > 0.
  @inline(__always) static func logGamma(_ x: Double) -> Double {
    var sign: Int32 = 0
    return lgamma_r(x, &sign)
  }
}

/// Number of processors that this process may use now.
let availableProcessorCount = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))

// Inside the extension the bare names would mean the methods themselves.
@inline(__always) private func systemLog(_ x: Double) -> Double { log(x) }
@inline(__always) private func systemLog2(_ x: Double) -> Double { log2(x) }
@inline(__always) private func systemLog1p(_ x: Double) -> Double { log1p(x) }
@inline(__always) private func systemExp(_ x: Double) -> Double { exp(x) }
@inline(__always) private func systemExp2(_ x: Double) -> Double { exp2(x) }
@inline(__always) private func systemExpm1(_ x: Double) -> Double { expm1(x) }
@inline(__always) private func systemPow(_ x: Double, _ y: Double) -> Double { pow(x, y) }
@inline(__always) private func systemSin(_ x: Double) -> Double { sin(x) }
@inline(__always) private func systemCos(_ x: Double) -> Double { cos(x) }
@inline(__always) private func systemAtan2(_ y: Double, _ x: Double) -> Double { atan2(y, x) }
@inline(__always) private func systemErfc(_ x: Double) -> Double { erfc(x) }
