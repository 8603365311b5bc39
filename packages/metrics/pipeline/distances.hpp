// Exact Euclidean distances from the points of one surface to the nearest point of another, in double precision.
//
// Surfaces to compare lie close together, so each point first looks around itself: rows at growing distance, in each the
// nearest point along x, known from two scans. Only where that finds nothing near, squared distances of whole slices are
// computed (lower envelope of parabolas along y; Felzenszwalb and Huttenlocher 2012, Maurer 2003) and searched along z.
// Both add the squares in the order x, y, z.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

#include "surface.hpp"

constexpr double unreached = std::numeric_limits<double>::infinity();

// (k * step)^2 for k from 0.
inline std::vector<double> squares(int count, double step) {
  std::vector<double> values(count);
  for (int k = 0; k < count; k++) values[k] = (k * step) * (k * step);
  return values;
}

// Steps along x to the nearest surface point of the same row.
class RowSteps {
 public:
  // Axes are shorter than this (the pipeline refuses others).
  static constexpr uint16_t none = 0xffff;

  explicit RowSteps(const Surface &surface) : nx(surface.grid.nx), occupied(surface.grid.voxels() / nx) {
    steps.reset(new uint16_t[surface.grid.voxels()]);
    for (size_t row = 0; row < occupied.size(); row++) {
      const uint8_t *flags = &surface.flags[row * nx];
      uint8_t any = 0;
      for (int x = 0; x < nx; x++) any |= flags[x];
      occupied[row] = any;
      if (any) scan(flags, &steps[row * nx]);
    }
  }

  bool has(size_t row) const { return occupied[row] != 0; }
  const uint16_t *at(size_t row) const { return &steps[row * nx]; }

 private:
  void scan(const uint8_t *flags, uint16_t *out) const {
    uint16_t count = none;
    for (int x = 0; x < nx; x++) {
      count = flags[x] ? 0 : count == none ? none : count + 1;
      out[x] = count;
    }
    count = none;
    for (int x = nx - 1; x >= 0; x--) {
      count = flags[x] ? 0 : count == none ? none : count + 1;
      out[x] = std::min(out[x], count);
    }
  }

  int nx;
  std::vector<uint8_t> occupied;
  std::unique_ptr<uint16_t[]> steps;
};

// Looks for the nearest point row by row, the nearest rows first, as far as it knows them in order.
class NearSearch {
 public:
  NearSearch(const RowSteps &rows, Grid grid, Spacing spacing)
      : rows(rows), grid(grid), alongX(squares(grid.nx, spacing.x)), alongY(squares(grid.ny, spacing.y)),
        alongZ(squares(grid.nz, spacing.z)), budget(grid.voxels()) {
    // All offsets below `limit` are in the list; beyond it an offset that is not could be nearer.
    const int maxY = std::min(grid.ny - 1, reach), maxZ = std::min(grid.nz - 1, reach);
    limit = std::min(maxY == grid.ny - 1 ? unreached : alongY[maxY + 1], maxZ == grid.nz - 1 ? unreached : alongZ[maxZ + 1]);
    for (int dz = 0; dz <= maxZ; dz++) {
      for (int dy = 0; dy <= maxY; dy++) {
        const double squared = alongY[dy] + alongZ[dz];
        if (squared < limit) offsets.push_back({squared, dy, dz});
      }
    }
    std::sort(offsets.begin(), offsets.end(), [](const Offset &a, const Offset &b) { return a.squared < b.squared; });
  }

  // Squared distance from (x, y, z), or infinity if it is not known.
  double from(int x, int y, int z) {
    double best = unreached;
    for (const Offset &offset : offsets) {
      if (offset.squared >= best) return best;
      const int ys[2] = {y - offset.dy, y + offset.dy}, zs[2] = {z - offset.dz, z + offset.dz};
      for (int j = 0; j < (offset.dz ? 2 : 1); j++) {
        if (zs[j] < 0 || zs[j] >= grid.nz) continue;
        for (int i = 0; i < (offset.dy ? 2 : 1); i++) {
          if (ys[i] < 0 || ys[i] >= grid.ny) continue;
          const size_t row = static_cast<size_t>(zs[j]) * grid.ny + ys[i];
          if (!rows.has(row)) continue;
          best = std::min(best, (alongX[rows.at(row)[x]] + alongY[offset.dy]) + alongZ[offset.dz]);
        }
      }
      visits++;
    }
    return best <= limit ? best : unreached;
  }

  // Looking further costs more than whole slices do.
  bool exhausted() const { return visits > budget; }

 private:
  static constexpr int reach = 32;

  struct Offset {
    double squared;
    int dy, dz;
  };

