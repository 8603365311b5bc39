"""What PyTorch makes of every loss at the edges of its inputs: values and gradients, as JSON on stdout.

Two voxels; the first one holds the edge (infinities, NaN, certainty, zero vectors), the second an ordinary value. To record anew:
python edges.py > ../fixtures/edges.json
"""
import json
import math

import numpy as np
import torch
import torch.nn.functional as F

INF, NAN = math.inf, math.nan
EPS = 1e-12


# Ordinary values of the second voxel, and what the first one may hold, by what a tensor is.
def logits(classes, shift=0.0):
    ordinary = [0.5, -0.25, 1.0][:classes]
    rest = [0.5, 0.25][: classes - 1]
    edges = {
        "-inf in class 0": [-INF, *rest],
        "-inf in class 1": [rest[0], -INF, *rest[1:]],
        "-inf in every class": [-INF] * classes,
        "+inf in class 0": [INF, *rest],
        "NaN in class 1": [rest[0], NAN, *rest[1:]],
        "far apart": [1e4, *[-1e4] * (classes - 1)],
        "the largest floats": [-3e38, *[3e38] * (classes - 1)],
        "ordinary": [1.5, -0.5, 0.25][:classes],
    }
    return {"shape": [1, 2, 1, 1, classes], "ordinary": [x + shift for x in ordinary], "edges": edges}


def probs(classes, shift=0.0):
    edges = {
        "certain of class 0": [1.0, *[0.0] * (classes - 1)],
        "certain of class 1": [0.0, 1.0, *[0.0] * (classes - 2)],
        "zeros": [0.0] * classes,
        "NaN in class 0": [NAN, *[0.5] * (classes - 1)],
        "+inf in class 1": [0.5, INF, *[0.5] * (classes - 2)],
        "-inf in class 0": [-INF, *[0.5] * (classes - 1)],
        "ordinary": [0.5, 0.125, 0.375] if classes == 3 else [0.625, 0.375],
    }
    ordinary = [0.25 + shift, 0.5 - shift, 0.25] if classes == 3 else [0.25 + shift, 0.75 - shift]
    return {"shape": [1, 2, 1, 1, classes], "ordinary": ordinary, "edges": edges}


def single(shape, low=-1e4):
    edges = {"-inf": [-INF], "+inf": [INF], "NaN": [NAN], "far down": [low], "far up": [-low], "zero": [0.0], "ordinary": [0.75]}
    return {"shape": shape, "ordinary": [0.25], "edges": edges}


def features(shape):
    edges = {
        "a zero vector": [0.0, 0.0, 0.0],
        "+inf": [INF, 0.5, 0.25],
        "-inf": [0.5, -INF, 0.25],
        "NaN": [0.5, 0.25, NAN],
        "the same direction": [2.0, -1.0, 4.0],
        "large": [1e18, 1e18, 0.0],
        "ordinary": [0.5, 0.25, 1.0],
    }
    return {"shape": shape, "ordinary": [0.5, -0.25, 1.0], "edges": edges}


def tensor_of(kind, edge):
    count = int(np.prod(kind["shape"])) // len(kind["ordinary"])
    rows = [kind["edges"].get(edge, kind["ordinary"])] + [kind["ordinary"]] * (count - 1)
    # Ordinary voxels after the second one differ, so that no mean is of equal things.
    rows = [[x + 0.125 * max(0, i - 1) for x in row] for i, row in enumerate(rows)]
    return torch.tensor(rows, dtype=torch.float32).reshape(kind["shape"])


def plain(tensor):
    numbers = tensor.detach().reshape(-1).tolist()
    return [float(f"{x:.8g}") if math.isfinite(x) else "NaN" if math.isnan(x) else "Infinity" if x > 0 else "-Infinity" for x in numbers]


def described(tensor):
    dtype = {torch.float32: "float32", torch.int64: "int32", torch.bool: "bool"}[tensor.dtype]
    return {"shape": list(tensor.shape), "dtype": dtype, "values": plain(tensor)}


CASES = []


