#include "neighbor_tree.h"

#include <math.h>
#include <string.h>

#include "dispatch.h"

typedef double lanes8 __attribute__((ext_vector_type(8), aligned(8)));
typedef long mask8 __attribute__((ext_vector_type(8), aligned(8)));

// Inlined into every variant of its callers, so that it is compiled for the same processor.
#define INLINED static inline __attribute__((always_inline))

// A balanced tree of fewer than 2^31 leaves is at most 32 deep.
#define MAXIMUM_DEPTH 64

typedef struct {
  int32_t node;
  double bound;
} waiting_node;

INLINED void block_distances(const double *block, const double *point, long dimension, lanes8 *result) {
  lanes8 sum = 0;
  for (long column = 0; column < dimension; column++) {
    lanes8 difference = *(const lanes8 *)(block + 8 * column) - point[column];
    sum += difference * difference;
  }
  *result = sum;
}

INLINED double box_distance(const double *box, const double *point, long dimension) {
  lanes8 sums = 0;
  long column = 0;
  for (; column + 8 <= dimension; column += 8) {
    lanes8 value = *(const lanes8 *)(point + column);
    lanes8 below = *(const lanes8 *)(box + column) - value;
    lanes8 above = value - *(const lanes8 *)(box + dimension + column);
    lanes8 gap = __builtin_elementwise_max(__builtin_elementwise_max(below, above), (lanes8)0);
    sums += gap * gap;
  }
  double sum = ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
  for (; column < dimension; column++) {
    double below = box[column] - point[column];
    double above = point[column] - box[dimension + column];
    double gap = below > above ? below : above;
    gap = gap > 0 ? gap : 0;
    sum += gap * gap;
  }
  // The sum is added up in another order than that of a point; rounding must not put it above.
  return sum * (1 - (double)(dimension + 4) * 0x1p-52);
}

// The nearest points found so far, sorted by distance and row.
typedef struct {
  long count;
  long capacity;
  double *distances;
  int32_t *rows;
  int32_t *places;
} nearest_list;

INLINED void insert(nearest_list *list, double distance, int32_t row, int32_t place) {
  long low = 0, high = list->count;
  while (low < high) {
    long middle = (low + high) / 2;
    int is_before = list->distances[middle] < distance
      || (list->distances[middle] == distance && list->rows[middle] < row);
    if (is_before) low = middle + 1;
    else high = middle;
  }
  if (low == list->capacity) return;
  long moved = (list->count < list->capacity ? list->count : list->capacity - 1) - low;
  memmove(list->distances + low + 1, list->distances + low, (size_t)moved * sizeof(double));
  memmove(list->rows + low + 1, list->rows + low, (size_t)moved * sizeof(int32_t));
  memmove(list->places + low + 1, list->places + low, (size_t)moved * sizeof(int32_t));
  list->distances[low] = distance;
  list->rows[low] = row;
  list->places[low] = place;
  if (list->count < list->capacity) list->count++;
}

INLINED long leaf_end(const habitus_neighbor_tree *tree, long leaf) {
  long end = (leaf + 1) * tree->leaf_length;
  return end < tree->place_count ? end : tree->place_count;
}

INLINED void scan_leaf(
  const habitus_neighbor_tree *tree, const double *point, long leaf, int32_t excluded, nearest_list *list) {
  long end = leaf_end(tree, leaf);
  for (long place = leaf * tree->leaf_length; place < end; place += 8) {
    lanes8 distances;
    block_distances(tree->lanes + place * tree->dimension, point, tree->dimension, &distances);
    double worst = list->count < list->capacity ? INFINITY : list->distances[list->capacity - 1];
    mask8 near = distances <= worst;
    if (!__builtin_reduce_or(near)) continue;
    for (long lane = 0; lane < 8; lane++) {
      int32_t row = tree->rows[place + lane];
      // The list itself refuses what is not better than its last.
      if (distances[lane] <= worst && row != INT32_MAX && row != excluded) {
        insert(list, distances[lane], row, (int32_t)(place + lane));
      }
    }
  }
}