  const RowSteps &rows;
  Grid grid;
  std::vector<double> alongX, alongY, alongZ;
  std::vector<Offset> offsets;
  double limit;
  size_t visits = 0, budget;
};

// Lower envelope of the parabolas heights[k] + ((index - centres[k]) * step)^2, for ascending centres.
class Envelope {
 public:
  Envelope(size_t capacity, double step) : step(step), heights(capacity), centres(capacity) {}

  void clear() { size = 0; }

  void add(double height, int centre) {
    while (size >= 2) {
      // The last parabola is hidden if the new one meets the one before it earlier than the last does.
      const double a = (centres[size - 1] - centres[size - 2]) * step;
      const double b = (centre - centres[size - 1]) * step;
      const double c = a + b;
      if (c * heights[size - 1] - b * heights[size - 2] - a * height - a * b * c <= 0) break;
      size--;
    }
    heights[size] = height;
    centres[size] = centre;
    size++;
  }

  // Evaluates at 0, 1, 2, ... and hands each value to `put(index, value)`.
  template <typename Put>
  void evaluate(int count, Put put) const {
    size_t at = 0;
    for (int index = 0; index < count; index++) {
      double value = valueAt(at, index);
      while (at + 1 < size) {
        const double next = valueAt(at + 1, index);
        if (next > value) break;
        value = next;
        at++;
      }
      put(index, value);
    }
  }

 private:
  double valueAt(size_t k, int index) const {
    const double t = (centres[k] - index) * step;
    return heights[k] + t * t;
  }

  double step;
  std::vector<double> heights;
  std::vector<int> centres;
  size_t size = 0;
};

// Squared distances of all points to a surface: within their slice computed at once, along z searched when asked for.
class SliceDistances {
 public:
  SliceDistances(const RowSteps &rows, Grid grid, Spacing spacing)
      : grid(grid), squared(new double[grid.voxels()]), reached(grid.nz), alongZ(squares(grid.nz, spacing.z)) {
    const auto alongX = squares(grid.nx, spacing.x);
    Envelope envelope(grid.ny, spacing.y);
    std::vector<int> occupied;
    for (int z = 0; z < grid.nz; z++) {
      const size_t firstRow = static_cast<size_t>(z) * grid.ny;
      occupied.clear();
      for (int y = 0; y < grid.ny; y++) {
        if (rows.has(firstRow + y)) occupied.push_back(y);
      }
      reached[z] = !occupied.empty();
      if (occupied.empty()) continue;
      double *slice = &squared[z * grid.plane()];
      const int nx = grid.nx;
      for (int x = 0; x < nx; x++) {
        envelope.clear();
        for (const int y : occupied) envelope.add(alongX[rows.at(firstRow + y)[x]], y);
        envelope.evaluate(grid.ny, [=](int y, double value) { slice[static_cast<size_t>(y) * nx + x] = value; });
      }
    }
  }

  double from(int x, int y, int z) const {
    const size_t place = static_cast<size_t>(y) * grid.nx + x, plane = grid.plane();
    double best = reached[z] ? squared[z * plane + place] : unreached;
    for (int away = 1; away < grid.nz; away++) {
      const double least = alongZ[away];
      if (least >= best) break;
      const int below = z - away, above = z + away;
      if (below >= 0 && reached[below]) best = std::min(best, squared[below * plane + place] + least);
      if (above < grid.nz && reached[above]) best = std::min(best, squared[above * plane + place] + least);
    }
    return best;
  }

 private:
  Grid grid;
  std::unique_ptr<double[]> squared;
  std::vector<uint8_t> reached;  // slices that hold surface points
  std::vector<double> alongZ;
};

// Distances of the points of `from` to the nearest point of `to`, in scan order (x fastest). Neither may be empty.
inline std::vector<double> surfaceToSurface(const Surface &from, const Surface &to, Spacing spacing) {
  const Grid grid = from.grid;
  const RowSteps rows(to);
  NearSearch near(rows, grid, spacing);
  std::unique_ptr<SliceDistances> far;
  std::vector<double> distances;
  distances.reserve(from.count);
  for (int z = 0; z < grid.nz; z++) {
    for (int y = 0; y < grid.ny; y++) {
      const uint8_t *flags = &from.flags[z * grid.plane() + static_cast<size_t>(y) * grid.nx];
      for (int x = 0; x < grid.nx; x++) {
        if (!flags[x]) continue;
        double squared = near.exhausted() ? unreached : near.from(x, y, z);
        if (squared == unreached) {
          if (!far) far.reset(new SliceDistances(rows, grid, spacing));
          squared = far->from(x, y, z);
        }
        distances.push_back(std::sqrt(squared));
      }
    }
  }
  return distances;
}