def case(name, title, live, rest, formula, path=None):
    """live: tensors whose gradient is wanted; rest: the arguments after them, tensors and others; a list of live tensors is one argument."""
    flat = [x for one in live for x in (one if isinstance(one, list) else [one])]
    for x in flat:
        x.requires_grad_(True)
    value = formula(*live, *rest)
    weights = torch.arange(1, value.numel() + 1, dtype=torch.float32).reshape(value.shape)
    total = value if value.dim() == 0 else (value * weights).sum()
    gradients = torch.autograd.grad(total, flat, allow_unused=True) if total.requires_grad else [None] * len(flat)
    write = lambda x: [write(y) for y in x] if isinstance(x, list) else described(x) if torch.is_tensor(x) else x
    CASES.append(
        {
            "name": name,
            "title": title,
            "arguments": [write(x) for x in [*live, *rest]],
            **({"path": path} if path else {}),
            "value": plain(value.float()),
            "gradients": [None if g is None else plain(g) for g in gradients],
        }
    )


def over_edges(name, kinds, rest, formula, path=None, constants=(), suffix="", as_list=False):
    """One edge at a time in each live tensor, and in all of them. constants: places of tensors that receive no gradient."""
    for edge in kinds[0]["edges"]:
        together = tuple(range(len(kinds)))
        # More than two classes take other paths through the engines; one tensor's edge and both tensors' tell them apart.
        alone = together if kinds[0]["shape"][-1] != 3 else together[:1]
        places = [together] if edge == "ordinary" else sorted({*((i,) for i in alone), together})
        for where in places:
            tensors = [tensor_of(kind, edge if i in where else None) for i, kind in enumerate(kinds)]
            title = edge + suffix + ("" if len(kinds) == 1 else " in all" if len(where) > 1 else f" in tensor {where[0]}")
            live = [t for i, t in enumerate(tensors) if i not in constants]
            fixed = [t for i, t in enumerate(tensors) if i in constants]
            case(name, title, [live] if as_list else live, [*fixed, *rest], formula, path)


def rows_of(z):
    return z.reshape(-1, z.shape[-1])


def cross_entropy(z, y, reduction="mean"):
    value = F.cross_entropy(rows_of(z), y.reshape(-1), reduction=reduction)
    return value.reshape(y.shape) if reduction == "none" else value


def masked_cross_entropy(z, y, m, *_):
    return cross_entropy(z, torch.where(m > 0, y, -100))


def dice(p, t, s=1e-5, squared=True):
    t = t.float()
    below = (p * p).sum() + (t * t).sum() if squared else p.sum() + t.sum()
    return 1 - (2 * (p * t).sum() + s) / (below + s)


def masked_dice(p, y, m, s=1e-5):
    t = F.one_hot(y, p.shape[-1]).float()
    m = m.unsqueeze(-1)
    sums = lambda x: x.sum((1, 2, 3))
    return 1 - ((2 * sums(m * p * t) + s) / (sums(m * p) + sums(m * t) + s)).mean()


def discrepancy_uncertainty(z, y, m, w):
    with torch.no_grad():
        erring = m * (z.argmax(-1) != y)
    logs = F.log_softmax(z, -1).mean(-1)
    return -torch.where(erring > 0, logs * w, 0.0).sum() / (erring.sum() + 1e-16)


def discrepancy_error(p, y, m, w):
    distance = ((p - F.one_hot(y, p.shape[-1])) ** 2).mean(-1)
    return torch.where(m > 0, distance * w, 0.0).sum() / (m.sum() + 1e-16)


def kl(z_p, z_q):
    return F.kl_div(F.log_softmax(z_q, -1), F.softmax(z_p, -1), reduction="none")


def kl_of_probs(p, log_q):
    return F.kl_div(log_q, p, reduction="none")


def sharpen(p, t=0.1):
    powers = p ** (1 / t)
    return powers / powers.sum(-1, keepdim=True)


def sharpen_elementwise(p, t=0.1):
    return p ** (1 / t) / (p ** (1 / t) + (1 - p) ** (1 / t))


def entropy(p, epsilon=1e-6):
    return -(p * torch.log(p + epsilon)).sum(-1)