HABITUS_DISPATCHED
long habitus_nearest_neighbors(
  const habitus_neighbor_tree *tree, const double *point, long start, int32_t excluded, int32_t breaks_ties,
  long count, double *squared_distances, int32_t *rows, int32_t *places) {
  nearest_list list = {0, count, squared_distances, rows, places};
  waiting_node waiting[MAXIMUM_DEPTH];
  long dimension = tree->dimension, depth = 0;
  scan_leaf(tree, point, start, excluded, &list);
  waiting[depth++] = (waiting_node){0, box_distance(tree->boxes, point, dimension)};
  while (depth > 0) {
    waiting_node next = waiting[--depth];
    int32_t node = next.node;
    double bound = next.bound;
    while (1) {
      if (list.count == list.capacity) {
        double worst = list.distances[list.capacity - 1];
        if (bound > worst) break;
        if (bound == worst && (!breaks_ties || tree->nodes[node].lowest_row > list.rows[list.capacity - 1])) break;
      }
      int32_t second = tree->nodes[node].second_child;
      if (second == 0) {
        if (tree->nodes[node].leaf != start) scan_leaf(tree, point, tree->nodes[node].leaf, excluded, &list);
        break;
      }
      int32_t first = node + 1;
      double first_bound = box_distance(tree->boxes + first * 2 * dimension, point, dimension);
      double second_bound = box_distance(tree->boxes + second * 2 * dimension, point, dimension);
      int goes_first = first_bound < second_bound
        || (first_bound == second_bound && tree->nodes[first].lowest_row < tree->nodes[second].lowest_row);
      waiting[depth++] = goes_first ? (waiting_node){second, second_bound} : (waiting_node){first, first_bound};
      node = goes_first ? first : second;
      bound = goes_first ? first_bound : second_bound;
    }
  }
  return list.count;
}

HABITUS_DISPATCHED
long habitus_count_within(
  const habitus_neighbor_tree *tree, const double *point, double squared_radius, long enough) {
  int32_t waiting[MAXIMUM_DEPTH];
  long dimension = tree->dimension, depth = 0, count = 0;
  waiting[depth++] = 0;
  while (depth > 0) {
    int32_t node = waiting[--depth];
    if (box_distance(tree->boxes + node * 2 * dimension, point, dimension) > squared_radius) continue;
    int32_t second = tree->nodes[node].second_child;
    if (second != 0) {
      waiting[depth++] = second;
      waiting[depth++] = node + 1;
      continue;
    }
    long end = leaf_end(tree, tree->nodes[node].leaf);
    for (long place = tree->nodes[node].leaf * tree->leaf_length; place < end; place += 8) {
      lanes8 distances;
      block_distances(tree->lanes + place * dimension, point, dimension, &distances);
      mask8 near = distances <= squared_radius;
      count -= __builtin_reduce_add(near);
    }
    if (count >= enough) return enough;
  }
  return count;
}

HABITUS_DISPATCHED
void habitus_leaf_distances(const habitus_neighbor_tree *tree, const double *point, long leaf, double *distances) {
  long first = leaf * tree->leaf_length, end = leaf_end(tree, leaf);
  for (long place = first; place < end; place += 8) {
    block_distances(
      tree->lanes + place * tree->dimension, point, tree->dimension, (lanes8 *)(distances + place - first));
  }
}

HABITUS_DISPATCHED
double habitus_box_distance(const habitus_neighbor_tree *tree, const double *point, long node) {
  return box_distance(tree->boxes + node * 2 * tree->dimension, point, tree->dimension);
}

// Bounds are shared by threads. Squared distances are not negative, so their bits order as they do.
INLINED double shared_bound(const double *bounds, long component) {
  uint64_t bits = __atomic_load_n((const uint64_t *)bounds + component, __ATOMIC_RELAXED);
  double bound;
  memcpy(&bound, &bits, sizeof bound);
  return bound;
}

