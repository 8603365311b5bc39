// Where voxels lie: x fastest, then y, then z.
#pragma once

#include <algorithm>
#include <cstddef>

struct Grid {
  int nx, ny, nz;

  size_t plane() const { return static_cast<size_t>(nx) * ny; }
  size_t voxels() const { return plane() * nz; }
};

struct Spacing {
  double x, y, z;
};

// Inclusive bounds; empty while x1 < x0.
struct Box {
  int x0, x1, y0, y1, z0, z1;

  static Box nothing(Grid grid) { return {grid.nx, -1, grid.ny, -1, grid.nz, -1}; }
  bool empty() const { return x1 < x0; }
  Grid grid() const { return {x1 - x0 + 1, y1 - y0 + 1, z1 - z0 + 1}; }

  void addRun(int first, int last, int y, int z) {
    x0 = std::min(x0, first);
    x1 = std::max(x1, last);
    y0 = std::min(y0, y);
    y1 = std::max(y1, y);
    z0 = std::min(z0, z);
    z1 = std::max(z1, z);
  }
};
