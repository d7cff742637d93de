/// The first stage of simdjson (Langdale and Lemire, "Parsing Gigabytes of JSON per Second", VLDB Journal 28, 2019,
/// https://doi.org/10.1007/s00778-019-00578-5) for C callers: where the tokens of a JSON text begin.
///
/// The library picks the instructions (AVX-512, AVX2, SSE4.2, none) when the program runs.
#ifndef CSIMDJSON_H
#define CSIMDJSON_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Memory for the positions of one text; not for two threads at a time.
typedef struct CSimdJSONIndexer CSimdJSONIndexer;

/// How many readable bytes have to follow every text.
#define CSIMDJSON_PADDING 64

/// Makes an indexer, or returns NULL when there is no memory.
CSimdJSONIndexer *csimdjson_create(void);

/// Frees an indexer.
void csimdjson_destroy(CSimdJSONIndexer *indexer);

/// Finds the first byte of every token outside strings: brackets, braces, colons, commas, opening quotes, and the first
/// byte of every number or word. Checks UTF-8, that strings are closed, and that they hold no control characters.
///
/// Several texts in a row, separated by newlines, can be indexed at once.
///
/// @param text `length` bytes followed by CSIMDJSON_PADDING readable ones.
/// @param positions set to `*count` ascending positions, valid until the next call.
/// @return 0, or simdjson's error code.
int csimdjson_index(CSimdJSONIndexer *indexer, const uint8_t *text, size_t length, const uint32_t **positions,
                    size_t *count);

/// What an error code means, in simdjson's words.
const char *csimdjson_message(int code);

#ifdef __cplusplus
}
#endif

#endif
