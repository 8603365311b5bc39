"""Figures of medpy, MONAI and surface-distance for mask pairs, as JSON: stdin {"cases": [...]}, stdout {"versions", "figures"}.

A case has size and spacing in x, y, z, a tolerance, and two masks as strings of 0 and 1, x fastest.
"""
import json
import sys
import warnings
from importlib.metadata import version

warnings.simplefilter("ignore")  # before the packages warn of each other

import numpy as np
import surface_distance as sd
import torch
from medpy.metric import binary as medpy
from monai.metrics import compute_average_surface_distance, compute_hausdorff_distance, compute_surface_dice


def mask_of(bits, size):
    return np.frombuffer(bits.encode(), np.uint8).reshape(size, order="F") == ord("1")


def by_medpy(p, r, spacing, tolerance):
    return {
        "dice": medpy.dc(p, r),
        "jaccard": medpy.jc(p, r),
        "precision": medpy.precision(p, r),
        "recall": medpy.recall(p, r),
        "relativeVolumeDifference": medpy.ravd(p, r),
        "hd": medpy.hd(p, r, spacing),
        "hd95": medpy.hd95(p, r, spacing),
        "asd": medpy.asd(p, r, spacing),
        "asdReverse": medpy.asd(r, p, spacing),
        "assd": medpy.assd(p, r, spacing),
    }


def by_monai(p, r, spacing, tolerance):
    a, b = (torch.from_numpy(m.astype(np.uint8))[None, None] for m in (p, r))
    options = {"include_background": True, "spacing": spacing}
    return {
        "hd": compute_hausdorff_distance(a, b, **options).item(),
        "hd95": compute_hausdorff_distance(a, b, percentile=95, **options).item(),
        "asd": compute_average_surface_distance(a, b, **options).item(),
        "asdReverse": compute_average_surface_distance(b, a, **options).item(),
        "assd": compute_average_surface_distance(a, b, symmetric=True, **options).item(),
        "nsd": compute_surface_dice(a, b, class_thresholds=[tolerance], **options).item(),
    }


def by_deepmind(p, r, spacing, tolerance):
    distances = sd.compute_surface_distances(r, p, spacing)
    to_prediction, to_reference = sd.compute_average_surface_distance(distances)
    return {
        "hd": sd.compute_robust_hausdorff(distances, 100),
        "hd95": sd.compute_robust_hausdorff(distances, 95),
        "asd": to_reference,
        "asdReverse": to_prediction,
        "nsd": sd.compute_surface_dice_at_tolerance(distances, tolerance),
    }


def figures(case):
    p, r = (mask_of(case[name], case["size"]) for name in ("prediction", "reference"))
    arguments = (p, r, [float(edge) for edge in case["spacing"]], case["tolerance"])
    measured = {"medpy": by_medpy(*arguments), "monai": by_monai(*arguments), "deepmind": by_deepmind(*arguments)}
    return {name: {key: float(value) for key, value in group.items()} for name, group in measured.items()}


names = {"medpy": "medpy", "monai": "monai", "deepmind": "surface-distance"}
json.dump(
    {
        "versions": {name: version(package) for name, package in names.items()},
        "figures": [figures(case) for case in json.load(sys.stdin)["cases"]],
    },
    sys.stdout,
)