def masked_mean_squared(p, q, m):
    perVoxel = p.dim() == m.dim() + 1
    weights = m.float().unsqueeze(-1) if perVoxel else m.float()
    values = p.shape[-1] if perVoxel else 1
    return (weights * (p - q.float()) ** 2).sum() / (values * m.float().sum() + 1e-16)


def rectified(z, t, options=None):
    t = t.detach()
    tau = (options or {}).get("temperature", 1)
    divergence = kl(t / tau, z).sum(-1)
    ce = cross_entropy(z, t.argmax(-1), "none")
    return (torch.exp(-divergence) * ce).mean() + divergence.mean()


def pyramid(scales):
    probs_ = [F.softmax(z, -1) for z in scales]
    mean = sum(probs_) / len(probs_)
    total = 0
    for p in probs_:
        k = kl_of_probs(mean, torch.log(p)).sum(-1, keepdim=True)
        weight = torch.exp(-k)
        total = total + (((mean - p) ** 2) * weight).mean() / (weight.mean() + 1e-8) + k.mean()
    return total / len(probs_)


def prototype(f, m, options=None):
    if (options or {}).get("normalise"):
        f = F.normalize(f, dim=-1, eps=EPS)
    m = m.float()
    return (f * m.unsqueeze(-1)).sum((0, 1, 2, 3)) / m.sum()


def normalised_distance(rows, centre):
    return (F.normalize(rows, dim=-1, eps=EPS) - F.normalize(centre, dim=-1, eps=EPS)).norm(dim=-1).mean()


def at(f, voxels):
    return rows_of(f)[torch.tensor(voxels["int32"], dtype=torch.long)]


def contrast(f, y, m, uncertain):
    unit = F.normalize(f, dim=-1, eps=EPS)
    front, back = prototype(unit, m * (y == 1)), prototype(unit, m * (y == 0))
    pull = lambda voxels, centre: (at(unit, voxels) - centre.detach()).norm(dim=-1).mean()
    return pull(uncertain["foreground"], front) + pull(uncertain["background"], back) + 2 - (front - back).norm()


def released_contrast(part):
    def formula(f, target, candidates):
        front, back = prototype(f, target == 1), prototype(f, target == 0)
        if part == "prototypes":
            return normalised_distance(front.reshape(1, -1), back)
        return normalised_distance(at(f, candidates[part]), front if part == "foreground" else back)

    return formula


def percentile_mask(p, q, options):
    keep = []
    for one in (p, q):
        h = entropy(one, 1e-10)
        threshold = np.percentile(h.detach().numpy().astype(np.float64), options["percentile"])
        keep.append(h <= threshold if options["keep"] == "at-most" else ~(h >= threshold))
    return keep[0] & keep[1] if options["combine"] == "both" else keep[0] | keep[1]


labels = lambda *values: torch.tensor(values, dtype=torch.int64).reshape(1, -1, 1, 1)
mask = lambda *values: torch.tensor(values, dtype=torch.float32).reshape(1, -1, 1, 1)
FULL, EMPTY, FIRST, SECOND = mask(1, 1), mask(0, 0), mask(1, 0), mask(0, 1)

