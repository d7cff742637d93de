#include "linkage.h"

#include <math.h>

#include "dispatch.h"

typedef double lanes8 __attribute__((ext_vector_type(8), aligned(8)));
typedef long flags8 __attribute__((ext_vector_type(8)));

// How many places ahead the places of a column are asked for, which stand in as many rows.
static const long ahead = 24;

static inline __attribute__((always_inline)) double least_of(const lanes8 *values) {
  double least = INFINITY;
  for (int lane = 0; lane < 8; lane++) {
    double value = (*values)[lane];
    least = value < least ? value : least;
  }
  return least;
}

HABITUS_DISPATCHED
void habitus_distances_abreast(
  const double *point, const double *blocks, long count, long dimension, double *distances) {
  for (long first = 0; first < count; first += 8) {
    const lanes8 *columns = (const lanes8 *)(blocks + first * dimension);
    lanes8 sum = 0;
    for (long column = 0; column < dimension; column++) {
      lanes8 difference = columns[column] - point[column];
      sum += difference * difference;
    }
    lanes8 roots = __builtin_elementwise_sqrt(sum);
    if (count - first >= 8) {
      *(lanes8 *)(distances + first) = roots;
    } else {
      for (long lane = 0; lane < count - first; lane++) distances[first + lane] = roots[lane];
    }
  }
}

HABITUS_DISPATCHED
long habitus_ward_nearest(
  long place, long previous, const double *blocks, const double *sizes, long block_count, long dimension,
  double *scratch, double *least) {
  double size = sizes[place];
  const double *own = blocks + place / 8 * 8 * dimension + place % 8;
  for (long column = 0; column < dimension; column++) scratch[column] = own[column * 8];
  double best = INFINITY, previous_distance = INFINITY;
  long nearest = -1;
  for (long block = 0; block < block_count; block++) {
    const lanes8 *columns = (const lanes8 *)(blocks + block * 8 * dimension);
    lanes8 sum = 0;
    for (long column = 0; column < dimension; column++) {
      lanes8 difference = columns[column] - scratch[column];
      sum += difference * difference;
    }
    lanes8 others = *(const lanes8 *)(sizes + block * 8);
    lanes8 weighted = 2 * size * others / (size + others) * sum;
    if (block == place / 8) weighted[place % 8] = INFINITY;
    if (previous >= 0 && block == previous / 8) previous_distance = weighted[previous % 8];
    if (least_of(&weighted) < best) {
      for (int lane = 0; lane < 8; lane++) {
        if (weighted[lane] < best) {
          best = weighted[lane];
          nearest = block * 8 + lane;
        }
      }
    }
  }
  *least = best;
  return previous >= 0 && previous_distance == best ? previous : nearest;
}

HABITUS_DISPATCHED
long habitus_tree_extend(
  const double *point, double source, const double *blocks, long block_count, long dimension, double *distances,
  double *sources) {
  double best = INFINITY;
  long nearest = -1;
  for (long block = 0; block < block_count; block++) {
    const lanes8 *columns = (const lanes8 *)(blocks + block * 8 * dimension);
    lanes8 sum = 0;
    for (long column = 0; column < dimension; column++) {
      lanes8 difference = columns[column] - point[column];
      sum += difference * difference;
    }
    lanes8 *known = (lanes8 *)(distances + block * 8);
    lanes8 *from = (lanes8 *)(sources + block * 8);
    flags8 closer = sum < *known;
    *known = closer ? sum : *known;
    *from = closer ? (lanes8)source : *from;
    lanes8 updated = *known;
    if (least_of(&updated) < best) {
      for (int lane = 0; lane < 8; lane++) {
        if (updated[lane] < best) {
          best = updated[lane];
          nearest = block * 8 + lane;
        }
      }
    }
  }
  return nearest;
}

static inline __attribute__((always_inline)) long condensed_index(long first, long second) {
  return first > second ? first * (first - 1) / 2 + second : second * (second - 1) / 2 + first;
}

HABITUS_DISPATCHED
long habitus_condensed_nearest(
  const double *distances, long place_count, long place, long previous, double *least) {
  const double *row = distances + place * (place - 1) / 2;
  double best = INFINITY;
  long nearest = -1;
  long other = 0;
  for (; other + 8 <= place; other += 8) {
    lanes8 values = *(const lanes8 *)(row + other);
    if (least_of(&values) < best) {
      for (int lane = 0; lane < 8; lane++) {
        if (values[lane] < best) {
          best = values[lane];
          nearest = other + lane;
        }
      }
    }
  }
  for (; other < place; other++) {
    if (row[other] < best) {
      best = row[other];
      nearest = other;
    }
  }
  const double *value = distances + (place + 1) * place / 2 + place;
  for (other = place + 1; other < place_count; other++) {
    if (other + ahead < place_count) __builtin_prefetch(value + ahead * other + ahead * (ahead - 1) / 2);
    if (*value < best) {
      best = *value;
      nearest = other;
    }
    value += other;
  }
  *least = best;
  return previous >= 0 && distances[condensed_index(place, previous)] == best ? previous : nearest;
}

HABITUS_DISPATCHED
void habitus_condensed_merge(
  double *distances, long place_count, long from, long into, double from_size, double into_size, int takes_greatest) {
  for (long other = 0; other < place_count; other++) {
    if (other == from || other == into) continue;
    if (other > from && other + ahead < place_count) {
      const double *row = distances + condensed_index(other + ahead, 0);
      __builtin_prefetch(row + from, 1);
      if (other > into) __builtin_prefetch(row + into, 1);
    }
    double *left = distances + condensed_index(other, from);
    double *kept = distances + condensed_index(other, into);
    if (takes_greatest) {
      *kept = *left > *kept ? *left : *kept;
    } else {
      *kept = (from_size * *left + into_size * *kept) / (from_size + into_size);
    }
    *left = INFINITY;
  }
  distances[condensed_index(from, into)] = INFINITY;
}
