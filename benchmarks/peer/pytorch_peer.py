"""What `bench speed` measures itself against: PyTorch, used as the compared methods' authors use it.

Eager, float32, contiguous tensors; with `"memoryFormat": "channels_last_3d"` the same in the layout that suits CPUs, with `"device": "cuda"` on a card,
there with PyTorch's own default of TensorFloat-32 in convolutions unless `"tf32"` is false. Networks and losses are written from their descriptions and
equations, for this measurement alone; `check` prints what they can be compared by.

    python pytorch_peer.py '{"kind": "probe"}'
    python pytorch_peer.py '{"kind": "check"}'
    python pytorch_peer.py '{"kind": "step", "step": "vnet", "size": [32, 32, 32], "filters": 16, "threads": 2, ...}'

Prints one JSON object as the last line of its output. Needs Python 3.9 and torch; nothing else.
"""

import json
import math
import platform
import resource
import sys
import time

MISSING_TORCH = 4
DEVICE = "cpu"

try:
    import torch
    from torch import nn
    from torch.nn import functional as F
except (ImportError, OSError, ValueError) as problem:
    print(json.dumps({"error": {"code": "TORCH_MISSING", "message": str(problem).splitlines()[0]}, "python": sys.executable}))
    sys.exit(MISSING_TORCH)


# Networks ---------------------------------------------------------------------------------------------------------------------------


def conv_norm(cin, cout, kernel=3, stride=1, padding=None, bias=True, relu=True):
    padding = (kernel // 2 if stride == 1 else 0) if padding is None else padding
    layers = [nn.Conv3d(cin, cout, kernel, stride, padding, bias=bias), nn.BatchNorm3d(cout)]
    return layers + [nn.ReLU(inplace=True)] if relu else layers


def block(repetitions, cin, cout):
    layers = []
    for i in range(repetitions):
        layers += conv_norm(cin if i == 0 else cout, cout)
    return nn.Sequential(*layers)


def down(cin, cout):
    return nn.Sequential(*conv_norm(cin, cout, kernel=2, stride=2))


def up(cin, cout):
    return nn.Sequential(nn.ConvTranspose3d(cin, cout, 2, 2), nn.BatchNorm3d(cout), nn.ReLU(inplace=True))


class Decoder(nn.Module):
    """From five maps of an encoder, finest first, to stage 9; skips are added."""

    def __init__(self, filters):
        super().__init__()
        widths = [filters * 2**level for level in range(5)]
        self.ups = nn.ModuleList(up(widths[level + 1], widths[level]) for level in (3, 2, 1, 0))
        self.blocks = nn.ModuleList(block(n, widths[level], widths[level]) for level, n in ((3, 3), (2, 3), (1, 2), (0, 1)))

    def forward(self, maps):
        x = maps[4]
        for rise, refine, skip in zip(self.ups, self.blocks, maps[3::-1]):
            x = refine(rise(x) + skip)
        return x


class VNet(nn.Module):
    def __init__(self, filters=16, classes=2, dropout=0.5):
        super().__init__()
        widths = [filters * 2**level for level in range(5)]
        self.blocks = nn.ModuleList(
            block(n, 1 if level == 0 else widths[level], widths[level]) for level, n in enumerate((1, 2, 3, 3, 3))
        )
        self.downs = nn.ModuleList(down(widths[level], widths[level + 1]) for level in range(4))
        self.decoder = Decoder(filters)
        self.dropout = nn.Dropout3d(dropout)
        self.head = nn.Conv3d(filters, classes, 1)

    def forward(self, x):
        maps = []
        for level, refine in enumerate(self.blocks):
            x = refine(x if level == 0 else self.downs[level - 1](x))
            maps.append(x)
        maps[4] = self.dropout(maps[4])
        features = self.decoder(maps)
        return self.head(self.dropout(features)), features


class Residual(nn.Module):
    def __init__(self, cin, cout, stride):
        super().__init__()
        self.path = nn.Sequential(
            *conv_norm(cin, cout, stride=stride, padding=1, bias=False), *conv_norm(cout, cout, bias=False, relu=False)
        )
        self.shortcut = nn.Identity() if stride == 1 else nn.Sequential(*conv_norm(cin, cout, 1, stride, bias=False, relu=False))
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x):
        return self.relu(self.path(x) + self.shortcut(x))