for C in (2, 3):
    z, u, p, q = logits(C), logits(C, 0.5), probs(C), probs(C, 0.125)
    by = f", {C} classes"
    for y in (labels(0, 1), labels(1, 0))[: 4 - C]:
        of = f"{by}, label {int(y[0, 0])}"
        over_edges("crossEntropy", [z], [y], cross_entropy, suffix=of)
        over_edges("crossEntropyMap", [z], [y], lambda z, y: cross_entropy(z, y, "none"), suffix=of)
        over_edges("maskedCrossEntropy", [z], [y, FULL], masked_cross_entropy, suffix=of)
    over_edges("maskedCrossEntropy", [z], [labels(0, 1), SECOND], masked_cross_entropy, suffix=by + ", masked out")
    over_edges("maskedCrossEntropy", [z], [labels(0, 1), EMPTY, {"ifEmpty": "NaN"}], masked_cross_entropy, suffix=by + ", no mask")
    over_edges("crossPseudoSupervision", [z, u], [], lambda a, b: cross_entropy(a, b.argmax(-1)), "first", constants=(1,), suffix=by)
    over_edges(
        "diceLossOverClasses",
        [p],
        [labels(0, 1)],
        lambda p, y: sum(dice(p[..., c], y == c) for c in range(p.shape[-1])) / p.shape[-1],
        suffix=by,
    )
    over_edges(
        "diceLossOverClasses",
        [p],
        [labels(0, 1), {"background": False, "denominator": "sums"}],
        lambda p, y, _: sum(dice(p[..., c], y == c, 1e-8, False) for c in range(1, p.shape[-1])) / (p.shape[-1] - 1),
        suffix=by + ", sums without background",
    )
    over_edges("maskedDiceLoss", [p], [labels(0, 1), FULL], masked_dice, suffix=by)
    over_edges("discrepancyMask", [z, u], [], lambda a, b: a.detach().argmax(-1) != b.detach().argmax(-1), suffix=by)
    for m, of in ((FULL, ""), (SECOND, ", masked out"), (EMPTY, ", no mask")):
        over_edges("discrepancyError", [p], [labels(0, 1), m, mask(1, 0.5)], discrepancy_error, suffix=by + of)
        over_edges("discrepancyUncertainty", [z], [labels(1, 0), m, mask(1, 0.5)], discrepancy_uncertainty, suffix=by + of)
    over_edges(
        "softmaxDiceLoss",
        [z, u],
        [],
        lambda a, b: sum(
            1 - (2 * (a.softmax(-1) * b.softmax(-1))[..., c].sum() + 1e-5)
            / (a.softmax(-1)[..., c].sum() + b.softmax(-1)[..., c].sum() + 1e-5)
            for c in range(a.shape[-1])
        ) / a.shape[-1],
        suffix=by,
    )
    over_edges("softmaxMse", [z, u], [], lambda a, b: F.mse_loss(a.softmax(-1), b.softmax(-1)), constants=(1,), suffix=by)
    over_edges("meanSquaredProbs", [p, q], [], F.mse_loss, suffix=by)
    over_edges("mixup", [z, u], [0.25], lambda a, b, m: (1 - m) * a + m * b, suffix=by)
    over_edges(
        "interpolationConsistency",
        [z, u, logits(C, 1.0)],
        [0.25],
        lambda s, a, b, m: F.mse_loss(s.softmax(-1), (1 - m) * a.softmax(-1) + m * b.softmax(-1)),
        constants=(1, 2),
        suffix=by,
    )
    over_edges("maskedMeanSquared", [p, q], [FULL], masked_mean_squared, constants=(1,), suffix=by)
    over_edges("maskedMeanSquared", [p, q], [EMPTY], masked_mean_squared, constants=(1,), suffix=by + ", no mask")
    over_edges(
        "maskedSoftmaxMse", [z, u], [FIRST], lambda a, b, m: masked_mean_squared(a.softmax(-1), b.softmax(-1), m), constants=(1,), suffix=by
    )
    over_edges("meanSoftmax", [z, u], [1], lambda zs, _: sum(x.detach().softmax(-1) for x in zs) / 2, as_list=True, suffix=by)
    over_edges("certaintyMask", [p], [0.5], lambda p, h: entropy(p.detach()) < h, suffix=by)
    over_edges("entropyMap", [p], [], entropy, suffix=by)
    over_edges("entropyMap", [p], [{"normalise": True}], lambda p, _: entropy(p) / math.log(p.shape[-1]), suffix=by + ", normalised")
    over_edges("entropyMinimisation", [z], [], lambda z: entropy(z.softmax(-1)).mean() / math.log(z.shape[-1]), suffix=by)
    over_edges("foregroundProbs", [p], [], lambda p: p[..., 1], suffix=by)
    over_edges("predictedLabels", [z], [], lambda z: z.detach().argmax(-1), suffix=by)
    over_edges("klDivergenceMap", [z, u], [], lambda a, b: kl(a, b).sum(-1), suffix=by)
    over_edges("softmaxKlMap", [z, u], [], kl, suffix=by)
    over_edges("meanKl", [z, u], [], lambda a, b: kl(a, b).mean(), suffix=by)
    over_edges(
        "meanKl",
        [z, u],
        [{"activation": "sigmoid"}],
        lambda a, b, _: F.kl_div(F.logsigmoid(b), torch.sigmoid(a), reduction="mean"),
        suffix=by + ", sigmoid",
    )
    over_edges("symmetricKl", [z, u], [], lambda a, b: (kl(a, b).mean() + kl(b, a).mean()) / 2, suffix=by)
    over_edges("probsKl", [p, q], [], lambda p, t: kl_of_probs(t, torch.log(p + 1e-8)).mean(), suffix=by)
    over_edges("softCrossEntropy", [p, q], [], lambda p, t: -(t * torch.log(p + 1e-8)).sum(-1).mean(), suffix=by)
    over_edges("cosineConsistency", [p, q], [], lambda p, q: 1 - F.cosine_similarity(p, q, dim=-1).mean(), suffix=by)
    over_edges("rectifiedPseudoLabelLoss", [z, u], [], rectified, constants=(1,), suffix=by)
    over_edges("rectifiedPseudoLabelLoss", [z, u], [{"temperature": 0.5}], rectified, constants=(1,), suffix=by + ", tempered")
    over_edges("pyramidConsistency", [z, u], [], pyramid, "total", as_list=True, suffix=by)
    for name, how in (("sharpen", sharpen), ("sharpenElementwise", sharpen_elementwise)):
        over_edges(name, [p], [0.1], how, suffix=by)
        over_edges(name, [p], [2], how, suffix=by + ", smoothed")
    over_edges("sharpenedConsistency", [p, q], [], lambda a, b: F.mse_loss(a, sharpen(b)), constants=(1,), suffix=by)
    over_edges(
        "mutualConsistency",
        [p, q],
        [],
        lambda ps: F.mse_loss(ps[0], sharpen_elementwise(ps[1])) + F.mse_loss(ps[1], sharpen_elementwise(ps[0])),
        as_list=True,
        suffix=by,
    )
    over_edges(
        "mutualConsistency",
        [p, q],
        [0.1, {"sharpening": "classes"}],
        lambda ps, *_: F.mse_loss(ps[0], sharpen(ps[1])) + F.mse_loss(ps[1], sharpen(ps[0])),
        as_list=True,
        suffix=by + ", over classes",
    )
    over_edges("releasedPseudoLabelLoss", [p], [labels(0, 1), SECOND], lambda p, y, m: masked_cross_entropy(p, y, m) * (m.numel() / m.sum()), suffix=by)
    over_edges("releasedPseudoLabelLoss", [p], [labels(0, 1), EMPTY], lambda p, y, m: masked_cross_entropy(p, y, m) * (m.numel() / m.sum()), suffix=by + ", no mask")
    over_edges("validMask", [p, q], [{"percentile": 80, "combine": "both", "keep": "at-most"}], percentile_mask, "mask", suffix=by)
    over_edges("validMask", [p, q], [{"percentile": 20, "combine": "either", "keep": "below"}], percentile_mask, "mask", suffix=by + ", released")

