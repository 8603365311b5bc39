// Exact Euclidean distances from the voxels of one surface to the nearest voxel of another.
//
// Squared distances separate by axis: along x by two scans, along y as the lower envelope of parabolas (Felzenszwalb
// and Huttenlocher 2012; Maurer 2003), along z only where a distance is asked for and no further than the best so far
// (surfaces to compare lie close together). Everything in double precision.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

#include "surface.hpp"

struct Spacing {
  double x, y, z;
};

constexpr double unreached = std::numeric_limits<double>::infinity();

// Lower envelope of the parabolas values[k] + (position - positions[k])^2, for ascending positions.
class Envelope {
 public:
  explicit Envelope(size_t capacity) : heights(capacity), centres(capacity) {}

  void clear() { size = 0; }

  void add(double height, double centre) {
    while (size >= 2) {
      // The last parabola is hidden if the new one meets the one before it earlier than the last does.
      const double a = centres[size - 1] - centres[size - 2];
      const double b = centre - centres[size - 1];
      const double c = a + b;
      if (c * heights[size - 1] - b * heights[size - 2] - a * height - a * b * c <= 0) break;
      size--;
    }
    heights[size] = height;
    centres[size] = centre;
    size++;
  }

  // Evaluates at 0, step, 2*step, ... and hands each value to `put(k, value)`.
  template <typename Put>
  void evaluate(int count, double step, Put put) const {
    size_t at = 0;
    for (int k = 0; k < count; k++) {
      const double position = k * step;
      double value = valueAt(at, position);
      while (at + 1 < size) {
        const double next = valueAt(at + 1, position);
        if (next > value) break;
        value = next;
        at++;
      }
      put(k, value);
    }
  }

 private:
  double valueAt(size_t k, double position) const {
    const double t = centres[k] - position;
    return heights[k] + t * t;
  }

  std::vector<double> heights, centres;
  size_t size = 0;
};

// Squared distance of every voxel of one slice to the slice's own surface voxels. False if the slice has none.
class SliceTransform {
 public:
  SliceTransform(Grid grid, Spacing spacing) : grid(grid), spacing(spacing), along(grid.plane()), envelope(grid.ny) {}

  bool run(const uint8_t *flags, double *squared) {
    rows.clear();
    for (int y = 0; y < grid.ny; y++) {
      if (scanRow(flags + static_cast<size_t>(y) * grid.nx, &along[rows.size() * grid.nx])) rows.push_back(y);
    }
    if (rows.empty()) return false;
    const int nx = grid.nx;
    for (int x = 0; x < nx; x++) {
      envelope.clear();
      for (size_t k = 0; k < rows.size(); k++) envelope.add(along[k * nx + x], rows[k] * spacing.y);
      envelope.evaluate(grid.ny, spacing.y, [=](int y, double value) { squared[static_cast<size_t>(y) * nx + x] = value; });
    }
    return true;
  }

 private:
  bool scanRow(const uint8_t *flags, double *out) const {
    uint8_t any = 0;
    for (int x = 0; x < grid.nx; x++) any |= flags[x];
    if (any == 0) return false;
    double steps = unreached;
    for (int x = 0; x < grid.nx; x++) {
      steps = flags[x] ? 0 : steps + 1;
      out[x] = steps;
    }
    steps = unreached;
    for (int x = grid.nx - 1; x >= 0; x--) {
      steps = flags[x] ? 0 : steps + 1;
      const double length = std::min(out[x], steps) * spacing.x;
      out[x] = length * length;
    }
    return true;
  }

  Grid grid;
  Spacing spacing;
  std::vector<double> along;  // [active row, x]
  std::vector<int> rows;      // rows that hold surface voxels
  Envelope envelope;
};

// Distances of the voxels of `from` to the nearest voxel of `to`, in scan order (x fastest). Neither may be empty.
inline std::vector<double> surfaceToSurface(const Surface &from, const Surface &to, Grid grid, Spacing spacing) {
  const size_t plane = grid.plane();
  std::unique_ptr<double[]> squared(new double[grid.voxels()]);
  SliceTransform transform(grid, spacing);
  std::vector<uint8_t> reached(grid.nz);  // slices that hold surface voxels of `to`
  for (int z = 0; z < grid.nz; z++) reached[z] = transform.run(&to.flags[z * plane], &squared[z * plane]);

  std::vector<double> distances;
  distances.reserve(from.count);
  for (int z = 0; z < grid.nz; z++) {
    for (size_t i = 0; i < plane; i++) {
      if (!from.flags[z * plane + i]) continue;
      double best = reached[z] ? squared[z * plane + i] : unreached;
      for (int away = 1; away < grid.nz; away++) {
        const double length = away * spacing.z, least = length * length;
        if (least >= best) break;
        const int below = z - away, above = z + away;
        if (below >= 0 && reached[below]) best = std::min(best, squared[below * plane + i] + least);
        if (above < grid.nz && reached[above]) best = std::min(best, squared[above * plane + i] + least);
      }
      distances.push_back(std::sqrt(best));
    }
  }
  return distances;
}
