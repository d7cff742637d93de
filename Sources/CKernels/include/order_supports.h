#ifndef HABITUS_ORDER_SUPPORTS_H
#define HABITUS_ORDER_SUPPORTS_H

#include <stdint.h>

// Patterns of sequences of items 0..<item_count that stand one after the other. Arrays by position hold an entry an
// item of the sequences:
//
// - items: the item.
// - previous: the last position before in the same sequence with the same item, or −1.
// - following: `word_count` words a position: bit i % 64 of word i / 64 says whether item i follows in the sequence.
//
// Where the embeddings of prefixes end stands in buckets, one an item that they end with: that of item i starts at
// `bucket_starts[i]` and has room for one position a sequence, and one more. `buckets` holds such a level after the
// other, from `from` and `to` on where a function reads and writes.

/// Takes over an order of items: −1 for those to leave out; sequences that are then shorter than `least_length` are
/// left out too. Fills the arrays by position, and the buckets and counts of level 0: first positions of every item.
///
/// - places: items by place.
/// - offsets: where each of `sequence_count` sequences starts, and at last where the last one ends.
/// - last_positions: scratch for one number an item.
void habitus_index_order(
  const int32_t *places, const int32_t *offsets, long sequence_count, long least_length, long item_count,
  long word_count, int32_t *items, int32_t *previous, uint64_t *following, int32_t *last_positions,
  int32_t *bucket_starts, int32_t *buckets, int32_t *counts);

/// The prefixes that are an item longer than the one whose first embeddings end at `end_count` positions from
/// `buckets[from]` on, one a sequence: for every item puts where the longer one's first embeddings end into its bucket
/// of the level at `to`, and their number into `counts`.
void habitus_extend_prefix(
  const int32_t *items, const int32_t *previous, const uint64_t *following, long item_count, long word_count,
  const int32_t *bucket_starts, int32_t *buckets, long from, long end_count, long to, int32_t *counts,
  long counts_offset);

/// The patterns that are an item longer than the prefixes of the level at `from`, of `counts` embeddings, that are worth
/// a look: those that `minimum` sequences or more contain, at least 1, and whose expected support is below
/// `ceilings[support]`, which never falls with the support.
///
/// Items must come by falling frequency.
///
/// - classes: of every item.
/// - word_classes, word_counts: of the items of every word the class of the last, and how often the first one occurs.
/// - rows: from `rows_offset` on by class, where the expected supports of a prefix with a last item of that class begin;
///   at −1 the search stops.
/// - expected: from each row on by class of the added item, 0 where it is not known.
/// - next_item: the last item of the first prefix to extend; afterwards of the first that is left to do.
/// - last_items, added_items, supports: the last item of a prefix, the added one and the support, for at most
///   `capacity` patterns, at least `64 * word_count`.
/// - Returns: the number of patterns found.
long habitus_last_extensions(
  const int32_t *buckets, long from, const int32_t *bucket_starts, const int32_t *counts, long counts_offset,
  const uint64_t *following, long item_count, long word_count, long minimum, const int32_t *classes,
  const int32_t *word_classes, const int32_t *word_counts, const int32_t *rows, long rows_offset,
  const double *expected, const double *ceilings, long *next_item, int32_t *last_items, int32_t *added_items,
  int32_t *supports, long capacity);

/// Which items, with a support of `minimum` or more, are worth a look as above.
///
/// - supports: from `supports_offset` on of every item.
/// - Returns: the number of items found.
long habitus_items_below_ceilings(
  const int32_t *supports, long supports_offset, long item_count, long minimum, const int32_t *classes,
  const double *expected, long row, const double *ceilings, int32_t *items);

/// The paths that are an item longer than the one whose occurrences end at `end_count` places from `buckets[from]` on,
/// rising; buckets have room for all occurrences of their item.
///
/// - items, sequences: of every place; items may be −1, which no path contains.
/// - counts, supports: from `to_item` on of every item the number of occurrences, and of sequences with one; only those
///   of items that occur are written.
/// - last_sequences: scratch for one number an item, −1 for every item, and so again afterwards.
/// - found: from `to_item` on the items that occur next.
/// - Returns: their number.
long habitus_extend_path(
  const int32_t *items, const int32_t *sequences, long place_count, const int32_t *bucket_starts, int32_t *buckets,
  long from, long end_count, long to, int32_t *counts, int32_t *supports, int32_t *last_sequences, int32_t *found,
  long to_item);

#endif
