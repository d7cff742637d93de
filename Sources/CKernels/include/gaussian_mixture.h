#ifndef HABITUS_GAUSSIAN_MIXTURE_H
#define HABITUS_GAUSSIAN_MIXTURE_H

/// Log densities of `count` points under `component_count` normal distributions: constant − ½ ‖(x − mean) · factor‖².
///
/// - points: row-major, `count × dimension`.
/// - means: `component_count × dimension`.
/// - factors: a matrix a component, upper triangular with zeros below, `dimension × stride` with `stride` the dimension
///   rounded up to a multiple of 4.
/// - scratch: `16 × dimension` numbers.
/// - densities: `count × component_count`, overwritten.
void habitus_gaussian_log_densities(
  const double *points, long count, long dimension, const double *means, const double *factors,
  const double *constants, long component_count, double *scratch, double *densities);

/// As `habitus_gaussian_log_densities`, for distributions whose columns are independent.
///
/// - precisions: `component_count × dimension`: one over the variance of each column.
void habitus_gaussian_log_densities_diagonal(
  const double *points, long count, long dimension, const double *means, const double *precisions,
  const double *constants, long component_count, double *scratch, double *densities);

/// Turns each row of log densities into shares that add up to 1, in place, and gives the logarithm of the row's sum of
/// densities. A row without any density belongs to component `fallback`.
void habitus_gaussian_responsibilities(
  double *densities, long count, long component_count, long fallback, double *log_sums);

/// Adds up, over the points, weight · deviation and weight · deviation · deviationᵀ, with deviations from `center`.
///
/// Points that weigh less than 2⁻⁶⁰ are left out: with any number of points that fits memory they change no sum by more
/// than rounding does, and where groups lie apart they are most of the points.
///
/// - weights: one every `weight_stride` numbers.
/// - scratch: `2 × count × stride` numbers, with `stride` the dimension rounded up to a multiple of 8.
/// - total: added to: the weights. sums: added to, `dimension` numbers.
/// - products: added to, `stride × stride`, of which the places on and above the diagonal are meaningful.
void habitus_weighted_products(
  const double *points, long count, long dimension, const double *center, const double *weights, long weight_stride,
  double *scratch, double *total, double *sums, double *products);

/// As `habitus_weighted_products` with squares, `dimension` numbers, in place of products, and without scratch.
void habitus_weighted_squares(
  const double *points, long count, long dimension, const double *center, const double *weights, long weight_stride,
  double *total, double *sums, double *squares);

#endif
