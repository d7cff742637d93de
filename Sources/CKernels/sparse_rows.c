#include "sparse_rows.h"

#include "dispatch.h"

typedef double lanes8 __attribute__((ext_vector_type(8), aligned(8)));

// The same result on every processor: products are rounded before they are added.
#pragma STDC FP_CONTRACT OFF

HABITUS_DISPATCHED
void habitus_add_sparse_product(
  const long *row_starts, const int32_t *columns, const double *values, long row_count, const double *dense,
  long width, double *result) {
  for (long row = 0; row < row_count; row++) {
    long column = 0;
    for (; column + 32 <= width; column += 32) {
      double *target = result + row * width + column;
      lanes8 sum0 = *(lanes8 *)target, sum1 = *(lanes8 *)(target + 8);
      lanes8 sum2 = *(lanes8 *)(target + 16), sum3 = *(lanes8 *)(target + 24);
      for (long entry = row_starts[row]; entry < row_starts[row + 1]; entry++) {
        const double *source = dense + columns[entry] * width + column;
        lanes8 value = values[entry];
        sum0 += value * *(const lanes8 *)source;
        sum1 += value * *(const lanes8 *)(source + 8);
        sum2 += value * *(const lanes8 *)(source + 16);
        sum3 += value * *(const lanes8 *)(source + 24);
      }
      *(lanes8 *)target = sum0;
      *(lanes8 *)(target + 8) = sum1;
      *(lanes8 *)(target + 16) = sum2;
      *(lanes8 *)(target + 24) = sum3;
    }
    for (; column < width; column += 8) {
      double *target = result + row * width + column;
      lanes8 sum = *(lanes8 *)target;
      for (long entry = row_starts[row]; entry < row_starts[row + 1]; entry++) {
        lanes8 value = values[entry];
        sum += value * *(const lanes8 *)(dense + columns[entry] * width + column);
      }
      *(lanes8 *)target = sum;
    }
  }
}
