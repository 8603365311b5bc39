// The surface of a label as elements (DeepMind's surface-distance): the corners at which voxels inside and outside meet,
// each weighted by the area (in 2-D the length) of the marching-cubes patch between the 8 (4) voxels around it.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include "surface.hpp"

// Which of the voxels around a corner are inside: bit dx + 2 dy + 4 dz.
using Corner = int;

// The patches of the 14 corners that all others are turned, mirrored or inverted from: components of the triangles' normals
// without their signs, in eighths, the length of a normal being the triangle's area. Figures: surface-distance 0.1,
// lookup_tables.py, whose 256 entries are these 14 under the symmetries.
struct Patch {
  Corner inside;
  int triangles;
  uint8_t normals[4][3];
};

constexpr Patch patches[] = {
    {0b00000000, 0, {}},
    {0b00000001, 1, {{1, 1, 1}}},
    {0b00000011, 2, {{0, 2, 2}, {0, 2, 2}}},
    {0b00000110, 2, {{1, 1, 1}, {1, 1, 1}}},
    {0b00000111, 3, {{1, 1, 1}, {2, 2, 2}, {0, 0, 4}}},
    {0b00001111, 2, {{0, 0, 4}, {0, 0, 4}}},
    {0b00010110, 3, {{1, 1, 1}, {1, 1, 1}, {1, 1, 1}}},
    {0b00010111, 4, {{1, 1, 1}, {2, 2, 2}, {2, 2, 2}, {1, 1, 1}}},
    {0b00011000, 2, {{1, 1, 1}, {1, 1, 1}}},
    {0b00011001, 3, {{2, 2, 0}, {2, 2, 0}, {1, 1, 1}}},
    {0b00011011, 4, {{3, 3, 3}, {2, 0, 2}, {1, 1, 1}, {2, 2, 0}}},
    {0b00011110, 4, {{0, 0, 4}, {2, 2, 2}, {1, 1, 1}, {1, 1, 1}}},
    {0b00111100, 4, {{0, 2, 2}, {0, 2, 2}, {0, 2, 2}, {0, 2, 2}}},
    {0b01101001, 4, {{1, 1, 1}, {1, 1, 1}, {1, 1, 1}, {1, 1, 1}}},
};

// Area by corner, 3-D.
inline std::array<double, 256> patchAreas(Spacing spacing) {
  const double face[3] = {spacing.y * spacing.z, spacing.x * spacing.z, spacing.x * spacing.y};
  constexpr int turns[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
  std::array<double, 256> areas{};
  for (const Patch &patch : patches) {
    for (const auto &axis : turns) {
      double area = 0;
      for (int t = 0; t < patch.triangles; t++) {
        double squared = 0;
        for (int k = 0; k < 3; k++) {
          const double component = patch.normals[t][k] / 8.0 * face[axis[k]];
          squared += component * component;
        }
        area += std::sqrt(squared);
      }
      for (int mirrored = 0; mirrored < 8; mirrored++) {
        Corner turned = 0;
        for (int voxel = 0; voxel < 8; voxel++) {
          if (!(patch.inside >> voxel & 1)) continue;
          int place = 0;
          for (int k = 0; k < 3; k++) place |= (voxel >> k & 1) << axis[k];
          turned |= 1 << (place ^ mirrored);
        }
        areas[turned] = areas[turned ^ 0xff] = area;
      }
    }
  }
  return areas;
}

// Length by corner, 2-D: bits 0 to 3 only.
inline std::array<double, 256> contourLengths(Spacing spacing) {
  const double cut = 0.5 * std::hypot(spacing.x, spacing.y);  // between the middles of two sides
  std::array<double, 256> lengths{};
  for (const Corner one : {0b0001, 0b0010, 0b0100, 0b1000}) lengths[one] = lengths[one ^ 0b1111] = cut;
  lengths[0b0011] = lengths[0b1100] = spacing.x;
  lengths[0b0101] = lengths[0b1010] = spacing.y;
  lengths[0b0110] = lengths[0b1001] = 2 * cut;
  return lengths;
}

// `box` must hold all of the label. The corners are one more than the voxels along each axis (but not along z in 2-D).
inline Surface surfaceElements(const uint8_t *labels, uint8_t label, Grid grid, const Box &box, bool flat, Spacing spacing) {
  const Grid voxels = box.grid();
  const Grid corners = {voxels.nx + 1, voxels.ny + 1, flat ? 1 : voxels.nz + 1};
  const auto areas = flat ? contourLengths(spacing) : patchAreas(spacing);
  const Corner full = flat ? 0b1111 : 0b11111111;
  Surface surface;
  surface.grid = corners;
  surface.flags.resize(corners.voxels());
  // Inside or not, with a border of background: [row above, row][x from -1 to nx] of the slice below and this one.
  const int width = voxels.nx + 2;
  std::vector<uint8_t> rows(4 * static_cast<size_t>(width));
  const auto load = [&](int slot, int y, int z) {
    uint8_t *inside = &rows[slot * static_cast<size_t>(width)];
    if (y < 0 || y >= voxels.ny || z < 0 || z >= voxels.nz) {
      std::fill(inside, inside + width, 0);
      return;
    }
    const uint8_t *row = labels + (z + box.z0) * grid.plane() + static_cast<size_t>(y + box.y0) * grid.nx + box.x0;
    for (int x = 0; x < voxels.nx; x++) inside[x + 1] = row[x] == label;
  };
  for (int z = 0; z < corners.nz; z++) {
    for (int y = 0; y < corners.ny; y++) {
      load(0, y - 1, flat ? 0 : z - 1);
      load(1, y, flat ? 0 : z - 1);
      if (!flat) {
        load(2, y - 1, z);
        load(3, y, z);
      }
      uint8_t *flags = &surface.flags[z * corners.plane() + static_cast<size_t>(y) * corners.nx];
      for (int x = 0; x < corners.nx; x++) {
        Corner corner = 0;
        for (int slot = 0; slot < 4; slot++) {
          const uint8_t *inside = &rows[slot * static_cast<size_t>(width) + x];
          corner |= (inside[0] | inside[1] << 1) << 2 * slot;
        }
        flags[x] = corner != 0 && corner != full;
        if (flags[x]) surface.areas.push_back(areas[corner]);
      }
    }
  }
  surface.count = surface.areas.size();
  return surface;
}
