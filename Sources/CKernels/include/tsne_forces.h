#ifndef HABITUS_TSNE_FORCES_H
#define HABITUS_TSNE_FORCES_H

/// A cell of a quadtree, in the order of a walk through the tree, every cell before those inside it.
struct habitus_cell {
  /// The mean position of its points.
  double x, y;
  /// How many points there are.
  double mass;
  /// From this squared distance on the cell acts as one point; negative: always.
  double squared_reach;
  /// The index of the next cell that is not inside this one.
  int next;
  /// The points of a cell that is not divided, in the order of the tree; none for a divided one.
  int first, last;
};

/// Sums of weight · q · difference over the weighted neighbours of the points `first..<last`, q = 1 / (1 + distance²).
///
/// `positions` and `forces` hold x and y of every point in turn; the neighbours of point i and their weights stand at
/// `starts[i]..<starts[i + 1]`.
void habitus_tsne_attraction(
  const long *starts, const int *neighbors, const double *weights, const double *positions, long first, long last,
  double *forces);

/// Sums of q² · difference over all points, for the points `first..<last` in the order of the tree, cells that are far
/// enough taken for one point; returns the sum of q over all pairs of those with another point.
///
/// `x` and `y` hold the positions in the order of the tree; `order` the index of each in `forces`, which holds x and y
/// of every point in turn. `first` is a multiple of eight.
double habitus_tsne_repulsion(
  const struct habitus_cell *cells, long cell_count, const double *x, const double *y, const int *order, long first,
  long last, double *forces);

#endif
