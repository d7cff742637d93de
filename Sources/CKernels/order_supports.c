#include "order_supports.h"

#include <string.h>

#include "dispatch.h"

/// Copies the items and fills the arrays by position and the counts.
///
/// - Returns: the number of items kept.
__attribute__((always_inline)) static inline long take_items(
  const int32_t *places, const int32_t *offsets, long sequence_count, long least_length, long word_count,
  int32_t *items, int32_t *previous, uint64_t *following, int32_t *last_positions, int32_t *counts) {
  long length = 0;
  for (long sequence = 0; sequence < sequence_count; sequence++) {
    long start = length;
    for (long place = offsets[sequence]; place < offsets[sequence + 1]; place++) {
      items[length] = places[place];
      length += places[place] >= 0;
    }
    if (length - start < least_length) {
      length = start;
      continue;
    }
    for (long position = start; position < length; position++) {
      int32_t item = items[position], before = last_positions[item];
      int first = before < start;
      previous[position] = first ? -1 : before;
      counts[item] += first;
      last_positions[item] = (int32_t)position;
    }
    for (long word = 0; word < word_count; word++) {
      uint64_t seen = 0;
      for (long position = length - 1; position >= start; position--) {
        following[position * word_count + word] = seen;
        int32_t item = items[position];
        seen |= (uint64_t)(item >> 6 == word) << (item & 63);
      }
    }
  }
  return length;
}

HABITUS_DISPATCHED
void habitus_index_order(
  const int32_t *places, const int32_t *offsets, long sequence_count, long least_length, long item_count,
  long word_count, int32_t *items, int32_t *previous, uint64_t *following, int32_t *last_positions,
  int32_t *bucket_starts, int32_t *buckets, int32_t *counts) {
  for (long item = 0; item < item_count; item++) {
    last_positions[item] = -1;
    counts[item] = 0;
  }
  long length = take_items(
    places, offsets, sequence_count, least_length, word_count, items, previous, following, last_positions, counts);
  int32_t start = 0;
  for (long item = 0; item < item_count; item++) {
    bucket_starts[item] = start;
    start += counts[item] + 1;
    counts[item] = 0;
  }
  for (long position = 0; position < length; position++) {
    int32_t item = items[position];
    buckets[bucket_starts[item] + counts[item]] = (int32_t)position;
    counts[item] += previous[position] < 0;
  }
}

HABITUS_DISPATCHED
void habitus_extend_prefix(
  const int32_t *items, const int32_t *previous, const uint64_t *following, long item_count, long word_count,
  const int32_t *bucket_starts, int32_t *buckets, long from, long end_count, long to, int32_t *counts,
  long counts_offset) {
  const int32_t *ends = buckets + from;
  buckets += to;
  counts += counts_offset;
  memset(counts, 0, (size_t)item_count * sizeof(int32_t));
  for (long entry = 0; entry < end_count; entry++) {
    long end = ends[entry], remaining = 0;
    for (long word = 0; word < word_count; word++) {
      remaining += __builtin_popcountll(following[end * word_count + word]);
    }
    for (long position = end + 1; remaining > 0; position++) {
      // Written in any case, into the bucket's spare place if need be: no branch to mispredict.
      int32_t item = items[position];
      int first = previous[position] <= end;
      buckets[bucket_starts[item] + counts[item]] = (int32_t)position;
      counts[item] += first;
      remaining -= first;
    }
  }
}

enum { plane_count = 32 };

__attribute__((always_inline)) static inline uint64_t add_carry(uint64_t *sum, uint64_t first, uint64_t second) {
  uint64_t half = *sum ^ first, carry = (*sum & first) | (half & second);
  *sum = half ^ second;
  return carry;
}

/// Counts bits by their place: plane p holds digit p of 64 sums (Harley and Seal's carry-save adders).
///
/// - Returns: the number of planes.
__attribute__((always_inline)) static inline long bit_sums(
  const int32_t *ends, long end_count, const uint64_t *following, long stride, uint64_t *planes) {
  uint64_t ones = 0, twos = 0, fours = 0;
  long used = 3;
  for (long entry = 0; entry < end_count; entry += 8) {
    uint64_t masks[8] = {0};
    if (entry + 8 <= end_count) {
      for (int place = 0; place < 8; place++) masks[place] = following[ends[entry + place] * stride];
    } else {
      for (int place = 0; place < end_count - entry; place++) masks[place] = following[ends[entry + place] * stride];
    }
    uint64_t two0 = add_carry(&ones, masks[0], masks[1]), two1 = add_carry(&ones, masks[2], masks[3]);
    uint64_t four0 = add_carry(&twos, two0, two1);
    two0 = add_carry(&ones, masks[4], masks[5]);
    two1 = add_carry(&ones, masks[6], masks[7]);
    uint64_t four1 = add_carry(&twos, two0, two1);
    uint64_t carry = add_carry(&fours, four0, four1);
    for (long plane = 3; carry; plane++) {
      if (plane == used) planes[used++] = 0;
      uint64_t both = planes[plane] & carry;
      planes[plane] ^= carry;
      carry = both;
    }
  }
  planes[0] = ones;
  planes[1] = twos;
  planes[2] = fours;
  return used;
}

