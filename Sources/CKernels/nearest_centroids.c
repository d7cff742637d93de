#include "nearest_centroids.h"

#include <math.h>
#include <stddef.h>

#include "dispatch.h"
#include "tiles.h"

/// Larger than any error of a distance by underflow.
static const double underflow = 1e-150;

struct nearest8 {
  lanes8 nearest;
  lanes8 second;
  mask8 index;
};

HABITUS_INLINE void compare(struct nearest8 *found, const lanes8 *distances, long target, long index) {
  lanes8 distance = distances[target];
  mask8 nearer = distance < found->nearest;
  lanes8 loser = nearer ? found->nearest : distance;
  found->second = loser < found->second ? loser : found->second;
  found->nearest = nearer ? distance : found->nearest;
  found->index = nearer ? (mask8)index : found->index;
}

HABITUS_INLINE void nearest_of_tile(
  const double *tile, long dimension, const double *centroids, long clusterCount, struct nearest8 *found) {
  found->nearest = (lanes8)INFINITY;
  found->second = (lanes8)INFINITY;
  found->index = (mask8)0;
  long cluster = 0;
  while (cluster < clusterCount) {
    lanes8 distances[8];
    const double *targets = centroids + cluster * dimension;
    long remaining = clusterCount - cluster;
    if (remaining >= 8) {
      habitus_tile_distances(tile, dimension, targets, 8, distances);
#pragma clang loop unroll(full)
      for (int target = 0; target < 8; target++) compare(found, distances, target, cluster + target);
      cluster += 8;
    } else {
      int group = habitus_next_distances(tile, dimension, targets, remaining, distances);
      for (int target = 0; target < group; target++) compare(found, distances, target, cluster + target);
      cluster += group;
    }
  }
}

/// Adds `point` less `origin` to `sum`.
HABITUS_INLINE void add_point(double *sum, const double *point, const double *origin, long dimension) {
  long column = 0;
  for (; column + 8 <= dimension; column += 8) {
    *(lanes8 *)(sum + column) += *(const lanes8 *)(point + column) - *(const lanes8 *)(origin + column);
  }
  for (; column < dimension; column++) sum[column] += point[column] - origin[column];
}

HABITUS_INLINE void subtract_point(double *sum, const double *point, const double *origin, long dimension) {
  for (long column = 0; column < dimension; column++) sum[column] -= point[column] - origin[column];
}

HABITUS_DISPATCHED
void habitus_squared_distance_table(
  const double *points, long count, long dimension, const double *targets, long targetCount, double *distances,
  double *tile) {
  for (long first = 0; first < count; first += 8) {
    const double *rows[8];
    long used = count - first < 8 ? count - first : 8;
    habitus_eight_rows(points, first, count, dimension, rows);
    habitus_lay_abreast(rows, dimension, tile);
    for (long target = 0; target < targetCount;) {
      lanes8 found[8];
      int group = habitus_next_distances(
        tile, dimension, targets + target * dimension, targetCount - target, found);
      for (int member = 0; member < group; member++) {
        for (long lane = 0; lane < used; lane++) {
          distances[(target + member) * count + first + lane] = found[member][lane];
        }
      }
      target += group;
    }
  }
}

HABITUS_DISPATCHED
double habitus_assign(
  const double *points, long count, long dimension, const double *centroids, long clusterCount, const double *origin,
  int32_t *labels, double *nearest, double *second, double *sums, long *counts, long *changed, double *tile) {
  lanes8 total = 0;
  for (long first = 0; first < count; first += 8) {
    const double *rows[8];
    struct nearest8 found;
    long used = count - first < 8 ? count - first : 8;
    habitus_eight_rows(points, first, count, dimension, rows);
    habitus_lay_abreast(rows, dimension, tile);
    nearest_of_tile(tile, dimension, centroids, clusterCount, &found);
    long index[8];
    *(mask8 *)index = found.index;
    if (used == 8) {
      total += found.nearest;
      if (nearest) *(lanes8 *)(nearest + first) = found.nearest;
      if (second) *(lanes8 *)(second + first) = found.second;
    } else {
      for (long lane = 0; lane < used; lane++) {
        total[lane] += found.nearest[lane];
        if (nearest) nearest[first + lane] = found.nearest[lane];
        if (second) second[first + lane] = found.second[lane];
      }
    }
    for (long lane = 0; lane < used; lane++) {
      *changed += labels[first + lane] != (int32_t)index[lane];
      labels[first + lane] = (int32_t)index[lane];
      if (sums) {
        add_point(sums + index[lane] * dimension, rows[lane], origin, dimension);
        counts[index[lane]] += 1;
      }
    }
  }
  return ((total[0] + total[1]) + (total[2] + total[3])) + ((total[4] + total[5]) + (total[6] + total[7]));
}

HABITUS_DISPATCHED
void habitus_bounds(double *nearest, double *second, long count, double slack) {
  double factor = 1 / slack;
  for (long row = 0; row < count; row++) {
    nearest[row] = sqrt(nearest[row]) * slack + underflow;
    second[row] = sqrt(second[row]) * factor;
  }
}

