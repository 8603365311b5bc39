"""The networks of this package in PyTorch, under the released codes' parameter names; what `pytorch.test.ts` compares with.

    python round_trip.py <network> <folder>

Loads `<folder>/weights.safetensors` strictly and writes the outputs for `<folder>/input.safetensors` to `outputs.safetensors`; then saves a network
with weights of its own, `torch-weights.safetensors`, and its outputs, `torch-outputs.safetensors`. Maps are channels last in the files.
Written from the papers' descriptions for this comparison. Needs torch and safetensors.
"""

import sys
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import nn

COUNTS = {"one": 1, "two": 2, "three": 3, "four": 3, "five": 3, "six": 3, "seven": 3, "eight": 2, "nine": 1}
FILTERS = 4


class Conv(nn.Module):
    """What the parameter names call `<block>.conv`."""

    def __init__(self, *layers):
        super().__init__()
        self.conv = nn.Sequential(*layers)

    def forward(self, x):
        return self.conv(x)


def unit(convolution):
    return [convolution, nn.BatchNorm3d(convolution.out_channels), nn.ReLU()]


def block(name, cin, cout):
    return Conv(*(layer for i in range(COUNTS[name]) for layer in unit(nn.Conv3d(cout if i else cin, cout, 3, padding=1))))


def rise(kind, cin, cout):
    if kind == "transposed":
        return Conv(*unit(nn.ConvTranspose3d(cin, cout, 2, 2)))
    corners = {"align_corners": True} if kind == "trilinear" else {}
    return Conv(nn.Upsample(scale_factor=2, mode=kind, **corners), *unit(nn.Conv3d(cin, cout, 3, padding=1)))


class VNetParts(nn.Module):
    """The V-Net's way down and way up, for the networks that are made of them."""

    DOWN = ("one", "two", "three", "four", "five")
    UP = (("five", "six"), ("six", "seven"), ("seven", "eight"), ("eight", "nine"))

    def add_encoder(self, f):
        for level, name in enumerate(self.DOWN):
            width = f << level
            setattr(self, f"block_{name}", block(name, width if level else 1, width))
            if level < 4:
                setattr(self, f"block_{name}_dw", Conv(*unit(nn.Conv3d(width, 2 * width, 2, 2))))

    def encode(self, x):
        maps = []
        for level, name in enumerate(self.DOWN):
            x = getattr(self, f"block_{name}")(x)
            maps.append(x)
            if level < 4:
                x = getattr(self, f"block_{name}_dw")(x)
        return maps

    def add_decoder(self, f, kind="transposed"):
        for level, (up, name) in zip((3, 2, 1, 0), self.UP):
            setattr(self, f"block_{up}_up", rise(kind, f << (level + 1), f << level))
            setattr(self, f"block_{name}", block(name, f << level, f << level))

    def rising(self, maps):
        x = maps[4]
        for skip, (up, name) in zip(maps[3::-1], self.UP):
            x = getattr(self, f"block_{name}")(getattr(self, f"block_{up}_up")(x) + skip)
            yield x

    def decode(self, maps):
        return list(self.rising(maps))[-1]


class VNet(VNetParts):
    def __init__(self, f):
        super().__init__()
        self.add_encoder(f)
        self.add_decoder(f)
        self.out_conv = nn.Conv3d(f, 2, 1)

    def forward(self, x):
        features = self.decode(self.encode(x))
        return {"logits": self.out_conv(features), "features": features}


class VNetTwoHead(VNetParts):
    def __init__(self, f):
        super().__init__()
        self.add_encoder(f)
        self.add_decoder(f)
        self.out_conv = nn.Conv3d(f, 1, 1)
        self.out_conv2 = nn.Conv3d(f, 1, 1)

    def forward(self, x):
        features = self.decode(self.encode(x))
        return {"sdm": torch.tanh(self.out_conv(features)), "logit": self.out_conv2(features)}


class Pyramid(VNetParts):
    def __init__(self, f):
        super().__init__()
        self.add_encoder(f)
        self.add_decoder(f)
        self.out_conv = nn.Conv3d(f, 2, 1)
        for level in (3, 2, 1):
            head = nn.Module()
            head.dsv = nn.Sequential(nn.Conv3d(f << level, 2, 1), nn.Upsample(scale_factor=1 << level, mode="trilinear"))
            setattr(self, f"dsv{level + 1}", head)

    def forward(self, x):
        eighth, quarter, half, full = self.rising(self.encode(x))
        scales = {"coarser1": self.dsv2.dsv(half), "coarser2": self.dsv3.dsv(quarter), "coarser3": self.dsv4.dsv(eighth)}
        return {"logits": self.out_conv(full), **scales}


