// itk-wasm pipeline: overlap and surface distances of two label maps, label by label.
//
//   surface-distances PREDICTION REFERENCE STATISTICS TO_REFERENCE TO_PREDICTION --memory-io
//                     [--labels 1,2,...] [--definition medpy|monai|deepmind] [--tolerance T] [--distances]
//
// Inputs: two images of bytes, 2-D or 3-D, equal in size and spacing; 0 is background. Outputs: statistics as JSON, one entry
// a label (those asked for, else those found); with --distances, for one label, also all distances as float64 in scan order,
// followed by their areas under deepmind. A label that one map lacks is no error here: its distances
// are left out; what it scores is for the caller to say.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "distances.hpp"
#include "labels.hpp"
#include "memory-io.hpp"
#include "statistics.hpp"
#include "surface-elements.hpp"
#include "surface.hpp"

namespace {

struct LabelImage {
  Grid grid;
  Spacing spacing;
  bool flat;
  const uint8_t *voxels;
};

struct Request {
  std::vector<int> labels;
  Definition definition = Definition::medpy;
  bool distances = false;
  double tolerance = -1;  // none
};

bool refuse(uint32_t index, const char *reason) {
  std::fprintf(stderr, "surface-distances: input %u: %s\n", index, reason);
  return false;
}

bool readImage(uint32_t index, LabelImage &image) {
  const std::string &json = memory_io::inputTexts[index];
  const auto size = memory_io::numbers(json, "size"), spacing = memory_io::numbers(json, "spacing");
  if (size.size() != 2 && size.size() != 3) return refuse(index, "a 2-D or 3-D image was expected");
  if (spacing.size() != size.size()) return refuse(index, "size and spacing differ in length");
  if (json.find("\"componentType\":\"uint8\"") == std::string::npos) return refuse(index, "uint8 voxels were expected");
  for (const double n : size) {
    if (n >= RowSteps::none - 1) return refuse(index, "an axis has 65534 voxels or more");
  }
  const bool flat = size.size() == 2;
  image.flat = flat;
  image.grid = {static_cast<int>(size[0]), static_cast<int>(size[1]), flat ? 1 : static_cast<int>(size[2])};
  image.spacing = {spacing[0], spacing[1], flat ? 1 : spacing[2]};
  const auto &block = memory_io::inputArrays[{index, 0}];
  if (block.size != image.grid.voxels()) return refuse(index, "the number of voxels does not match the size");
  image.voxels = block.bytes.get();
  return true;
}

bool sameSpace(const LabelImage &a, const LabelImage &b) {
  return a.flat == b.flat && a.grid.nx == b.grid.nx && a.grid.ny == b.grid.ny && a.grid.nz == b.grid.nz &&
         a.spacing.x == b.spacing.x && a.spacing.y == b.spacing.y && a.spacing.z == b.spacing.z;
}

bool readRequest(int argc, char **argv, Request &request) {
  for (int i = 6; i < argc; i++) {
    const std::string option = argv[i];
    const char *value = i + 1 < argc ? argv[i + 1] : "";
    if (option == "--memory-io") continue;
    if (option == "--distances") {
      request.distances = true;
      continue;
    }
    if (option == "--labels") {
      for (const double label : memory_io::numbers("\"labels\":[" + std::string(value) + "]", "labels")) {
        request.labels.push_back(static_cast<int>(label));
      }
    } else if (option == "--definition") {
      if (std::strcmp(value, "monai") == 0) request.definition = Definition::monai;
      if (std::strcmp(value, "deepmind") == 0) request.definition = Definition::deepmind;
    } else if (option == "--tolerance") {
      request.tolerance = std::strtod(value, nullptr);
    } else {
      std::fprintf(stderr, "surface-distances: %s is no option\n", argv[i]);
      return false;
    }
    i++;
  }
  return true;
}

struct LabelResult {
  size_t predictionPoints = 0, referencePoints = 0;
  Sample toReference, toPrediction;
};

LabelResult measure(const LabelImage &prediction, const LabelImage &reference, uint8_t label, const Box &box,
                    Definition definition) {
  LabelResult result;
  if (box.empty()) return result;
  const auto surface = [&](const LabelImage &image) {
    return definition == Definition::deepmind
               ? surfaceElements(image.voxels, label, image.grid, box, image.flat, image.spacing)
               : surfaceVoxels(image.voxels, label, image.grid, box, image.flat);
  };
  const Surface predicted = surface(prediction), expected = surface(reference);
  result.predictionPoints = predicted.count;
  result.referencePoints = expected.count;
  if (predicted.count > 0 && expected.count > 0) {
    result.toReference = {surfaceToSurface(predicted, expected, prediction.spacing), predicted.areas};
    result.toPrediction = {surfaceToSurface(expected, predicted, prediction.spacing), expected.areas};
  }
  return result;
}

void printSummary(std::string &text, const char *name, const Sample &sample, const Request &request) {
  const Summary summary = summarise(sample, request.definition);
  char line[256];
  std::snprintf(line, sizeof line, ",\"%s\":{\"mean\":%.17g,\"percentile95\":%.17g,\"maximum\":%.17g", name, summary.mean,
                summary.percentile95, summary.maximum);
  text += line;
  if (request.tolerance >= 0) {
    std::snprintf(line, sizeof line, ",\"within\":%.17g", shareWithin(sample, request.tolerance, request.definition));
    text += line;
  }
  text += "}";
}

void printLabel(std::string &text, int label, const LabelCensus &census, const LabelResult &result,
                const Request &request) {
  char line[256];
  std::snprintf(line, sizeof line, "%s{\"label\":%d,\"voxels\":[%zu,%zu,%zu],\"surface\":[%zu,%zu]",
                text.back() == '}' ? "," : "", label, census.prediction, census.reference, census.shared,
                result.predictionPoints, result.referencePoints);
  text += line;
  if (!result.toReference.distances.empty()) {
    printSummary(text, "pooled", Sample::pool(result.toReference, result.toPrediction), request);
    printSummary(text, "toReference", result.toReference, request);
    printSummary(text, "toPrediction", result.toPrediction, request);
  }
  text += "}";
}

void putSample(uint32_t output, const Sample &sample) {
  std::vector<double> stream = sample.distances;
  stream.insert(stream.end(), sample.weights.begin(), sample.weights.end());
  memory_io::setOutput(output, stream.data(), stream.size());
}

}  // namespace