class ResNet34(nn.Module):
    """Stem of stride 1 without pooling, residual layers of 3, 4, 6 and 3 blocks, V-Net's decoder; no dropout at the bottleneck."""

    def __init__(self, filters=16, classes=2, dropout=0.5):
        super().__init__()
        widths = [filters * 2**level for level in range(5)]
        self.stem = nn.Sequential(*conv_norm(1, filters, kernel=7, bias=False))
        self.layers = nn.ModuleList(
            nn.Sequential(*(Residual(widths[level] if i == 0 else widths[level + 1], widths[level + 1], 2 if i == 0 else 1) for i in range(n)))
            for level, n in enumerate((3, 4, 6, 3))
        )
        self.decoder = Decoder(filters)
        self.dropout = nn.Dropout3d(dropout)
        self.head = nn.Conv3d(filters, classes, 1)

    def forward(self, x):
        maps = [self.stem(x)]
        for layer in self.layers:
            maps.append(layer(maps[-1]))
        features = self.decoder(maps)
        return self.head(self.dropout(features)), features


def network(kind, filters, memory_format):
    made = {"vnet": VNet, "resnet34": ResNet34}[kind](filters)
    for module in made.modules():
        if isinstance(module, (nn.Conv3d, nn.ConvTranspose3d)):
            nn.init.kaiming_normal_(module.weight)
    return made.to(memory_format=memory_format)


# Losses: z logits [batch, classes, x, y, z], p probabilities, y labels [batch, x, y, z] -----------------------------------------------


def dice(p, y, smooth=1e-5):
    """1 - (2 sum pt + s) / (sum p^2 + sum t^2 + s), over the batch at once."""
    t = (y == 1).float()
    return 1 - (2 * (p * t).sum() + smooth) / ((p * p).sum() + (t * t).sum() + smooth)


def supervised(z, y):
    """CE and Dice, apart: how they are weighted is the methods'."""
    return F.cross_entropy(z, y), dice(F.softmax(z, 1)[:, 1], y)


def mistake(p, y, mask):
    """sum M (p - y)^2 / sum M where exactly one network sees foreground."""
    return (mask * (p[:, 1] - y.float()) ** 2).sum() / (mask.sum() + 1e-16)


def sharpen(p, temperature=0.1):
    raised = p ** (1 / temperature)
    return raised / raised.sum(1, keepdim=True)


def divergence(p, z):
    """KL(p || softmax z), voxel by voxel."""
    return (p * (p.clamp_min(1e-38).log() - F.log_softmax(z, 1))).sum(1)


def rectified(z, teacher, temperature):
    """mean exp(-K) CE(z, argmax teacher) + mean K, K = KL(softmax(teacher / T) || softmax z); the weight is live."""
    k = divergence(F.softmax(teacher / temperature, 1), z)
    return (torch.exp(-k) * F.cross_entropy(z, teacher.argmax(1), reduction="none")).mean() + k.mean()


def cosine(p, q):
    return (1 - F.cosine_similarity(p, q, dim=1)).mean()


def certain(p, percent=80):
    entropy = -(p * torch.log(p + 1e-10)).sum(1)
    return entropy <= torch.quantile(entropy.flatten(), percent / 100)


def masked_cross_entropy(z, target, valid):
    return (F.cross_entropy(z, target, reduction="none") * valid).sum() / valid.sum()


