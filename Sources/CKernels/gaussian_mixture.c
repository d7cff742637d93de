#include "gaussian_mixture.h"

#include <math.h>

#include "dispatch.h"

typedef double lanes8 __attribute__((ext_vector_type(8), aligned(8)));

static const double negligible_weight = 0x1p-60;

/// Lays out eight points abreast: for every column the eight points' values; zeros where there are fewer points.
static inline __attribute__((always_inline)) void abreast(
  const double *points, long count, long dimension, lanes8 *columns) {
  for (long column = 0; column < dimension; column++) columns[column] = 0;
  for (long lane = 0; lane < (count < 8 ? count : 8); lane++) {
    for (long column = 0; column < dimension; column++) columns[column][lane] = points[lane * dimension + column];
  }
}

HABITUS_DISPATCHED
void habitus_gaussian_log_densities(
  const double *points, long count, long dimension, const double *means, const double *factors,
  const double *constants, long component_count, double *scratch, double *densities) {
  lanes8 *columns = (lanes8 *)scratch;
  lanes8 *deviations = columns + dimension;
  long stride = (dimension + 3) / 4 * 4;
  for (long first = 0; first < count; first += 8) {
    long valid = count - first < 8 ? count - first : 8;
    abreast(points + first * dimension, valid, dimension, columns);
    for (long component = 0; component < component_count; component++) {
      const double *mean = means + component * dimension;
      const double *factor = factors + component * dimension * stride;
      for (long column = 0; column < dimension; column++) deviations[column] = columns[column] - mean[column];
      lanes8 squares = 0;
      for (long tile = 0; tile < stride; tile += 4) {
        lanes8 sum0 = 0, sum1 = 0, sum2 = 0, sum3 = 0;
        long end = tile + 4 < dimension ? tile + 4 : dimension;
        for (long column = 0; column < end; column++) {
          const double *entry = factor + column * stride + tile;
          lanes8 deviation = deviations[column];
          sum0 += deviation * entry[0];
          sum1 += deviation * entry[1];
          sum2 += deviation * entry[2];
          sum3 += deviation * entry[3];
        }
        squares += (sum0 * sum0 + sum1 * sum1) + (sum2 * sum2 + sum3 * sum3);
      }
      for (long lane = 0; lane < valid; lane++) {
        densities[(first + lane) * component_count + component] = constants[component] - 0.5 * squares[lane];
      }
    }
  }
}

HABITUS_DISPATCHED
void habitus_gaussian_log_densities_diagonal(
  const double *points, long count, long dimension, const double *means, const double *precisions,
  const double *constants, long component_count, double *scratch, double *densities) {
  lanes8 *columns = (lanes8 *)scratch;
  for (long first = 0; first < count; first += 8) {
    long valid = count - first < 8 ? count - first : 8;
    abreast(points + first * dimension, valid, dimension, columns);
    for (long component = 0; component < component_count; component++) {
      const double *mean = means + component * dimension;
      const double *precision = precisions + component * dimension;
      lanes8 squares = 0;
      for (long column = 0; column < dimension; column++) {
        lanes8 deviation = columns[column] - mean[column];
        squares += deviation * deviation * precision[column];
      }
      for (long lane = 0; lane < valid; lane++) {
        densities[(first + lane) * component_count + component] = constants[component] - 0.5 * squares[lane];
      }
    }
  }
}

void habitus_gaussian_responsibilities(
  double *densities, long count, long component_count, long fallback, double *log_sums) {
  for (long row = 0; row < count; row++) {
    double *shares = densities + row * component_count;
    double greatest = -INFINITY;
    for (long component = 0; component < component_count; component++) {
      if (shares[component] > greatest) greatest = shares[component];
    }
    if (greatest == -INFINITY) {
      for (long component = 0; component < component_count; component++) shares[component] = component == fallback;
      log_sums[row] = -INFINITY;
      continue;
    }
    double sum = 0;
    for (long component = 0; component < component_count; component++) {
      double difference = shares[component] - greatest;
      // Below this the exponential is 0.
      shares[component] = difference < -746 ? 0 : exp(difference);
      sum += shares[component];
    }
    double scale = 1 / sum;
    for (long component = 0; component < component_count; component++) shares[component] *= scale;
    log_sums[row] = greatest + log(sum);
  }
}

HABITUS_DISPATCHED
void habitus_weighted_products(
  const double *points, long count, long dimension, const double *center, const double *weights, long weight_stride,
  double *scratch, double *total, double *sums, double *products) {
  long stride = (dimension + 7) / 8 * 8;
  double *deviations = scratch;
  double *weighted = scratch + count * stride;
  long kept = 0;
  for (long row = 0; row < count; row++) {
    double weight = weights[row * weight_stride];
    if (!(weight >= negligible_weight)) continue;
    *total += weight;
    const double *point = points + row * dimension;
    double *deviation = deviations + kept * stride;
    double *product = weighted + kept * stride;
    for (long column = 0; column < dimension; column++) {
      double difference = point[column] - center[column];
      deviation[column] = difference;
      product[column] = weight * difference;
      sums[column] += weight * difference;
    }
    for (long column = dimension; column < stride; column++) deviation[column] = product[column] = 0;
    kept++;
  }
  for (long first = 0; first < dimension; first += 4) {
    for (long second = first / 8 * 8; second < stride; second += 8) {
      lanes8 sum0 = 0, sum1 = 0, sum2 = 0, sum3 = 0;
      for (long row = 0; row < kept; row++) {
        lanes8 deviation = *(const lanes8 *)(deviations + row * stride + second);
        const double *weighted_row = weighted + row * stride + first;
        sum0 += deviation * weighted_row[0];
        sum1 += deviation * weighted_row[1];
        sum2 += deviation * weighted_row[2];
        sum3 += deviation * weighted_row[3];
      }
      double *target = products + first * stride + second;
      *(lanes8 *)target += sum0;
      *(lanes8 *)(target + stride) += sum1;
      *(lanes8 *)(target + 2 * stride) += sum2;
      *(lanes8 *)(target + 3 * stride) += sum3;
    }
  }
}

HABITUS_DISPATCHED
void habitus_weighted_squares(
  const double *points, long count, long dimension, const double *center, const double *weights, long weight_stride,
  double *total, double *sums, double *squares) {
  for (long row = 0; row < count; row++) {
    double weight = weights[row * weight_stride];
    if (!(weight >= negligible_weight)) continue;
    *total += weight;
    const double *point = points + row * dimension;
    for (long column = 0; column < dimension; column++) {
      double difference = point[column] - center[column];
      double product = weight * difference;
      sums[column] += product;
      squares[column] += product * difference;
    }
  }
}
