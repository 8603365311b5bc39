// Surfaces of binary masks: the voxels that one erosion with the 6-neighbour cross (4 neighbours in 2-D) removes.
// Outside the array counts as background, so object voxels on the edge of the volume are surface (as in medpy).
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

struct Grid {
  int nx, ny, nz;

  size_t plane() const { return static_cast<size_t>(nx) * ny; }
  size_t voxels() const { return plane() * nz; }
};

// Inclusive bounds; empty while x1 < x0.
struct Box {
  int x0, x1, y0, y1, z0, z1;

  bool empty() const { return x1 < x0; }
  Grid grid() const { return {x1 - x0 + 1, y1 - y0 + 1, z1 - z0 + 1}; }
};

// The smallest box around both masks. A whole row is tested at once; single voxels are looked at only where they could
// widen the box.
inline Box unionBox(const uint8_t *a, const uint8_t *b, Grid grid) {
  Box box = {grid.nx, -1, grid.ny, -1, grid.nz, -1};
  for (int z = 0; z < grid.nz; z++) {
    for (int y = 0; y < grid.ny; y++) {
      const size_t row = z * grid.plane() + static_cast<size_t>(y) * grid.nx;
      const uint8_t *p = a + row, *q = b + row;
      uint8_t any = 0;
      for (int x = 0; x < grid.nx; x++) any |= p[x] | q[x];
      if (any == 0) continue;
      int first = 0;
      while (first < box.x0 && (p[first] | q[first]) == 0) first++;
      int last = grid.nx - 1;
      while (last > box.x1 && (p[last] | q[last]) == 0) last--;
      box.x0 = std::min(box.x0, first);
      box.x1 = std::max(box.x1, last);
      box.y0 = std::min(box.y0, y);
      box.y1 = std::max(box.y1, y);
      box.z0 = std::min(box.z0, z);
      box.z1 = z;
    }
  }
  return box;
}

// The surface of a mask inside a box that holds all of it: `flags` is 1 on surface voxels of the box.
struct Surface {
  std::vector<uint8_t> flags;
  size_t count = 0;
};

inline Surface surfaceOf(const uint8_t *mask, Grid grid, const Box &box, bool flat) {
  const Grid inner = box.grid();
  const int nx = inner.nx;
  Surface surface;
  surface.flags.resize(inner.voxels());
  const std::vector<uint8_t> outside(nx, 0);
  const auto rowAt = [&](int y, int z) {
    if (y < 0 || y >= inner.ny || z < 0 || z >= inner.nz) return outside.data();
    return mask + (z + box.z0) * grid.plane() + static_cast<size_t>(y + box.y0) * grid.nx + box.x0;
  };
  for (int z = 0; z < inner.nz; z++) {
    for (int y = 0; y < inner.ny; y++) {
      const uint8_t *row = rowAt(y, z), *up = rowAt(y - 1, z), *down = rowAt(y + 1, z);
      // In 2-D there is no neighbour in z: the row stands in for it, which changes nothing.
      const uint8_t *front = flat ? row : rowAt(y, z - 1), *back = flat ? row : rowAt(y, z + 1);
      uint8_t *flags = &surface.flags[z * inner.plane() + static_cast<size_t>(y) * nx];
      flags[0] = row[0];
      flags[nx - 1] = row[nx - 1];
      for (int x = 1; x < nx - 1; x++) {
        const uint8_t kept = row[x - 1] & row[x + 1] & up[x] & down[x] & front[x] & back[x];
        flags[x] = row[x] & (kept ^ 1);
      }
      unsigned count = 0;
      for (int x = 0; x < nx; x++) count += flags[x];
      surface.count += count;
    }
  }
  return surface;
}
