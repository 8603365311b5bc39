// Numbers that summarise distances.
#pragma once

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

// Whose figures these are: the libraries weigh, rank and round differently.
enum class Definition { medpy, monai, deepmind };

// Sum in numpy's order (pairwise, blocks of 128 over eight accumulators), so that what hangs on its last bit, a cumulative
// share that just reaches 95%, falls as it does there.
inline double sum(const double *values, size_t count) {
  if (count < 8) {
    double total = 0;
    for (size_t i = 0; i < count; i++) total += values[i];
    return total;
  }
  if (count <= 128) {
    double part[8];
    for (size_t k = 0; k < 8; k++) part[k] = values[k];
    size_t i = 8;
    for (; i + 8 <= count; i += 8) {
      for (size_t k = 0; k < 8; k++) part[k] += values[i + k];
    }
    double total = ((part[0] + part[1]) + (part[2] + part[3])) + ((part[4] + part[5]) + (part[6] + part[7]));
    for (; i < count; i++) total += values[i];
    return total;
  }
  const size_t half = count / 2 - count / 2 % 8;
  return sum(values, half) + sum(values + half, count - half);
}

// Distances and, under deepmind, their weights.
struct Sample {
  std::vector<double> distances, weights;

  static Sample pool(const Sample &a, const Sample &b) {
    Sample both = a;
    both.distances.insert(both.distances.end(), b.distances.begin(), b.distances.end());
    both.weights.insert(both.weights.end(), b.weights.begin(), b.weights.end());
    return both;
  }
};

struct Summary {
  double mean, percentile95, maximum;
};

// Percentile with linear interpolation between the two nearest ranks, rounded as numpy does it (from the nearer end).
// `Real` is the precision of the rank and of the interpolation: numpy's double, or torch's float, whose rank among thousands
// is off by enough to be seen.
template <typename Real>
double percentile(std::vector<double> values, double percent) {
  const Real position = static_cast<Real>(percent / 100) * static_cast<Real>(values.size() - 1);
  const size_t rank = static_cast<size_t>(std::floor(position));
  const Real share = position - static_cast<Real>(rank);
  std::nth_element(values.begin(), values.begin() + rank, values.end());
  const Real low = static_cast<Real>(values[rank]);
  if (rank + 1 >= values.size()) return low;
  const Real high = static_cast<Real>(*std::min_element(values.begin() + rank + 1, values.end()));
  return share < Real(0.5) ? low + (high - low) * share : high - (high - low) * (1 - share);
}

// The smallest distance within which `percent` of the weight lies.
inline double weightedPercentile(const Sample &sample, double percent) {
  std::vector<std::pair<double, double>> sorted(sample.distances.size());
  for (size_t i = 0; i < sorted.size(); i++) sorted[i] = {sample.distances[i], sample.weights[i]};
  std::sort(sorted.begin(), sorted.end());
  std::vector<double> weights(sorted.size());
  for (size_t i = 0; i < sorted.size(); i++) weights[i] = sorted[i].second;
  const double total = sum(weights.data(), weights.size());
  double reached = 0;
  for (const auto &[distance, weight] : sorted) {
    reached += weight;
    if (reached / total >= percent / 100) return distance;
  }
  return sorted.back().first;
}

inline Summary summarise(const Sample &sample, Definition definition) {
  const auto &[distances, weights] = sample;
  const double maximum = *std::max_element(distances.begin(), distances.end());
  if (definition != Definition::deepmind) {
    const double percentile95 = definition == Definition::monai ? percentile<float>(distances, 95) : percentile<double>(distances, 95);
    return {sum(distances.data(), distances.size()) / distances.size(), percentile95, maximum};
  }
  std::vector<double> moments(distances.size());
  for (size_t i = 0; i < moments.size(); i++) moments[i] = distances[i] * weights[i];
  const double mean = sum(moments.data(), moments.size()) / sum(weights.data(), weights.size());
  return {mean, weightedPercentile(sample, 95), maximum};
}

// Share of the weight that lies within `tolerance`. Compared in single precision as MONAI does, so that three steps of 0.1 are
// within 0.3 (medpy has no such share); in double as surface-distance does.
inline double shareWithin(const Sample &sample, double tolerance, Definition definition) {
  const auto &[distances, weights] = sample;
  if (definition != Definition::deepmind) {
    size_t within = 0;
    for (const double distance : distances) within += static_cast<float>(distance) <= static_cast<float>(tolerance);
    return static_cast<double>(within) / distances.size();
  }
  double within = 0, total = 0;
  for (size_t i = 0; i < distances.size(); i++) {
    total += weights[i];
    if (distances[i] <= tolerance) within += weights[i];
  }
  return within / total;
}
