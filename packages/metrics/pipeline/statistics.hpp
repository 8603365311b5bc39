// Numbers that summarise distances.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

inline double mean(const std::vector<double> &values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / values.size();
}

inline double maximum(const std::vector<double> &values) { return *std::max_element(values.begin(), values.end()); }

// Percentile with linear interpolation between the two nearest ranks, rounded as numpy does it (from the nearer end).
inline double percentile(std::vector<double> values, double percent) {
  const double position = percent / 100 * (values.size() - 1);
  const size_t rank = static_cast<size_t>(std::floor(position));
  const double share = position - rank;
  std::nth_element(values.begin(), values.begin() + rank, values.end());
  const double low = values[rank];
  if (rank + 1 >= values.size()) return low;
  const double high = *std::min_element(values.begin() + rank + 1, values.end());
  return share < 0.5 ? low + (high - low) * share : high - (high - low) * (1 - share);
}
