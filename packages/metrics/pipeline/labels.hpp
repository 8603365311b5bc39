// What two label maps hold, found in one scan: voxels of each label in each map, shared voxels, bounds.
#pragma once

#include <cstdint>
#include <vector>

#include "volume.hpp"

constexpr int labelCount = 256;

struct LabelCensus {
  size_t prediction = 0, reference = 0, shared = 0;
  Box box;  // around the label in both maps
};

// One entry a label value, 0 included. Rows without any label are passed over at once; the others go run by run.
inline std::vector<LabelCensus> takeCensus(const uint8_t *prediction, const uint8_t *reference, Grid grid) {
  LabelCensus none;
  none.box = Box::nothing(grid);
  std::vector<LabelCensus> census(labelCount, none);
  for (int z = 0; z < grid.nz; z++) {
    for (int y = 0; y < grid.ny; y++) {
      const size_t row = z * grid.plane() + static_cast<size_t>(y) * grid.nx;
      const uint8_t *p = prediction + row, *r = reference + row;
      uint8_t any = 0;
      for (int x = 0; x < grid.nx; x++) any |= p[x] | r[x];
      if (any == 0) continue;
      for (int first = 0, end; first < grid.nx; first = end) {
        const uint8_t predicted = p[first], expected = r[first];
        end = first + 1;
        while (end < grid.nx && p[end] == predicted && r[end] == expected) end++;
        if ((predicted | expected) == 0) continue;
        const size_t length = end - first;
        census[predicted].prediction += length;
        census[expected].reference += length;
        if (predicted == expected) census[predicted].shared += length;
        census[predicted].box.addRun(first, end - 1, y, z);
        census[expected].box.addRun(first, end - 1, y, z);
      }
    }
  }
  return census;
}
