// The surface of a label as voxels: those that one erosion with the 6-neighbour cross (4 neighbours in 2-D) removes.
// Outside the array counts as background, so object voxels on the edge of the volume are surface (medpy, MONAI).
#pragma once

#include <cstdint>
#include <vector>

#include "volume.hpp"

// `flags` is 1 on the surface points of `grid`. `areas` holds their weights in scan order; without any, each counts as one.
struct Surface {
  Grid grid;
  std::vector<uint8_t> flags;
  std::vector<double> areas;
  size_t count = 0;
};

// `box` must hold all of the label.
inline Surface surfaceVoxels(const uint8_t *labels, uint8_t label, Grid grid, const Box &box, bool flat) {
  const Grid inner = box.grid();
  const int nx = inner.nx;
  Surface surface;
  surface.grid = inner;
  surface.flags.resize(inner.voxels());
  const std::vector<uint8_t> outside(nx, label ^ 1);
  const auto rowAt = [&](int y, int z) {
    if (y < 0 || y >= inner.ny || z < 0 || z >= inner.nz) return outside.data();
    return labels + (z + box.z0) * grid.plane() + static_cast<size_t>(y + box.y0) * grid.nx + box.x0;
  };
  for (int z = 0; z < inner.nz; z++) {
    for (int y = 0; y < inner.ny; y++) {
      const uint8_t *row = rowAt(y, z), *up = rowAt(y - 1, z), *down = rowAt(y + 1, z);
      // In 2-D there is no neighbour in z: the row stands in for it, which changes nothing.
      const uint8_t *front = flat ? row : rowAt(y, z - 1), *back = flat ? row : rowAt(y, z + 1);
      uint8_t *flags = &surface.flags[z * inner.plane() + static_cast<size_t>(y) * nx];
      flags[0] = row[0] == label;
      flags[nx - 1] = row[nx - 1] == label;
      for (int x = 1; x < nx - 1; x++) {
        // Not 0 if any of the neighbours has another label.
        const uint8_t other = (row[x - 1] ^ label) | (row[x + 1] ^ label) | (up[x] ^ label) | (down[x] ^ label) |
                              (front[x] ^ label) | (back[x] ^ label);
        flags[x] = (row[x] == label) & (other != 0);
      }
      unsigned count = 0;
      for (int x = 0; x < nx; x++) count += flags[x];
      surface.count += count;
    }
  }
  return surface;
}