def prototype_contrast(features, target, valid, seen, limit=4096):
    """Uncertain voxels to the prototype of their class, the two prototypes apart: bounded, features on the unit sphere."""
    f = F.normalize(features, dim=1).movedim(1, -1).flatten(0, 3)
    target, valid, seen = target.flatten(), valid.flatten(), seen.flatten()
    total, centres = f.new_zeros(()), []
    for label in (0, 1):
        mask = valid & (target == label)
        if not mask.any():
            continue
        centres.append(f[mask].mean(0))
        far = (~valid & (seen == label)).nonzero().flatten()
        if len(far):
            far = far[torch.randperm(len(far))[:limit]]
            total = total + (f[far] - centres[-1].detach()).norm(dim=1).mean()
    return total + (2 - (centres[0] - centres[1]).norm()) if len(centres) == 2 else total


# Training steps -----------------------------------------------------------------------------------------------------------------------

LABELLED = 2
ITERATION, ITERATIONS = 5000, 6000


def ramp(maximum):
    return maximum * math.exp(-5 * (1 - min(ITERATION // 150, 40) / 40) ** 2)


class Step:
    """Networks, optimisers and one batch of four; calling it is one training step."""

    def __init__(self, request):
        self.name = request["step"]
        memory_format = format_of(request)
        kinds = {
            "vnet": ["vnet"],
            "resnet34": ["resnet34"],
            "mt": ["vnet", "vnet"],
            "mcf": ["vnet", "resnet34"],
            "dualnet": ["vnet", "resnet34"],
        }[self.name]
        self.nets = [network(kind, request["filters"], memory_format) for kind in kinds]
        trained = self.nets[:1] if self.name == "mt" else self.nets
        self.optimisers = [torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9, weight_decay=1e-4) for net in trained]
        size = request["size"]
        self.image = torch.randn(4, 1, *size).contiguous(memory_format=memory_format)
        self.labels = ball(size).expand(4, *size).contiguous()

    def __call__(self):
        return getattr(self, self.name)()

    def update(self, *losses):
        for optimiser in self.optimisers:
            optimiser.zero_grad()
        for loss in losses:
            loss.backward()
        for optimiser in self.optimisers:
            optimiser.step()
        return sum(loss.item() for loss in losses)

    def vnet(self):
        ce, dice_loss = supervised(self.nets[0](self.image)[0], self.labels)
        return self.update(0.5 * (ce + dice_loss))

    resnet34 = vnet

    def mt(self):
        student, teacher = self.nets
        unlabelled = self.image[LABELLED:]
        z = student(self.image)[0]
        with torch.no_grad():
            target = teacher(unlabelled + torch.clamp(torch.randn_like(unlabelled) * 0.1, -0.2, 0.2))[0]
        ce, dice_loss = supervised(z[:LABELLED], self.labels[:LABELLED])
        consistency = ((F.softmax(z[LABELLED:], 1) - F.softmax(target, 1)) ** 2).mean()
        total = self.update(0.5 * (ce + dice_loss) + ramp(0.1) * consistency)
        decay = min(1 - 1 / (ITERATION + 1), 0.99)
        for of_teacher, of_student in zip(teacher.parameters(), student.parameters()):
            of_teacher.data.mul_(decay).add_(of_student.data, alpha=1 - decay)
        return total

    def contest(self):
        """Outputs of both networks, their labelled losses, and which of them is ahead."""
        outputs = [net(self.image) for net in self.nets]
        labels = self.labels[:LABELLED]
        losses = [supervised(z[:LABELLED], labels) for z, _ in outputs]
        winner = 0 if losses[0][1].item() < losses[1][1].item() else 1
        return outputs, losses, winner

    def mcf(self):
        outputs, losses, winner = self.contest()
        probs = [F.softmax(z, 1) for z, _ in outputs]
        seen = [p[:LABELLED].argmax(1) for p in probs]
        mask = (seen[0] != seen[1]).float()
        labels = self.labels[:LABELLED]
        totals = [ce + d + 0.5 * mistake(p[:LABELLED], labels, mask) for (ce, d), p in zip(losses, probs)]
        target = sharpen(probs[winner][LABELLED:].detach())
        totals[1 - winner] = totals[1 - winner] + ramp(0.1) * ((probs[1 - winner][LABELLED:] - target) ** 2).mean()
        return self.update(*totals)

    def dualnet(self):
        outputs, losses, teacher = self.contest()
        rho = math.exp(-5 * (1 - ITERATION / ITERATIONS) ** 2)
        probs = [F.softmax(z, 1) for z, _ in outputs]
        (z_s, features), z_t = outputs[1 - teacher], outputs[teacher][0][LABELLED:].detach()
        z_s, features = z_s[LABELLED:], features[LABELLED:]
        with torch.no_grad():
            valid = certain(probs[0][LABELLED:]) & certain(probs[1][LABELLED:])
        target = z_t.argmax(1)
        total = sum(ce + d for ce, d in losses) + cosine(*probs)
        total = total + rho * (masked_cross_entropy(z_s, target, valid) + rectified(z_s, z_t, 0.5))
        total = total + 0.1 * rho * prototype_contrast(features, target, valid, z_s.argmax(1))
        # One backward pass over the sum of both networks' losses: the same gradients as two, and the faster way.
        return self.update(total)


def ball(size):
    axes = [torch.linspace(-1, 1, n) for n in size]
    x, y, z = torch.meshgrid(*axes, indexing="ij")
    return ((x * x + y * y + z * z) < 0.4).long()


# Measurements -------------------------------------------------------------------------------------------------------------------------


def format_of(request):
    return getattr(torch, request.get("memoryFormat", "contiguous_format"))


def finish():
    """Waits for the card, which works on while Python goes ahead."""
    if DEVICE != "cpu":
        torch.cuda.synchronize()


def timed(run, timing):
    """Runs until both the time and the least number of runs are reached, first unmeasured, then measured. Seconds of each run."""
    began, runs = time.perf_counter(), 0
    while runs < 1 or (time.perf_counter() - began < timing["warmUpSeconds"] and runs < timing["maxRuns"]):
        run()
        finish()
        runs += 1
    seconds, began = [], time.perf_counter()
    while not seconds or (time.perf_counter() - began < timing["seconds"] and len(seconds) < timing["maxRuns"]):
        start = time.perf_counter()
        run()
        finish()
        seconds.append(time.perf_counter() - start)
    return seconds


def convolutions(request):
    memory_format = format_of(request)
    results = []
    for shape in request["shapes"]:
        batch, *spatial, cin = shape["input"]
        kernel = [shape["kernel"]] * 3
        stride, padding, transposed = [shape["stride"]] * 3, [shape["padding"]] * 3, shape["transposed"]
        channels = (cin, shape["outChannels"]) if transposed else (shape["outChannels"], cin)
        x = torch.randn(batch, cin, *spatial).contiguous(memory_format=memory_format)
        w = torch.randn(*channels, *kernel).contiguous(memory_format=memory_format)

        def forward():
            return F.conv_transpose3d(x, w, stride=stride, padding=padding) if transposed else F.conv3d(x, w, stride=stride, padding=padding)

        with torch.no_grad():
            dy = torch.randn_like(forward())

            def backward(mask):
                return torch.ops.aten.convolution_backward(
                    dy, x, w, None, stride, padding, [1, 1, 1], transposed, [0, 0, 0], 1, mask
                )

            runs = {
                "forward": forward,
                "gradInput": lambda: backward([True, False, False]),
                "gradFilter": lambda: backward([False, True, False]),
            }
            for one in shape["passes"]:
                results.append({"item": shape["name"], "pass": one, "seconds": timed(runs[one], request["timing"])})
    return results


def step(request):
    run = Step(request)
    value = run()
    if not math.isfinite(value):
        raise RuntimeError("the loss of step %s is %r" % (request["step"], value))
    return [{"item": request["step"], "seconds": timed(run, request["timing"])}]


def window_starts(dim, patch, stride):
    count = math.ceil((dim - patch) / stride) + 1
    return [min(stride * i, dim - patch) for i in range(count)]


def inference(request):
    """A whole volume, window after window: softmax maps summed in the volume, divided by how many windows saw a voxel, argmax."""
    memory_format = format_of(request)
    nets = [network(kind, request["filters"], memory_format).eval() for kind in request["networks"]]
    patch = request["patch"]
    # Volumes smaller than the patch are padded; that happens before the clock starts and is nothing in comparison.
    size = [max(dim, side) for dim, side in zip(request["volume"], patch)]
    volume = torch.randn(*size)

    @torch.no_grad()
    def run():
        scores = torch.zeros(2, *size)
        seen = torch.zeros(*size)
        starts = [window_starts(*axis) for axis in zip(size, patch, request["stride"])]
        for i in starts[0]:
            for j in starts[1]:
                for k in starts[2]:
                    at = (slice(i, i + patch[0]), slice(j, j + patch[1]), slice(k, k + patch[2]))
                    window = volume[at][None, None].contiguous(memory_format=memory_format)
                    probs = sum(F.softmax(net(window)[0], 1) for net in nets) / len(nets)
                    scores[(slice(None), *at)] += probs[0]
                    seen[at] += 1
        return (scores / seen).argmax(0)

    return [{"item": request["item"], "seconds": timed(run, request["timing"])}]


def check(_request):
    """Numbers by which networks and losses can be compared with their description: three voxels with given logits and labels."""
    v = torch.tensor([[2, -1], [0.5, 0.2], [-1, 3]]).T.reshape(1, 2, 3, 1, 1)
    r = torch.tensor([[1, 0], [-0.3, 0.4], [-2, 1]]).T.reshape(1, 2, 3, 1, 1)
    y = torch.tensor([0, 1, 1]).reshape(1, 3, 1, 1)
    p, q = F.softmax(v, 1), F.softmax(r, 1)
    ce, dice_loss = supervised(v, y)
    values = {
        "ce": ce,
        "dice": dice_loss,
        "rectified": rectified(r, v, 1.0),
        "cosine": cosine(p, q),
        "sharpened": ((q - sharpen(p)) ** 2).mean(),
        "mistake": mistake(p, y, (v.argmax(1) != r.argmax(1)).float()),
    }
    return {
        "losses": {name: value.item() for name, value in values.items()},
        "parameters": {kind: sum(p.numel() for p in network(kind, 16, torch.contiguous_format).parameters()) for kind in ("vnet", "resnet34")},
    }


def peak_bytes():
    try:
        with open("/proc/self/status") as status:
            for line in status:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def cpu_capability():
    # Not there in old versions.
    return getattr(getattr(torch.backends, "cpu", None), "get_cpu_capability", lambda: "any")()


def device_text():
    if DEVICE != "cpu":
        return torch.cuda.get_device_name() + (", TF32" if torch.backends.cudnn.allow_tf32 else "")
    return "cpu, " + cpu_capability()


def main():
    request = json.loads(sys.argv[1])
    torch.manual_seed(1)
    if "threads" in request:
        torch.set_num_threads(request["threads"])
    global DEVICE
    DEVICE = request.get("device", "cpu")
    if DEVICE != "cpu":
        torch.set_default_device(DEVICE)
        torch.backends.cudnn.allow_tf32 = request.get("tf32", True)
    if request["kind"] == "check":
        print(json.dumps(check(request)))
        return
    measure = {"probe": lambda _: [], "convolution": convolutions, "step": step, "inference": inference}[request["kind"]]
    timings = measure(request)
    print(
        json.dumps(
            {
                "name": "pytorch",
                "version": "PyTorch %s · %s · Python %s" % (torch.__version__, device_text(), platform.python_version()),
                "threads": torch.get_num_threads(),
                "timings": timings,
                "peakBytes": peak_bytes(),
            }
        )
    )


if __name__ == "__main__":
    main()
