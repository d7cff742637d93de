#include "squared_distances.h"

#include "dispatch.h"

typedef double lanes8 __attribute__((ext_vector_type(8), aligned(8)));

HABITUS_DISPATCHED
void habitus_squared_distances(
  const double *point, const double *points, long count, long dimension, double *distances) {
  for (long row = 0; row < count; row++) {
    const double *other = points + row * dimension;
    lanes8 sums = 0;
    long column = 0;
    for (; column + 8 <= dimension; column += 8) {
      lanes8 difference = *(const lanes8 *)(other + column) - *(const lanes8 *)(point + column);
      sums += difference * difference;
    }
    double sum = ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
    for (; column < dimension; column++) {
      double difference = other[column] - point[column];
      sum += difference * difference;
    }
    distances[row] = sum;
  }
}