class Encoder(VNetParts):
    def __init__(self, f):
        super().__init__()
        self.add_encoder(f)


class Branch(VNetParts):
    def __init__(self, f, kind):
        super().__init__()
        self.add_decoder(f, kind)
        self.out_conv = nn.Conv3d(f, 2, 1)


class MCNet(nn.Module):
    def __init__(self, f):
        super().__init__()
        self.encoder = Encoder(f)
        for i, kind in enumerate(("transposed", "trilinear", "nearest"), start=1):
            setattr(self, f"decoder{i}", Branch(f, kind))

    def forward(self, x):
        maps = self.encoder.encode(x)
        branches = (self.decoder1, self.decoder2, self.decoder3)
        return {f"decoders{i}": branch.out_conv(branch.decode(maps)) for i, branch in enumerate(branches, start=1)}


class Basic(nn.Module):
    def __init__(self, cin, cout, stride):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv3d(cin, cout, 3, stride, 1, bias=False), nn.BatchNorm3d(cout)
        self.conv2, self.bn2 = nn.Conv3d(cout, cout, 3, 1, 1, bias=False), nn.BatchNorm3d(cout)
        if stride != 1:
            self.downsample = nn.Sequential(nn.Conv3d(cin, cout, 1, stride, bias=False), nn.BatchNorm3d(cout))

    def forward(self, x):
        y = self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x)))))
        return torch.relu(y + (self.downsample(x) if hasattr(self, "downsample") else x))


class ResNetEncoder(nn.Module):
    def __init__(self, f):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv3d(1, f, 7, padding=3, bias=False), nn.BatchNorm3d(f)
        for level, count in enumerate((3, 4, 6, 3), start=1):
            width = f << level
            blocks = [Basic(width if i else width // 2, width, 1 if i else 2) for i in range(count)]
            setattr(self, f"layer{level}", nn.Sequential(*blocks))

    def forward(self, x):
        maps = [torch.relu(self.bn1(self.conv1(x)))]
        for level in range(1, 5):
            maps.append(getattr(self, f"layer{level}")(maps[-1]))
        return maps


class ResNet34(VNetParts):
    def __init__(self, f):
        super().__init__()
        self.resnet_encoder = ResNetEncoder(f)
        self.add_decoder(f)
        self.out_conv = nn.Conv3d(f, 2, 1)

    def forward(self, x):
        features = self.decode(self.resnet_encoder(x))
        return {"logits": self.out_conv(features), "features": features}


class Discriminator(nn.Module):
    def __init__(self, f):
        super().__init__()
        self.conv0, self.conv1 = nn.Conv3d(1, f, 4, 2, 1), nn.Conv3d(1, f, 4, 2, 1)
        for level in (2, 3, 4):
            setattr(self, f"conv{level}", nn.Conv3d(f << (level - 2), f << (level - 1), 4, 2, 1))
        self.classifier = nn.Linear(8 * f, 2)

    def forward(self, x):
        leak = nn.functional.leaky_relu
        x = leak(self.conv0(x) + self.conv1(x.flip(2)), 0.2)
        for level in (2, 3, 4):
            x = leak(getattr(self, f"conv{level}")(x), 0.2)
        return {"logits": self.classifier(x.mean((2, 3, 4)))}


NETWORKS = {
    "vnet": VNet,
    "vnet-two-head": VNetTwoHead,
    "vnet-pyramid": Pyramid,
    "mcnet": MCNet,
    "resnet34": ResNet34,
    "discriminator": Discriminator,
}


def outputs(network, x, path):
    network.eval()
    with torch.no_grad():
        found = network(x)
    save_file({name: (y.movedim(1, -1) if y.dim() == 5 else y).contiguous() for name, y in found.items()}, path)


def main(kind, folder):
    torch.manual_seed(7)
    x = load_file(folder / "input.safetensors")["x"].movedim(-1, 1).contiguous()
    network = NETWORKS[kind](FILTERS)
    network.load_state_dict(load_file(folder / "weights.safetensors"), strict=True)
    outputs(network, x, folder / "outputs.safetensors")

    own = NETWORKS[kind](FILTERS).train()
    with torch.no_grad():
        for _ in range(3):  # running statistics that are no longer 0 and 1
            own(torch.randn_like(x) + 0.5)
    # Saved in training's memory format too: a file must not depend on it.
    own = own.to(memory_format=torch.channels_last_3d)
    save_file({name: tensor.contiguous() for name, tensor in own.state_dict().items()}, folder / "torch-weights.safetensors")
    outputs(own, x, folder / "torch-outputs.safetensors")


main(sys.argv[1], Path(sys.argv[2]))
