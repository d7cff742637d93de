#ifndef HABITUS_FACTOR_ROWS_H
#define HABITUS_FACTOR_ROWS_H

#include <stdint.h>

/// Least squares for the factors of many rows, given those of the columns.
///
/// Row u minimises Σ over its entries e of confidence · values[e] · (1 − y·x)² + Σ over its entries of (1 − y·x)² + Σ
/// over all other columns of (y·x)² + penalties[u] · |x|², with y the factors of a column. Factors lie `stride` numbers
/// apart, a multiple of 16 and at most 1024. The sum of y·yᵀ over all columns is the diagonal matrix `spectrum`.
typedef struct {
  const long *row_starts;
  const int32_t *columns;
  const float *values;
  const float *factors;
  const float *spectrum;
  const float *penalties;
  float confidence;
  long stride;
} habitus_factor_rows;

/// At most `step_count` steps of conjugate gradients for rows `first` to `last` − 1 from what is in `solutions`, with
/// the system's diagonal as preconditioner. A row without entries gets zeros.
void habitus_improve_factor_rows(
  const habitus_factor_rows *rows, long first, long last, long step_count, float *solutions);

/// Puts the sum of the factors of its entries' columns into rows `first` to `last` − 1 of `solutions`.
void habitus_sum_factor_rows(const habitus_factor_rows *rows, long first, long last, float *solutions);

/// Σ over the entries of rows `first` to `last` − 1 of (1 + confidence · value) · (1 − y·x)² − (y·x)².
double habitus_factor_rows_loss(const habitus_factor_rows *rows, long first, long last, const float *solutions);

#endif
