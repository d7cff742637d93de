#ifndef HABITUS_SPARSE_ROWS_H
#define HABITUS_SPARSE_ROWS_H

#include <stdint.h>

/// Adds a sparse matrix times a dense one: result[row, :] += Σ over the row's entries of values[e] · dense[columns[e], :].
///
/// row_starts: row_count + 1 places of the entries; dense and result: row after row, `width` columns, a multiple of 8.
/// Sums go in the order of the entries, whatever the processor.
void habitus_add_sparse_product(
  const long *row_starts, const int32_t *columns, const double *values, long row_count, const double *dense,
  long width, double *result);

#endif
