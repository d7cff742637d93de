#ifndef HABITUS_DISTANCE_SUMS_H
#define HABITUS_DISTANCE_SUMS_H

#include <stdint.h>

/// For `rowCount` rows from `firstRow` on, the sums of their Euclidean distances from all `count` points, by place.
///
/// Every point has one place in each of `placementCount` placements: those of placement p begin at `places + p * count`.
/// `sums` holds, for every eight rows, `placeCount` groups of eight numbers, one a row, and is added to; `tiles` is
/// scratch for `8 * dimension` numbers for every eight rows. Distances are roots of sums of squared differences:
/// that of equal points is exactly 0.
void habitus_distance_sums(
  const double *points, long count, long dimension, long firstRow, long rowCount, const int32_t *places,
  long placementCount, long placeCount, double *sums, double *tiles);

#endif
