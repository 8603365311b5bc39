"""What `bench speed metrics` measures itself against: HD95 and ASD of one case by medpy, MONAI or surface-distance, as their users call them.

    python metrics_peer.py '{"definition": "medpy", "size": [3, 3, 3], "prediction": "p.raw", "reference": "r.raw",
                             "timing": {"warmUpSeconds": 0, "seconds": 1, "maxRuns": 10}}'

The masks are files of bytes 0 and 1, x fastest. Prints one JSON object as the last line of its output. Needs Python 3.9 and the package that is named.
"""

import json
import platform
import sys
import time
import warnings
from importlib.metadata import version

warnings.simplefilter("ignore")

request = json.loads(sys.argv[1])
definition = request["definition"]

try:
    import numpy as np

    if definition == "medpy":
        from medpy.metric import binary
    elif definition == "monai":
        import torch
        from monai.metrics import compute_average_surface_distance, compute_hausdorff_distance
    else:
        import surface_distance
except (ImportError, OSError, ValueError) as problem:
    print(json.dumps({"error": {"code": "PEER_MISSING", "message": str(problem).splitlines()[0]}, "python": sys.executable}))
    sys.exit(4)


def read(name):
    flat = np.fromfile(request[name], np.uint8)
    return np.ascontiguousarray(flat.reshape(request["size"], order="F").astype(bool))


prediction, reference = read("prediction"), read("reference")

if definition == "medpy":

    def measure():
        return binary.hd95(prediction, reference), binary.asd(prediction, reference)

elif definition == "monai":
    p, r = (torch.from_numpy(mask.astype(np.uint8))[None, None] for mask in (prediction, reference))

    def measure():
        hd95 = compute_hausdorff_distance(p, r, include_background=True, percentile=95)
        return hd95.item(), compute_average_surface_distance(p, r, include_background=True).item()

else:
    spacing = [1] * len(request["size"])

    def measure():
        distances = surface_distance.compute_surface_distances(reference, prediction, spacing)
        _, to_reference = surface_distance.compute_average_surface_distance(distances)
        return surface_distance.compute_robust_hausdorff(distances, 95), to_reference


timing = request["timing"]
began, runs = time.perf_counter(), 0
while runs < 1 or (time.perf_counter() - began < timing["warmUpSeconds"] and runs < timing["maxRuns"]):
    hd95, asd = measure()
    runs += 1
seconds, began = [], time.perf_counter()
while not seconds or (time.perf_counter() - began < timing["seconds"] and len(seconds) < timing["maxRuns"]):
    start = time.perf_counter()
    hd95, asd = measure()
    seconds.append(time.perf_counter() - start)

package = {"medpy": "medpy", "monai": "monai", "deepmind": "surface-distance"}[definition]
name = f"{package} {version(package)}, Python {platform.python_version()}"
print(json.dumps({"version": name, "seconds": seconds, "hd95": float(hd95), "asd": float(asd)}))
