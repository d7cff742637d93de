#include "CSimdJSON.h"

#include <algorithm>
#include <memory>
#include <new>

#include <simdjson.h>

static_assert(CSIMDJSON_PADDING >= simdjson::SIMDJSON_PADDING, "the padding promised is too short");

struct CSimdJSONIndexer {
  std::unique_ptr<simdjson::internal::dom_parser_implementation> parser;
};

CSimdJSONIndexer *csimdjson_create(void) {
  return new (std::nothrow) CSimdJSONIndexer();
}

void csimdjson_destroy(CSimdJSONIndexer *indexer) { delete indexer; }

int csimdjson_index(CSimdJSONIndexer *indexer, const uint8_t *text, size_t length, const uint32_t **positions,
                    size_t *count) {
  *positions = nullptr;
  *count = 0;
  if (!indexer->parser || indexer->parser->capacity() < length) {
    const size_t smallest = size_t(1) << 16;
    const size_t capacity = std::max(length + length / 4, smallest);
    auto error = simdjson::get_active_implementation()->create_dom_parser_implementation(
        capacity, simdjson::DEFAULT_MAX_DEPTH, indexer->parser);
    if (error) return int(error);
  }
  auto error = indexer->parser->stage1(text, length, simdjson::stage1_mode::regular);
  if (error) return int(error);
  *positions = indexer->parser->structural_indexes.get();
  *count = indexer->parser->n_structural_indexes;
  return 0;
}

const char *csimdjson_message(int code) { return simdjson::error_message(simdjson::error_code(code)); }