p, q, z = probs(2), probs(2, 0.125), logits(2)
over_edges("disagreementMask", [p, q], [], lambda a, b: (a.argmax(-1) == 1) ^ (b.argmax(-1) == 1))
over_edges(
    "disagreementMask",
    [p, q],
    [{"confidence": 0.6}],
    lambda a, b, _: ((a.argmax(-1) == 1) & (a[..., 1] >= 0.6)) ^ ((b.argmax(-1) == 1) & (b[..., 1] >= 0.6)),
    suffix=", confident",
)
over_edges("mistakeLoss", [p], [labels(0, 1), FULL], lambda p, y, m: masked_mean_squared(p[..., 1], y, m))
over_edges("mistakeLoss", [p], [labels(0, 1), EMPTY], lambda p, y, m: masked_mean_squared(p[..., 1], y, m), suffix=", no mask")
over_edges("unionForeground", [z, logits(2, 0.5)], [], lambda a, b: a.argmax(-1) | b.argmax(-1))
d = {**logits(2), "shape": [2, 2]}
over_edges("adversarialLoss", [d], [], lambda d: F.cross_entropy(d, torch.ones(2, dtype=torch.long)))
over_edges("discriminatorLoss", [d], [1], lambda d, _: F.cross_entropy(d, torch.tensor([1, 0])))

