#ifndef HABITUS_LINKAGE_H
#define HABITUS_LINKAGE_H

// Points and centroids stand eight abreast: block after block, and inside a block for every column the values of eight
// places. A place that holds none has infinite values, so that it is infinitely far from everything.

/// Euclidean distances of `point` from the first `count` places.
void habitus_distances_abreast(
  const double *point, const double *blocks, long count, long dimension, double *distances);

/// The place nearest to `place` in the sense of Ward: 2 · size · size / (size + size) · squared distance of centroids.
///
/// - sizes: one a place, positive, a multiple of 8 of them.
/// - previous: a place that is taken among equals, or −1; otherwise the lowest is.
/// - scratch: `dimension` numbers.
/// - least: overwritten by the distance found.
///
/// Returns −1 where there is no other.
long habitus_ward_nearest(
  long place, long previous, const double *blocks, const double *sizes, long block_count, long dimension,
  double *scratch, double *least);

/// Takes `point` into a growing tree: every place's squared distance from the tree falls to that from `point` where
/// this is less, and `sources` then holds `source`. Returns the place nearest to the tree, of equals the lowest.
long habitus_tree_extend(
  const double *point, double source, const double *blocks, long block_count, long dimension, double *distances,
  double *sources);

// A condensed matrix holds, row after row, the distances of each place from those before it: that of places i > j is
// number i (i − 1) / 2 + j. Places that hold none have infinite distances.

/// The place nearest to `place`; `previous`, `least` and result as in `habitus_ward_nearest`.
long habitus_condensed_nearest(
  const double *distances, long place_count, long place, long previous, double *least);

/// Joins place `from` to place `into`, with as many points as given: the others' distances from `into` become the mean
/// over all points (or, where `takes_greatest`, the greater of both), and those from `from` infinite.
void habitus_condensed_merge(
  double *distances, long place_count, long from, long into, double from_size, double into_size, int takes_greatest);

#endif