INLINED void lower_shared_bound(double *bounds, long component, double bound) {
  uint64_t bits;
  memcpy(&bits, &bound, sizeof bits);
  uint64_t *shared = (uint64_t *)bounds + component;
  uint64_t seen = __atomic_load_n(shared, __ATOMIC_RELAXED);
  while (bits < seen
    && !__atomic_compare_exchange_n(shared, &seen, bits, 1, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {}
}

INLINED double larger(double first, double second) { return first > second ? first : second; }

void habitus_known_leaving_edges(
  const habitus_neighbor_tree *tree, const habitus_linkage_round *round, long first_place, long last_place) {
  for (long place = first_place; place < last_place; place++) {
    int32_t component = round->components[place];
    if (component < 0) continue;
    if (round->edge_lengths[place] == INFINITY || round->components[round->edge_ends[place]] == component) {
      double best = INFINITY;
      const int32_t *neighbors = round->neighbors + place * round->neighbor_count;
      for (long index = 0; index < round->neighbor_count; index++) {
        int32_t other = neighbors[index];
        if (round->components[other] == component) continue;
        double length = larger(round->cores[place], round->cores[other]);
        if (length < best) {
          best = length;
          round->edge_ends[place] = other;
        }
      }
      round->edge_lengths[place] = best;
    }
    lower_shared_bound(round->bounds, component, round->edge_lengths[place]);
  }
}

// Looks in a leaf for an edge shorter than `best`; returns the shortest length known then.
INLINED double scan_leaf_for_edge(
  const habitus_neighbor_tree *tree, const habitus_linkage_round *round, const double *point, long place, long leaf,
  double best) {
  int32_t component = round->components[place];
  double core = round->cores[place];
  long end = leaf_end(tree, leaf);
  for (long other = leaf * tree->leaf_length; other < end; other += 8) {
    lanes8 distances;
    block_distances(tree->lanes + other * tree->dimension, point, tree->dimension, &distances);
    distances = __builtin_elementwise_max(distances, *(const lanes8 *)(round->cores + other));
    mask8 near = distances < best;
    if (!__builtin_reduce_or(near)) continue;
    for (long lane = 0; lane < 8; lane++) {
      double length = larger(distances[lane], core);
      if (length < best && round->components[other + lane] != component) {
        best = length;
        round->edge_lengths[place] = length;
        round->edge_ends[place] = (int32_t)(other + lane);
      }
    }
  }
  return best;
}

INLINED double node_bound(
  const habitus_neighbor_tree *tree, const habitus_linkage_round *round, const double *point, int32_t node,
  int32_t component) {
  if (round->node_components[node] == component) return INFINITY;
  return larger(
    round->lowest_cores[node], box_distance(tree->boxes + node * 2 * tree->dimension, point, tree->dimension));
}

HABITUS_DISPATCHED
void habitus_shortest_leaving_edges(
  const habitus_neighbor_tree *tree, const habitus_linkage_round *round, long first_place, long last_place,
  double *scratch) {
  long dimension = tree->dimension;
  double *point = scratch;
  waiting_node waiting[MAXIMUM_DEPTH];
  for (long place = first_place; place < last_place; place++) {
    int32_t component = round->components[place];
    if (component < 0) continue;
    double bound = shared_bound(round->bounds, component);
    double best = round->edge_lengths[place] < bound ? round->edge_lengths[place] : bound;
    if (round->lower_bounds[place] >= best) continue;
    for (long column = 0; column < dimension; column++) {
      point[column] = tree->lanes[((place / 8) * dimension + column) * 8 + place % 8];
    }
    long depth = 0;
    waiting[depth++] = (waiting_node){0, node_bound(tree, round, point, 0, component)};
    while (depth > 0) {
      waiting_node next = waiting[--depth];
      int32_t node = next.node;
      double bound_here = next.bound;
      while (bound_here < best && round->lower_bounds[place] < best) {
        int32_t second = tree->nodes[node].second_child;
        if (second == 0) {
          double known = scan_leaf_for_edge(tree, round, point, place, tree->nodes[node].leaf, best);
          if (known < best) lower_shared_bound(round->bounds, component, known);
          double others = shared_bound(round->bounds, component);
          best = known < others ? known : others;
          break;
        }
        int32_t first = node + 1;
        double first_bound = node_bound(tree, round, point, first, component);
        double second_bound = node_bound(tree, round, point, second, component);
        int goes_first = first_bound <= second_bound;
        waiting[depth++] = goes_first ? (waiting_node){second, second_bound} : (waiting_node){first, first_bound};
        node = goes_first ? first : second;
        bound_here = goes_first ? first_bound : second_bound;
      }
    }
    if (best > round->lower_bounds[place]) round->lower_bounds[place] = best;
  }
}
