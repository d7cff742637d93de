#include "distance_sums.h"

#include "dispatch.h"
#include "tiles.h"

HABITUS_DISPATCHED
void habitus_distance_sums(
  const double *points, long count, long dimension, long firstRow, long rowCount, const int32_t *places,
  long placementCount, long placeCount, double *sums, double *tiles) {
  long tileCount = (rowCount + 7) / 8;
  for (long tile = 0; tile < tileCount; tile++) {
    const double *rows[8];
    habitus_eight_rows(points, firstRow + tile * 8, firstRow + rowCount, dimension, rows);
    habitus_lay_abreast(rows, dimension, tiles + tile * 8 * dimension);
  }
  // So many points that they stay in the cache while all rows are compared with them.
  const long blockLength = 512;
  for (long block = 0; block < count; block += blockLength) {
    long end = block + blockLength < count ? block + blockLength : count;
    for (long tile = 0; tile < tileCount; tile++) {
      lanes8 *own = (lanes8 *)(sums + tile * placeCount * 8);
      for (long point = block; point < end;) {
        lanes8 distances[8];
        int group = habitus_next_distances(
          tiles + tile * 8 * dimension, dimension, points + point * dimension, end - point, distances);
        for (int member = 0; member < group; member++) {
          lanes8 distance = __builtin_elementwise_sqrt(distances[member]);
          for (long placement = 0; placement < placementCount; placement++) {
            own[places[placement * count + point + member]] += distance;
          }
        }
        point += group;
      }
    }
  }
}