/// The lanes whose sum is at least `minimum`.
__attribute__((always_inline)) static inline uint64_t lanes_from(const uint64_t *planes, long used, long minimum) {
  if (minimum >> used) return 0;
  uint64_t greater = 0, equal = ~(uint64_t)0;
  for (long plane = used - 1; plane >= 0; plane--) {
    if (minimum >> plane & 1) {
      equal &= planes[plane];
    } else {
      greater |= equal & planes[plane];
      equal &= ~planes[plane];
    }
  }
  return greater | equal;
}

// Not dispatched: vectors would gather single words, which is slower.
long habitus_last_extensions(
  const int32_t *buckets, long from, const int32_t *bucket_starts, const int32_t *counts, long counts_offset,
  const uint64_t *following, long item_count, long word_count, long minimum, const int32_t *classes,
  const int32_t *word_classes, const int32_t *word_counts, const int32_t *rows, long rows_offset,
  const double *expected, const double *ceilings, long *next_item, int32_t *last_items, int32_t *added_items,
  int32_t *supports, long capacity) {
  long found = 0, last = *next_item;
  counts += counts_offset;
  for (; last < item_count && found + 64 * word_count <= capacity; last++) {
    long end_count = counts[last];
    if (end_count < minimum) continue;
    if (rows[rows_offset + classes[last]] < 0) break;
    const double *row = expected + rows[rows_offset + classes[last]];
    for (long word = 0; word < word_count; word++) {
      // No item of the word is expected in fewer sequences than the last, nor found in more than the first occurs.
      double rarest = row[word_classes[word]];
      if (rarest >= ceilings[end_count < word_counts[word] ? end_count : word_counts[word]]) continue;
      long least = minimum;
      while (rarest >= ceilings[least]) least++;
      uint64_t planes[plane_count];
      long used = bit_sums(buckets + from + bucket_starts[last], end_count, following + word, word_count, planes);
      for (uint64_t enough = lanes_from(planes, used, least); enough; enough &= enough - 1) {
        int lane = __builtin_ctzll(enough);
        int32_t support = 0;
        for (long plane = 0; plane < used; plane++) support |= (int32_t)(planes[plane] >> lane & 1) << plane;
        int32_t item = (int32_t)(word * 64 + lane);
        last_items[found] = (int32_t)last;
        added_items[found] = item;
        supports[found] = support;
        found += row[classes[item]] < ceilings[support];
      }
    }
  }
  *next_item = last;
  return found;
}

HABITUS_DISPATCHED
long habitus_items_below_ceilings(
  const int32_t *supports, long supports_offset, long item_count, long minimum, const int32_t *classes,
  const double *expected, long row, const double *ceilings, int32_t *items) {
  supports += supports_offset;
  expected += row;
  long found = 0;
  for (long item = 0; item < item_count; item++) {
    items[found] = (int32_t)item;
    found += supports[item] >= minimum && expected[classes[item]] < ceilings[supports[item]];
  }
  return found;
}

HABITUS_DISPATCHED
long habitus_extend_path(
  const int32_t *items, const int32_t *sequences, long place_count, const int32_t *bucket_starts, int32_t *buckets,
  long from, long end_count, long to, int32_t *counts, int32_t *supports, int32_t *last_sequences, int32_t *found,
  long to_item) {
  const int32_t *ends = buckets + from;
  buckets += to;
  counts += to_item;
  supports += to_item;
  found += to_item;
  long found_count = 0;
  for (long entry = 0; entry < end_count; entry++) {
    long place = ends[entry] + 1;
    if (place >= place_count || sequences[place] != sequences[place - 1] || items[place] < 0) continue;
    int32_t item = items[place];
    if (last_sequences[item] < 0) {
      found[found_count++] = item;
      counts[item] = supports[item] = 0;
    }
    buckets[bucket_starts[item] + counts[item]++] = (int32_t)place;
    supports[item] += last_sequences[item] != sequences[place];
    last_sequences[item] = sequences[place];
  }
  for (long place = 0; place < found_count; place++) last_sequences[found[place]] = -1;
  return found_count;
}
