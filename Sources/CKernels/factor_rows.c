#include "factor_rows.h"

#include "dispatch.h"
#include "tiles.h"

typedef float lanes4f __attribute__((ext_vector_type(4), aligned(4)));
typedef float lanes8f __attribute__((ext_vector_type(8), aligned(4)));
typedef float lanes16f __attribute__((ext_vector_type(16), aligned(4)));

#define HABITUS_MOST_BLOCKS 64

// A step is worth while until errors are as small as single precision makes them anyhow, squared.
#define HABITUS_CONVERGED 1e-14f

/// Vectors this long are passed by address, as how they are passed by value depends on the processor.
HABITUS_INLINE lanes4f habitus_fourths(const lanes16f *value) {
  lanes8f half = value->lo + value->hi;
  return half.lo + half.hi;
}

HABITUS_INLINE float habitus_sum(const lanes16f *value) {
  lanes4f fourth = habitus_fourths(value);
  return (fourth.x + fourth.y) + (fourth.z + fourth.w);
}

/// The products of a column's factors with a vector, lane by lane; their sum is the inner product.
HABITUS_INLINE lanes4f habitus_product_fourths(const float *column, const lanes16f *vector, const long blocks) {
  lanes16f sum = *(const lanes16f *)column * vector[0];
  for (long block = 1; block < blocks; block++) sum += *(const lanes16f *)(column + 16 * block) * vector[block];
  return habitus_fourths(&sum);
}

HABITUS_INLINE float habitus_product(const float *column, const lanes16f *vector, const long blocks) {
  lanes4f fourth = habitus_product_fourths(column, vector, blocks);
  return (fourth.x + fourth.y) + (fourth.z + fourth.w);
}

/// The inner products of four columns' factors with one vector.
HABITUS_INLINE lanes4f habitus_four_products(const float *const column[4], const lanes16f *vector, const long blocks) {
  lanes4f a = habitus_product_fourths(column[0], vector, blocks);
  lanes4f b = habitus_product_fourths(column[1], vector, blocks);
  lanes4f c = habitus_product_fourths(column[2], vector, blocks);
  lanes4f d = habitus_product_fourths(column[3], vector, blocks);
  lanes4f ab = __builtin_shufflevector(a, b, 0, 4, 1, 5) + __builtin_shufflevector(a, b, 2, 6, 3, 7);
  lanes4f cd = __builtin_shufflevector(c, d, 0, 4, 1, 5) + __builtin_shufflevector(c, d, 2, 6, 3, 7);
  return __builtin_shufflevector(ab, cd, 0, 1, 4, 5) + __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
}

/// result += Σ over the row's entries of confidence · value · (y·vector) · y.
HABITUS_INLINE void habitus_add_gram_product(
  const habitus_factor_rows *rows, long start, long end, const lanes16f *vector, lanes16f *result, const long blocks) {
  long entry = start;
  for (; entry + 4 <= end; entry += 4) {
    const float *column[4];
    for (int member = 0; member < 4; member++) {
      column[member] = rows->factors + rows->columns[entry + member] * rows->stride;
    }
    lanes4f scale = habitus_four_products(column, vector, blocks) * *(const lanes4f *)(rows->values + entry)
      * rows->confidence;
    for (long block = 0; block < blocks; block++) {
      lanes16f sum = result[block];
      for (int member = 0; member < 4; member++) {
        sum += *(const lanes16f *)(column[member] + 16 * block) * scale[member];
      }
      result[block] = sum;
    }
  }
  for (; entry < end; entry++) {
    const float *column = rows->factors + rows->columns[entry] * rows->stride;
    float scale = habitus_product(column, vector, blocks) * rows->values[entry] * rows->confidence;
    for (long block = 0; block < blocks; block++) result[block] += *(const lanes16f *)(column + 16 * block) * scale;
  }
}

/// The right side less the matrix times `x`, and the matrix's diagonal, of which the entries' part is added.
HABITUS_INLINE void habitus_residual(
  const habitus_factor_rows *rows, long start, long end, const lanes16f *x, lanes16f *residual, lanes16f *diagonal,
  const long blocks) {
  for (long entry = start; entry < end; entry++) {
    const float *column = rows->factors + rows->columns[entry] * rows->stride;
    float weight = rows->values[entry] * rows->confidence;
    float scale = 1 + weight - weight * habitus_product(column, x, blocks);
    for (long block = 0; block < blocks; block++) {
      lanes16f values = *(const lanes16f *)(column + 16 * block);
      residual[block] += values * scale;
      diagonal[block] += values * values * weight;
    }
  }
}