int main(int argc, char **argv) {
  if (argc < 6) {
    std::fprintf(stderr, "usage: surface-distances PREDICTION REFERENCE STATISTICS TO_REFERENCE TO_PREDICTION --memory-io\n");
    return 1;
  }
  Request request;
  LabelImage prediction, reference;
  if (!readRequest(argc, argv, request) || !readImage(std::atoi(argv[1]), prediction) ||
      !readImage(std::atoi(argv[2]), reference)) {
    return 1;
  }
  if (!sameSpace(prediction, reference)) {
    std::fprintf(stderr, "surface-distances: the images differ in size or spacing\n");
    return 1;
  }

  const auto census = takeCensus(prediction.voxels, reference.voxels, prediction.grid);
  if (request.labels.empty()) {
    for (int label = 1; label < labelCount; label++) {
      if (!census[label].box.empty()) request.labels.push_back(label);
    }
  }
  std::string text = "{\"labels\":[";
  for (const int label : request.labels) {
    const LabelResult result = measure(prediction, reference, label, census[label].box, request.definition);
    printLabel(text, label, census[label], result, request);
    if (request.distances) {
      putSample(std::atoi(argv[4]), result.toReference);
      putSample(std::atoi(argv[5]), result.toPrediction);
    }
  }
  text += "]}";
  memory_io::setOutput(std::atoi(argv[3]), text.data(), text.size());
  return 0;
}