/// Distance of a point from a centroid; the order of its sum is another than a tile's, which bounds allow for.
HABITUS_INLINE double distance_between(const double *point, const double *centroid, long dimension) {
  lanes8 sums = 0;
  long column = 0;
  for (; column + 8 <= dimension; column += 8) {
    lanes8 difference = *(const lanes8 *)(point + column) - *(const lanes8 *)(centroid + column);
    sums += difference * difference;
  }
  double sum = ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
  for (; column < dimension; column++) {
    double difference = point[column] - centroid[column];
    sum += difference * difference;
  }
  return sqrt(sum);
}

HABITUS_DISPATCHED
long habitus_assign_bounded(
  const double *points, long count, long dimension, const double *centroids, long clusterCount, const double *origin,
  struct habitus_centroid_moves moves, int32_t *labels, double *upper, double *lower, double *sums, long *counts,
  long *traffic, long *examined, double *tile) {
  const double *moved = moves.moves, *rival = moves.rivalMoves, *halfGaps = moves.halfGaps;
  double slack = moves.slack, factor = 1 / slack;
  // With few centroids comparing with all of them costs no more than fetching the point does.
  int tightens = clusterCount > 16;
  long changed = 0, pendingCount = 0;
  long pending[8];
  for (long row = 0; row <= count; row++) {
    if (row < count) {
      long label = labels[row];
      double above = (upper[row] + moved[label]) * slack;
      double below = (lower[row] - rival[label]) * factor;
      upper[row] = above;
      lower[row] = below;
      double limit = below > halfGaps[label] ? below : halfGaps[label];
      if (above * slack < limit) continue;
      if (tightens) {
        above = distance_between(points + row * dimension, centroids + label * dimension, dimension) * slack
          + underflow;
        upper[row] = above;
        if (above * slack < limit) continue;
      }
      pending[pendingCount++] = row;
      if (pendingCount < 8) continue;
    }
    if (pendingCount == 0) break;
    const double *rows[8];
    struct nearest8 found;
    for (long lane = 0; lane < 8; lane++) {
      rows[lane] = points + pending[lane < pendingCount ? lane : pendingCount - 1] * dimension;
    }
    habitus_lay_abreast(rows, dimension, tile);
    nearest_of_tile(tile, dimension, centroids, clusterCount, &found);
    lanes8 nearest = __builtin_elementwise_sqrt(found.nearest) * slack + underflow;
    lanes8 second = __builtin_elementwise_sqrt(found.second) * factor;
    for (long lane = 0; lane < pendingCount; lane++) {
      long former = labels[pending[lane]], label = found.index[lane];
      upper[pending[lane]] = nearest[lane];
      lower[pending[lane]] = second[lane];
      if (former == label) continue;
      labels[pending[lane]] = (int32_t)label;
      subtract_point(sums + former * dimension, rows[lane], origin, dimension);
      add_point(sums + label * dimension, rows[lane], origin, dimension);
      counts[former] -= 1;
      counts[label] += 1;
      traffic[former] += 1;
      traffic[label] += 1;
      changed += 1;
    }
    *examined += pendingCount;
    pendingCount = 0;
  }
  return changed;
}

HABITUS_DISPATCHED
void habitus_candidate_fields(
  const double *points, long count, long dimension, const double *candidates, long candidateCount,
  const double *field, double *const *fields, double *sums, double *tile) {
  lanes8 totals[8] = {0, 0, 0, 0, 0, 0, 0, 0};
  for (long first = 0; first < count; first += 8) {
    const double *rows[8];
    long used = count - first < 8 ? count - first : 8;
    habitus_eight_rows(points, first, count, dimension, rows);
    habitus_lay_abreast(rows, dimension, tile);
    for (long candidate = 0; candidate < candidateCount;) {
      lanes8 found[8];
      int group = habitus_next_distances(
        tile, dimension, candidates + candidate * dimension, candidateCount - candidate, found);
      for (int member = 0; member < group; member++) {
        double *out = fields[candidate + member] + first;
        if (used == 8) {
          lanes8 former = *(const lanes8 *)(field + first);
          lanes8 smaller = found[member] < former ? found[member] : former;
          *(lanes8 *)out = smaller;
          totals[candidate + member] += smaller;
        } else {
          for (long lane = 0; lane < used; lane++) {
            double former = field[first + lane], distance = found[member][lane];
            out[lane] = distance < former ? distance : former;
            totals[candidate + member][lane] += out[lane];
          }
        }
      }
      candidate += group;
    }
  }
  for (long candidate = 0; candidate < candidateCount; candidate++) {
    lanes8 total = totals[candidate];
    sums[candidate] =
      ((total[0] + total[1]) + (total[2] + total[3])) + ((total[4] + total[5]) + (total[6] + total[7]));
  }
}

HABITUS_DISPATCHED
int habitus_column_sums(
  const double *points, long count, long dimension, const double *origin, double limit, double *sums,
  double *squares) {
  int isWithin = 1;
  for (long row = 0; row < count; row++) {
    const double *point = points + row * dimension;
    for (long column = 0; column < dimension; column++) {
      double difference = point[column] - origin[column];
      isWithin &= fabs(point[column]) <= limit;
      sums[column] += difference;
      squares[column] += difference * difference;
    }
  }
  return isWithin;
}