HABITUS_INLINE void habitus_improve_row(
  const habitus_factor_rows *rows, long row, long step_count, float *solution, const long blocks) {
  lanes16f x[HABITUS_MOST_BLOCKS], residual[HABITUS_MOST_BLOCKS], shared[HABITUS_MOST_BLOCKS];
  lanes16f inverse[HABITUS_MOST_BLOCKS], direction[HABITUS_MOST_BLOCKS], image[HABITUS_MOST_BLOCKS];
  long start = rows->row_starts[row], end = rows->row_starts[row + 1];
  if (start == end) {
    for (long block = 0; block < blocks; block++) *(lanes16f *)(solution + 16 * block) = 0;
    return;
  }
  for (long block = 0; block < blocks; block++) {
    x[block] = *(const lanes16f *)(solution + 16 * block);
    shared[block] = *(const lanes16f *)(rows->spectrum + 16 * block) + rows->penalties[row];
    residual[block] = -shared[block] * x[block];
    inverse[block] = shared[block];
  }
  habitus_residual(rows, start, end, x, residual, inverse, blocks);
  lanes16f norms = 0, sizes = 0;
  for (long block = 0; block < blocks; block++) {
    sizes += inverse[block] * x[block] * x[block];
    inverse[block] = 1 / inverse[block];
    direction[block] = residual[block] * inverse[block];
    norms += residual[block] * direction[block];
  }
  float norm = habitus_sum(&norms), enough = HABITUS_CONVERGED * (habitus_sum(&sizes) + norm);
  for (long step = 0; step < step_count && norm > enough; step++) {
    for (long block = 0; block < blocks; block++) image[block] = shared[block] * direction[block];
    habitus_add_gram_product(rows, start, end, direction, image, blocks);
    lanes16f curvatures = 0;
    for (long block = 0; block < blocks; block++) curvatures += direction[block] * image[block];
    float curvature = habitus_sum(&curvatures);
    // Numbers too small for single precision.
    if (!(curvature > 0)) break;
    float length = norm / curvature;
    norms = 0;
    for (long block = 0; block < blocks; block++) {
      x[block] += direction[block] * length;
      residual[block] -= image[block] * length;
      norms += residual[block] * residual[block] * inverse[block];
    }
    float next = habitus_sum(&norms), share = next / norm;
    for (long block = 0; block < blocks; block++) {
      direction[block] = residual[block] * inverse[block] + direction[block] * share;
    }
    norm = next;
  }
  for (long block = 0; block < blocks; block++) *(lanes16f *)(solution + 16 * block) = x[block];
}

HABITUS_DISPATCHED
void habitus_improve_factor_rows(
  const habitus_factor_rows *rows, long first, long last, long step_count, float *solutions) {
  long stride = rows->stride;
  for (long row = first; row < last; row++) {
    float *solution = solutions + row * stride;
    // Numbers of blocks known to the compiler are kept in registers.
    switch (stride) {
    case 16: habitus_improve_row(rows, row, step_count, solution, 1); break;
    case 32: habitus_improve_row(rows, row, step_count, solution, 2); break;
    case 64: habitus_improve_row(rows, row, step_count, solution, 4); break;
    case 128: habitus_improve_row(rows, row, step_count, solution, 8); break;
    default: habitus_improve_row(rows, row, step_count, solution, stride / 16);
    }
  }
}

HABITUS_INLINE void habitus_sum_row(const habitus_factor_rows *rows, long row, float *solution, const long blocks) {
  lanes16f sums[HABITUS_MOST_BLOCKS];
  for (long block = 0; block < blocks; block++) sums[block] = 0;
  for (long entry = rows->row_starts[row]; entry < rows->row_starts[row + 1]; entry++) {
    const float *column = rows->factors + rows->columns[entry] * rows->stride;
    for (long block = 0; block < blocks; block++) sums[block] += *(const lanes16f *)(column + 16 * block);
  }
  for (long block = 0; block < blocks; block++) *(lanes16f *)(solution + 16 * block) = sums[block];
}

HABITUS_DISPATCHED
void habitus_sum_factor_rows(const habitus_factor_rows *rows, long first, long last, float *solutions) {
  for (long row = first; row < last; row++) {
    float *solution = solutions + row * rows->stride;
    if (rows->stride == 64) {
      habitus_sum_row(rows, row, solution, 4);
    } else {
      habitus_sum_row(rows, row, solution, rows->stride / 16);
    }
  }
}

HABITUS_DISPATCHED
double habitus_factor_rows_loss(const habitus_factor_rows *rows, long first, long last, const float *solutions) {
  double loss = 0;
  for (long row = first; row < last; row++) {
    const lanes16f *solution = (const lanes16f *)(solutions + row * rows->stride);
    for (long entry = rows->row_starts[row]; entry < rows->row_starts[row + 1]; entry++) {
      const float *column = rows->factors + rows->columns[entry] * rows->stride;
      double score = habitus_product(column, solution, rows->stride / 16);
      double weight = 1 + (double)rows->confidence * rows->values[entry];
      loss += weight * (1 - score) * (1 - score) - score * score;
    }
  }
  return loss;
}
