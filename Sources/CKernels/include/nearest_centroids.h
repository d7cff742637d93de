#ifndef HABITUS_NEAREST_CENTROIDS_H
#define HABITUS_NEAREST_CENTROIDS_H

#include <stdint.h>

// Squared Euclidean distances here are sums of squared differences, added up in the order of the columns, and never
// expanded into products: that of a point from itself is exactly 0, and nothing is lost far from the origin. All
// functions add in the same order, so that a distance has the same bits whichever of them computes it.
//
// Points and centroids are row-major. `tile` is scratch for `8 * dimension` numbers.

/// Squared distances of `count` points from each of `targetCount` others; `distances` gets one row a target.
void habitus_squared_distance_table(
  const double *points, long count, long dimension, const double *targets, long targetCount, double *distances,
  double *tile);

/// The nearest of `clusterCount` centroids for each of `count` points, of equally near ones the first.
///
/// Writes its index into `labels`. Where they are not null, `nearest` and `second` get the squared distances of the
/// nearest and of the next one (infinite where there is none), and `sums` and `counts` the points of every cluster,
/// less `origin`, and their number, added to what stands there. Returns the sum of the squared distances from the
/// nearest centroids; `changed` is raised by the number of labels that were others before.
double habitus_assign(
  const double *points, long count, long dimension, const double *centroids, long clusterCount, const double *origin,
  int32_t *labels, double *nearest, double *second, double *sums, long *counts, long *changed, double *tile);

/// What the centroids of a bounded assignment did since the one before it; one number a cluster.
struct habitus_centroid_moves {
  /// At least how far the centroid moved.
  const double *moves;
  /// At least how far any other centroid moved.
  const double *rivalMoves;
  /// At most half the distance from the nearest other centroid.
  const double *halfGaps;
  /// A distance is surely below another when it is below it after a multiplication by this.
  double slack;
};

/// As `habitus_assign`, but looks only at points that may have changed cluster (Hamerly, SDM 2010).
///
/// `upper` holds at least the distance (not squared) of every point from the centroid of its label, `lower` at most
/// that from any other centroid, both as of the centroids before the moves; they are brought up to date. `sums`,
/// `counts` and `traffic` get the differences that points make by leaving and entering clusters. Returns the number of
/// points that changed cluster; `examined` is raised by the number that was compared with all centroids.
long habitus_assign_bounded(
  const double *points, long count, long dimension, const double *centroids, long clusterCount, const double *origin,
  struct habitus_centroid_moves moves, int32_t *labels, double *upper, double *lower, double *sums, long *counts,
  long *traffic, long *examined, double *tile);

/// Turns squared distances into bounds on the exact distances, in place.
void habitus_bounds(double *nearest, double *second, long count, double slack);

/// For each of `candidateCount` candidates (at most 8) the smaller of every point's `field` and its squared distance
/// from the candidate, into `fields[candidate]`, and the sum of these into `sums[candidate]`.
void habitus_candidate_fields(
  const double *points, long count, long dimension, const double *candidates, long candidateCount,
  const double *field, double *const *fields, double *sums, double *tile);

/// Adds the values of every column less `origin`, and their squares, to `sums` and `squares`. Returns whether every
/// value is at most `limit` in size; NaN is not.
int habitus_column_sums(
  const double *points, long count, long dimension, const double *origin, double limit, double *sums,
  double *squares);

#endif
