"""Prints the reference values of DipTestTests.swift; run by hand with diptest and numpy installed."""

import diptest
import numpy
from kernels_data import SplitMix64

for seed, count, gap, levels in [(1, 10, 0, 0), (2, 25, 0.5, 0), (3, 60, 1, 0), (4, 40, 0, 6), (5, 200, 0.3, 0), (6, 7, 2, 0)]:
    generator = SplitMix64(seed)
    values = []
    for index in range(count):
        value = generator.unit()
        values.append(float(int(value * levels)) if levels else value + (gap if index % 2 else 0))
    dip = diptest.dipstat(numpy.array(values))
    print(f"DipReference(seed: {seed}, count: {count}, gap: {gap}, levels: {levels}, dip: {float(dip)!r}),")
