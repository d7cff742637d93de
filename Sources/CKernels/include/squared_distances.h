#ifndef HABITUS_SQUARED_DISTANCES_H
#define HABITUS_SQUARED_DISTANCES_H

/// Squared Euclidean distances of `point` from `count` points that stand one after the other in `points`.
///
/// Sums of squared differences, not expanded into products: the distance of a point from itself is exactly 0, and
/// nothing is lost far from the origin.
void habitus_squared_distances(
  const double *point, const double *points, long count, long dimension, double *distances);

#endif
