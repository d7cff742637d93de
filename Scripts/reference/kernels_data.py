"""Made data for the reference scripts, the same as the tests in Swift make."""

import numpy


class SplitMix64:
    """The generator of the package, for the same data on both sides."""

    def __init__(self, seed):
        self.state = seed

    def next(self):
        mask = (1 << 64) - 1
        self.state = (self.state + 0x9E3779B97F4A7C15) & mask
        mixed = self.state
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & mask
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & mask
        return mixed ^ (mixed >> 31)

    def unit(self):
        return (self.next() >> 11) * 2.0**-53


def groups(seed, rows, columns, group_count, distance):
    """Rows in `group_count` cubes of side 1, in turn; the corner of cube g is g * distance in column g % columns."""
    generator = SplitMix64(seed)
    points = numpy.array([[generator.unit() for _ in range(columns)] for _ in range(rows)])
    for row in range(rows):
        group = row % group_count
        points[row, group % columns] += group * distance
    return points
