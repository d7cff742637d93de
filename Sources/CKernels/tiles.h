// Eight points abreast: column by column the values of eight rows, so that one instruction works on all eight.

#ifndef HABITUS_TILES_H
#define HABITUS_TILES_H

#define HABITUS_INLINE static inline __attribute__((always_inline))

typedef double lanes8 __attribute__((ext_vector_type(8), aligned(8)));
typedef long mask8 __attribute__((ext_vector_type(8), aligned(8)));

#define HABITUS_PAIRS_LOW(a, b) __builtin_shufflevector(a, b, 0, 8, 2, 10, 4, 12, 6, 14)
#define HABITUS_PAIRS_HIGH(a, b) __builtin_shufflevector(a, b, 1, 9, 3, 11, 5, 13, 7, 15)
#define HABITUS_FOURS_LOW(a, b) __builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13)
#define HABITUS_FOURS_HIGH(a, b) __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15)
#define HABITUS_HALVES_LOW(a, b) __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11)
#define HABITUS_HALVES_HIGH(a, b) __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15)

/// Lays eight rows abreast; `tile` gets `8 * dimension` numbers.
HABITUS_INLINE void habitus_lay_abreast(const double *const rows[8], long dimension, double *tile) {
  long column = 0;
  for (; column + 8 <= dimension; column += 8) {
    lanes8 row[8], pairs[8], fours[8];
    lanes8 *out = (lanes8 *)(tile + column * 8);
#pragma clang loop unroll(full)
    for (int lane = 0; lane < 8; lane++) row[lane] = *(const lanes8 *)(rows[lane] + column);
#pragma clang loop unroll(full)
    for (int pair = 0; pair < 4; pair++) {
      pairs[2 * pair] = HABITUS_PAIRS_LOW(row[2 * pair], row[2 * pair + 1]);
      pairs[2 * pair + 1] = HABITUS_PAIRS_HIGH(row[2 * pair], row[2 * pair + 1]);
    }
#pragma clang loop unroll(full)
    for (int half = 0; half < 8; half += 4) {
      fours[half] = HABITUS_FOURS_LOW(pairs[half], pairs[half + 2]);
      fours[half + 1] = HABITUS_FOURS_LOW(pairs[half + 1], pairs[half + 3]);
      fours[half + 2] = HABITUS_FOURS_HIGH(pairs[half], pairs[half + 2]);
      fours[half + 3] = HABITUS_FOURS_HIGH(pairs[half + 1], pairs[half + 3]);
    }
#pragma clang loop unroll(full)
    for (int place = 0; place < 4; place++) {
      out[place] = HABITUS_HALVES_LOW(fours[place], fours[place + 4]);
      out[place + 4] = HABITUS_HALVES_HIGH(fours[place], fours[place + 4]);
    }
  }
  for (; column < dimension; column++) {
    for (int lane = 0; lane < 8; lane++) tile[column * 8 + lane] = rows[lane][column];
  }
}

/// The rows from `first` on; after the last of `count` rows that one again.
HABITUS_INLINE void habitus_eight_rows(
  const double *points, long first, long count, long dimension, const double *rows[8]) {
  for (long lane = 0; lane < 8; lane++) {
    long row = first + lane < count ? first + lane : count - 1;
    rows[lane] = points + row * dimension;
  }
}

/// Squared distances of the eight points of a tile from `group` targets; `group` is a constant.
HABITUS_INLINE void habitus_tile_distances(
  const double *tile, long dimension, const double *targets, const int group, lanes8 *distances) {
  lanes8 sums[8];
#pragma clang loop unroll(full)
  for (int target = 0; target < group; target++) sums[target] = 0;
  for (long column = 0; column < dimension; column++) {
    lanes8 values = *(const lanes8 *)(tile + column * 8);
#pragma clang loop unroll(full)
    for (int target = 0; target < group; target++) {
      lanes8 difference = values - targets[target * dimension + column];
      sums[target] += difference * difference;
    }
  }
#pragma clang loop unroll(full)
  for (int target = 0; target < group; target++) distances[target] = sums[target];
}

/// Squared distances from the next targets, as many as are worked on at once; returns how many.
HABITUS_INLINE int habitus_next_distances(
  const double *tile, long dimension, const double *targets, long remaining, lanes8 *distances) {
  if (remaining >= 8) {
    habitus_tile_distances(tile, dimension, targets, 8, distances);
    return 8;
  }
  if (remaining >= 4) {
    habitus_tile_distances(tile, dimension, targets, 4, distances);
    return 4;
  }
  if (remaining >= 2) {
    habitus_tile_distances(tile, dimension, targets, 2, distances);
    return 2;
  }
  habitus_tile_distances(tile, dimension, targets, 1, distances);
  return 1;
}

#endif
