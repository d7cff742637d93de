import Foundation
import HabitusKernels

/// A standard normal number.
func made(_ generator: inout SplitMix64) -> Double {
  NormalDistribution.quantile((Double(generator.next() >> 12) + 0.5) * 0x1p-52)
}

/// An exponential number with mean 1.
func made(exponential generator: inout SplitMix64) -> Double { -log(1 - generator.nextUnit()) }

/// A Poisson number of a mean of less than 500.
func made(poisson mean: Double, _ generator: inout SplitMix64) -> Double {
  let limit = exp(-mean)
  var (count, product) = (0.0, generator.nextUnit())
  while product > limit {
    count += 1
    product *= generator.nextUnit()
  }
  return count
}
