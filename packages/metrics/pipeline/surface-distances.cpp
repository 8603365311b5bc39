// itk-wasm pipeline: distances between the surfaces of two binary masks.
//
//   surface-distances <prediction> <reference> <statistics> <to-reference> <to-prediction> --memory-io [--distances]
//
// Inputs: two images of bytes 0 and 1, 2-D or 3-D, equal in size and spacing. Outputs: statistics as JSON; with
// --distances also all distances as float64, in scan order. An empty mask is no error here: its surface has no voxels
// and the statistics are left out; what an empty mask scores is for the caller to say.
#include <cmath>
#include <cstdio>
#include <cstring>

#include "distances.hpp"
#include "memory-io.hpp"
#include "statistics.hpp"

namespace {

struct MaskImage {
  Grid grid;
  Spacing spacing;
  bool flat;
  const uint8_t *voxels;
};

bool refuse(uint32_t index, const char *reason) {
  std::fprintf(stderr, "surface-distances: input %u: %s\n", index, reason);
  return false;
}

bool readMask(uint32_t index, MaskImage &image) {
  const std::string &json = memory_io::inputTexts[index];
  const auto size = memory_io::numbers(json, "size"), spacing = memory_io::numbers(json, "spacing");
  if (size.size() != 2 && size.size() != 3) return refuse(index, "a 2-D or 3-D image was expected");
  if (spacing.size() != size.size()) return refuse(index, "size and spacing differ in length");
  if (json.find("\"componentType\":\"uint8\"") == std::string::npos) return refuse(index, "uint8 voxels were expected");
  const bool flat = size.size() == 2;
  image.flat = flat;
  image.grid = {static_cast<int>(size[0]), static_cast<int>(size[1]), flat ? 1 : static_cast<int>(size[2])};
  image.spacing = {spacing[0], spacing[1], flat ? 1 : spacing[2]};
  const auto &block = memory_io::inputArrays[{index, 0}];
  if (block.size != image.grid.voxels()) return refuse(index, "the number of voxels does not match the size");
  image.voxels = block.bytes.get();
  uint8_t bits = 0;
  for (size_t i = 0; i < block.size; i++) bits |= image.voxels[i];
  if (bits > 1) return refuse(index, "voxels other than 0 and 1");
  return true;
}

bool sameSpace(const MaskImage &a, const MaskImage &b) {
  return a.flat == b.flat && a.grid.nx == b.grid.nx && a.grid.ny == b.grid.ny && a.grid.nz == b.grid.nz &&
         a.spacing.x == b.spacing.x && a.spacing.y == b.spacing.y && a.spacing.z == b.spacing.z;
}

void printStatistics(uint32_t output, size_t predictionCount, size_t referenceCount, const std::vector<double> &toReference,
                     const std::vector<double> &toPrediction) {
  char text[768];
  int length = std::snprintf(text, sizeof text, "{\"surfaceVoxels\":[%zu,%zu]", predictionCount, referenceCount);
  if (!toReference.empty()) {
    std::vector<double> pooled = toReference;
    pooled.insert(pooled.end(), toPrediction.begin(), toPrediction.end());
    length += std::snprintf(text + length, sizeof text - length,
                            ",\"pooled\":{\"mean\":%.17g,\"percentile95\":%.17g,\"maximum\":%.17g}", mean(pooled),
                            percentile(pooled, 95), maximum(pooled));
    for (const auto *directed : {&toReference, &toPrediction}) {
      length += std::snprintf(text + length, sizeof text - length,
                              ",\"%s\":{\"mean\":%.17g,\"percentile95\":%.17g,\"maximum\":%.17g}",
                              directed == &toReference ? "toReference" : "toPrediction", mean(*directed),
                              percentile(*directed, 95), maximum(*directed));
    }
  }
  length += std::snprintf(text + length, sizeof text - length, "}");
  memory_io::setOutput(output, text, length);
}

}  // namespace

int main(int argc, char **argv) {
  if (argc < 6) {
    std::fprintf(stderr, "usage: surface-distances PREDICTION REFERENCE STATISTICS TO_REFERENCE TO_PREDICTION --memory-io [--distances]\n");
    return 1;
  }
  bool wantDistances = false;
  for (int i = 6; i < argc; i++) wantDistances |= std::strcmp(argv[i], "--distances") == 0;

  MaskImage prediction, reference;
  if (!readMask(std::atoi(argv[1]), prediction) || !readMask(std::atoi(argv[2]), reference)) return 1;
  if (!sameSpace(prediction, reference)) {
    std::fprintf(stderr, "surface-distances: the images differ in size or spacing\n");
    return 1;
  }

  std::vector<double> toReference, toPrediction;
  size_t predictionCount = 0, referenceCount = 0;
  const Box box = unionBox(prediction.voxels, reference.voxels, prediction.grid);
  if (!box.empty()) {
    const Surface predicted = surfaceOf(prediction.voxels, prediction.grid, box, prediction.flat);
    const Surface expected = surfaceOf(reference.voxels, reference.grid, box, reference.flat);
    predictionCount = predicted.count;
    referenceCount = expected.count;
    if (predictionCount > 0 && referenceCount > 0) {
      toReference = surfaceToSurface(predicted, expected, box.grid(), prediction.spacing);
      toPrediction = surfaceToSurface(expected, predicted, box.grid(), prediction.spacing);
    }
  }
  printStatistics(std::atoi(argv[3]), predictionCount, referenceCount, toReference, toPrediction);
  memory_io::setOutput(std::atoi(argv[4]), toReference.data(), wantDistances ? toReference.size() : 0);
  memory_io::setOutput(std::atoi(argv[5]), toPrediction.data(), wantDistances ? toPrediction.size() : 0);
  return 0;
}
