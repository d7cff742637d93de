#ifndef HABITUS_NEIGHBOR_TREE_H
#define HABITUS_NEIGHBOR_TREE_H

#include <stdint.h>

/// A node of a tree; nodes are in preorder: the first child of inner node i is i + 1.
typedef struct {
  /// The second child; 0 for a leaf.
  int32_t second_child;
  /// The number of a leaf; 0 for an inner node.
  int32_t leaf;
  /// The lowest row in it.
  int32_t lowest_row;
} habitus_tree_node;

/// A balanced k-d tree over points that stand eight abreast, leaf after leaf.
///
/// The "place" of a point is its position in that order.
typedef struct {
  long dimension;
  /// Places in a leaf, a multiple of 8. All leaves but the last are full.
  long leaf_length;
  /// Places in all, a multiple of 8; places without a point hold ∞ in every column.
  long place_count;
  /// Block after block of eight places; inside a block, for every column the eight values.
  const double *lanes;
  /// For every node the `dimension` lowest values, then the `dimension` highest.
  const double *boxes;
  const habitus_tree_node *nodes;
  /// The row of the point at a place; INT32_MAX where there is none.
  const int32_t *rows;
} habitus_neighbor_tree;

/// The `count` points nearest to `point`, by rising squared distance, of equally far ones by rising row; those found of
/// several as far as the last are of lowest row where `breaks_ties`, else any, which takes less time.
///
/// `start` is the leaf to look at first (any), `excluded` a row to leave out, or -1. Writes up to `count` squared
/// distances, rows and places and returns how many.
long habitus_nearest_neighbors(
  const habitus_neighbor_tree *tree, const double *point, long start, int32_t excluded, int32_t breaks_ties,
  long count, double *squared_distances, int32_t *rows, int32_t *places);

/// The number of points within a squared distance of `point`, that one included; stops counting at `enough`.
long habitus_count_within(
  const habitus_neighbor_tree *tree, const double *point, double squared_radius, long enough);

/// Writes the squared distances of `point` from the places of a leaf.
void habitus_leaf_distances(const habitus_neighbor_tree *tree, const double *point, long leaf, double *distances);

/// The squared distance of `point` from the box of a node, never above its computed distance from a point in it.
double habitus_box_distance(const habitus_neighbor_tree *tree, const double *point, long node);

/// What a round of Borůvka's algorithm on mutual reachability distances (squared) knows and learns.
typedef struct {
  /// By place: squared core distance.
  const double *cores;
  /// By node: the lowest squared core distance in it.
  const double *lowest_cores;
  /// By place: its component; places without a point have -1.
  const int32_t *components;
  /// By node: the one component that all its points are in, or -1.
  const int32_t *node_components;
  /// By component: the squared length of the shortest edge known that leaves it. Shared by threads.
  double *bounds;
  /// By place: no edge from here that leaves the component is shorter (squared).
  double *lower_bounds;
  /// By place: squared length of the shortest known edge from here that leaves the component, or ∞.
  double *edge_lengths;
  /// By place: the place where that edge ends.
  int32_t *edge_ends;
  /// By place: its `neighbor_count` nearest others, as places; those beyond them are not nearer than its core distance.
  const int32_t *neighbors;
  long neighbor_count;
} habitus_linkage_round;

/// For the places `first`..<`last`, forgets edges that no longer leave their components and takes the shortest to a
/// neighbor instead, if there is one.
void habitus_known_leaving_edges(
  const habitus_neighbor_tree *tree, const habitus_linkage_round *round, long first, long last);

/// For the places `first`..<`last`, looks for edges that leave their components and are shorter than all known.
///
/// After every place has been seen by some call, the shortest edge of a component is that of one of its places.
/// Which of several equally short ones are found depends on what other threads found before; the length of a
/// component's shortest does not. `scratch` has room for a point.
void habitus_shortest_leaving_edges(
  const habitus_neighbor_tree *tree, const habitus_linkage_round *round, long first, long last, double *scratch);

#endif
