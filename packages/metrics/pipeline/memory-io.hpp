// The memory interface that itk-wasm's runtime expects of a pipeline module.
//
// The runtime writes each input as arrays and one JSON text, calls main with the indices of inputs and outputs
// ("0 1 0 1 2 --memory-io"), and reads the outputs back. Only what this package needs is here: image inputs,
// JSON and binary outputs.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <emscripten.h>

namespace memory_io {

// Not a vector: it would clear megabytes that the runtime overwrites at once.
struct Block {
  std::unique_ptr<uint8_t[]> bytes;
  size_t size = 0;

  uint8_t *allocate(size_t n) {
    bytes.reset(new uint8_t[n > 0 ? n : 1]);
    size = n;
    return bytes.get();
  }
};

using Key = std::pair<uint32_t, uint32_t>;  // index of the input or output, index of its array

inline std::map<Key, Block> inputArrays;
inline std::map<uint32_t, std::string> inputTexts;
inline std::map<Key, std::vector<uint8_t>> outputArrays;
inline std::map<uint32_t, std::string> outputTexts;

// Numbers of a JSON array: key "size" of {"size":[3,4,5]} gives 3 4 5. The runtime writes JSON without blanks, and a
// quote inside a string is escaped there, so that a name cannot be taken for a key.
inline std::vector<double> numbers(const std::string &json, const std::string &key) {
  std::vector<double> values;
  const std::string opening = "\"" + key + "\":[";
  const size_t found = json.find(opening);
  if (found == std::string::npos) return values;
  const char *cursor = json.c_str() + found + opening.size();
  while (*cursor != '\0' && *cursor != ']') {
    char *end = nullptr;
    const double value = std::strtod(cursor, &end);
    if (end == cursor) break;
    values.push_back(value);
    cursor = *end == ',' ? end + 1 : end;
  }
  return values;
}

template <typename T>
inline void setOutput(uint32_t index, const T *values, size_t count) {
  const auto *bytes = reinterpret_cast<const uint8_t *>(values);
  outputArrays[{index, 0}].assign(bytes, bytes + count * sizeof(T));
}

}  // namespace memory_io

extern "C" {

EMSCRIPTEN_KEEPALIVE size_t itk_wasm_input_array_alloc(uint32_t, uint32_t index, uint32_t array, size_t size) {
  return reinterpret_cast<size_t>(memory_io::inputArrays[{index, array}].allocate(size));
}

EMSCRIPTEN_KEEPALIVE size_t itk_wasm_input_json_alloc(uint32_t, uint32_t index, size_t size) {
  auto &text = memory_io::inputTexts[index];
  text.assign(size, ' ');
  return reinterpret_cast<size_t>(text.data());
}

EMSCRIPTEN_KEEPALIVE size_t itk_wasm_output_json_address(uint32_t, uint32_t index) {
  return reinterpret_cast<size_t>(memory_io::outputTexts[index].c_str());
}

EMSCRIPTEN_KEEPALIVE size_t itk_wasm_output_json_size(uint32_t, uint32_t index) {
  return memory_io::outputTexts[index].size();
}

EMSCRIPTEN_KEEPALIVE size_t itk_wasm_output_array_address(uint32_t, uint32_t index, uint32_t array) {
  return reinterpret_cast<size_t>(memory_io::outputArrays[{index, array}].data());
}

EMSCRIPTEN_KEEPALIVE size_t itk_wasm_output_array_size(uint32_t, uint32_t index, uint32_t array) {
  return memory_io::outputArrays[{index, array}].size();
}

EMSCRIPTEN_KEEPALIVE void itk_wasm_free_all() {
  memory_io::inputArrays.clear();
  memory_io::inputTexts.clear();
  memory_io::outputArrays.clear();
  memory_io::outputTexts.clear();
}

}