one = single([1, 2, 1, 1])
for y in (labels(0, 1), labels(1, 0), labels(0, 0), labels(1, 1)):
    of = f", labels {int(y[0, 0])} and {int(y[0, 1])}"
    over_edges("diceLoss", [one], [y], dice, suffix=of)
    over_edges("diceLossLinear", [one], [y], lambda p, t: dice(p, t, 1e-8, False), suffix=of)
    over_edges("binaryCrossEntropy", [single([1, 2, 1, 1, 1])], [y], lambda z, t: F.binary_cross_entropy_with_logits(z[..., 0], t.float()), suffix=of)
for y in (labels(0, 0), labels(1, 1)):
    sure = {**one, "ordinary": [float(y[0, 0])], "edges": {"perfect": [float(y[0, 0])], "a miss": [1.0 - float(y[0, 0])]}}
    over_edges("diceLoss", [sure], [y], dice, suffix=f", labels {int(y[0, 0])}")
    over_edges("diceLossLinear", [sure], [y], lambda p, t: dice(p, t, 1e-8, False), suffix=f", labels {int(y[0, 0])}")
sdm, logit = single([1, 2, 1, 1, 1], -1.0), single([1, 2, 1, 1, 1])
over_edges("sigmoidProbs", [logit], [], lambda z: torch.sigmoid(z[..., 0]))
over_edges("levelSetProbs", [sdm], [], lambda d: torch.sigmoid(-1500 * d))
over_edges("dualTaskConsistency", [sdm, logit], [], lambda d, z: F.mse_loss(torch.sigmoid(-1500 * d), torch.sigmoid(z)))
over_edges("signedDistanceLoss", [sdm, single([1, 2, 1, 1], -1.0)], [], lambda d, t: F.mse_loss(d[..., 0], t), constants=(1,))

f = features([1, 4, 1, 1, 3])
target, valid = labels(1, 1, 0, 0), mask(1, 0, 1, 0)
voxels = lambda *places: {"int32": list(places)}
for normalise in (False, True):
    of = ", normalised" if normalise else ""
    over_edges("prototype", [f], [mask(1, 1, 0, 0), {"normalise": normalise}], prototype, suffix=of)
    over_edges("prototype", [f], [mask(0, 0, 0, 0), {"normalise": normalise}], prototype, suffix=of + ", no mask")
over_edges("gatherVoxels", [f], [voxels(2, 0, 2)], at)
over_edges("meanNormalisedDistance", [features([2, 3]), {**features([3]), "edges": {"a zero vector": [0.0] * 3}}], [], normalised_distance)
over_edges("prototypeContrast", [f], [target, valid, [voxels(3), voxels(1)]], contrast)
for part in ("foreground", "background", "prototypes"):
    candidates = [voxels(3), voxels(1)]
    over_edges("releasedPrototypeContrast", [f], [labels(1, 2, 0, 2), candidates], released_contrast(part), part)
none = [voxels(), voxels()]
for part in ("foreground", "background", "prototypes"):
    over_edges("releasedPrototypeContrast", [f], [labels(1, 2, 0, 2), none], released_contrast(part), part, suffix=", no candidates")
    over_edges(
        "releasedPrototypeContrast", [f], [labels(0, 2, 0, 2), [voxels(3), voxels(1)]],
        released_contrast(part), part, suffix=", no foreground",
    )

with np.errstate(all="ignore"):
    for values in ([1, INF], [-INF, 1], [-INF, INF], [INF, INF], [1, NAN, 2], [-INF, 1, 2, INF]):
        for level in (0, 20, 50, 80, 100):
            listed = plain(torch.tensor(values))
            CASES.append(
                {"name": "percentile", "title": f"{listed} at {level}", "arguments": [{"float32": listed}, level],
                 "value": plain(torch.tensor([float(np.percentile(np.array(values, np.float64), level))])), "gradients": []}
            )

lines = ",\n".join(json.dumps(one, separators=(",", ":")) for one in CASES)
print(f'{{"torch":"{torch.__version__}","numpy":"{np.__version__}","cases":[\n{lines}\n]}}')
