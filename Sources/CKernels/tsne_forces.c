#include "tsne_forces.h"

#include "dispatch.h"

typedef double lanes8 __attribute__((ext_vector_type(8), aligned(8)));

// A macro, since a vector of this size cannot be passed to a function that is not compiled for its processor.
#define SUM(v) ((((v)[0] + (v)[1]) + ((v)[2] + (v)[3])) + (((v)[4] + (v)[5]) + ((v)[6] + (v)[7])))

HABITUS_DISPATCHED
void habitus_tsne_attraction(
  const long *starts, const int *neighbors, const double *weights, const double *positions, long first, long last,
  double *forces) {
  for (long point = first; point < last; point++) {
    double own_x = positions[2 * point], own_y = positions[2 * point + 1];
    lanes8 sums_x = 0, sums_y = 0;
    long index = starts[point], end = starts[point + 1];
    for (; index + 8 <= end; index += 8) {
      const int *n = neighbors + index;
      const double *a = positions + 2L * n[0], *b = positions + 2L * n[1], *c = positions + 2L * n[2],
                   *d = positions + 2L * n[3], *e = positions + 2L * n[4], *f = positions + 2L * n[5],
                   *g = positions + 2L * n[6], *h = positions + 2L * n[7];
      lanes8 x = own_x - (lanes8){a[0], b[0], c[0], d[0], e[0], f[0], g[0], h[0]};
      lanes8 y = own_y - (lanes8){a[1], b[1], c[1], d[1], e[1], f[1], g[1], h[1]};
      lanes8 weight = *(const lanes8 *)(weights + index) / (1.0 + x * x + y * y);
      sums_x += weight * x;
      sums_y += weight * y;
    }
    double force_x = SUM(sums_x), force_y = SUM(sums_y);
    for (; index < end; index++) {
      double x = own_x - positions[2L * neighbors[index]], y = own_y - positions[2L * neighbors[index] + 1];
      double weight = weights[index] / (1.0 + x * x + y * y);
      force_x += weight * x;
      force_y += weight * y;
    }
    forces[2 * point] = force_x;
    forces[2 * point + 1] = force_y;
  }
}

HABITUS_DISPATCHED
double habitus_tsne_repulsion(
  const struct habitus_cell *cells, long cell_count, const double *x, const double *y, const int *order, long first,
  long last, double *forces) {
  double total = 0;
  // Eight neighbours in the order of the tree walk it together; what is far enough from the box around them is far
  // enough from each.
  for (long start = first; start < last; start += 8) {
    long count = last - start < 8 ? last - start : 8;
    lanes8 own_x, own_y;
    for (long lane = 0; lane < 8; lane++) {
      own_x[lane] = x[start + (lane < count ? lane : count - 1)];
      own_y[lane] = y[start + (lane < count ? lane : count - 1)];
    }
    double low_x = __builtin_reduce_min(own_x), high_x = __builtin_reduce_max(own_x);
    double low_y = __builtin_reduce_min(own_y), high_y = __builtin_reduce_max(own_y);
    lanes8 sums_x = 0, sums_y = 0, sums_q = 0;
    for (long index = 0; index < cell_count;) {
      const struct habitus_cell *cell = cells + index;
      double gap_x = __builtin_fmax(low_x - cell->x, cell->x - high_x);
      double gap_y = __builtin_fmax(low_y - cell->y, cell->y - high_y);
      gap_x = __builtin_fmax(gap_x, 0.0);
      gap_y = __builtin_fmax(gap_y, 0.0);
      if (cell->squared_reach < gap_x * gap_x + gap_y * gap_y) {
        lanes8 dx = own_x - cell->x, dy = own_y - cell->y;
        lanes8 q = 1.0 / (1.0 + dx * dx + dy * dy);
        lanes8 mass = cell->mass;
        // Only a cell that always acts as one point may hold points of this group; none of them meets itself.
        if (cell->squared_reach < 0 && cell->first < start + count && cell->last > start) {
          for (long lane = 0; lane < count; lane++) {
            if (start + lane >= cell->first && start + lane < cell->last) mass[lane] -= 1;
          }
        }
        lanes8 weight = mass * q;
        sums_q += weight;
        weight *= q;
        sums_x += weight * dx;
        sums_y += weight * dy;
        index = cell->next;
      } else if (cell->first < cell->last) {
        for (int other = cell->first; other < cell->last; other++) {
          lanes8 dx = own_x - x[other], dy = own_y - y[other];
          lanes8 q = 1.0 / (1.0 + dx * dx + dy * dy);
          if (other >= start && other < start + count) q[other - start] = 0;
          sums_q += q;
          lanes8 weight = q * q;
          sums_x += weight * dx;
          sums_y += weight * dy;
        }
        index = cell->next;
      } else {
        index++;
      }
    }
    for (long lane = 0; lane < count; lane++) {
      total += sums_q[lane];
      forces[2L * order[start + lane]] = sums_x[lane];
      forces[2L * order[start + lane] + 1] = sums_y[lane];
    }
  }
  return total;
}
