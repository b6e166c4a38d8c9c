"""Writes the checkpoints under Tests/ThalwegFormatsTests/Fixtures, and what torch says is in them.

Run with torch, NumPy and safetensors installed: python3 Scripts/golden/checkpoints.py
"""

import collections

import safetensors
import safetensors.torch
import torch

from golden import ROOT, figures, versions, write

FOLDER = ROOT / "Tests" / "ThalwegFormatsTests" / "Fixtures"


class Small(torch.nn.Module):
    """Before PyTorch 1.6 the source of a class was saved with it."""

    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.ones(2))


class Tied(torch.nn.Module):
    """Two layers with one weight, and a buffer of whole numbers."""

    def __init__(self):
        super().__init__()
        self.encoder = torch.nn.Linear(4, 3)
        self.norm = torch.nn.BatchNorm1d(3)
        self.decoder = torch.nn.Linear(4, 3, bias=False)
        self.decoder.weight = self.encoder.weight

    def forward(self, x):
        return self.norm(self.encoder(x) + self.decoder(x))


def trained():
    torch.manual_seed(1)
    model = Tied()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(2):
        optimizer.zero_grad()
        model(torch.randn(5, 4)).square().sum().backward()
        optimizer.step()
    return model, optimizer


def views():
    base = torch.arange(24, dtype=torch.float32)
    return collections.OrderedDict(
        base=base,
        columns=base.view(4, 6)[1:, 1::2],
        turned=base.view(4, 6).t(),
        last=base[23],
        spread=base[5].expand(2, 3),
        zero=torch.tensor(2.5, dtype=torch.float64),
        empty=torch.zeros(0, 3),
        half=torch.ones(2, dtype=torch.float16),
        brain=torch.ones(3, dtype=torch.bfloat16),
        byte=torch.ones(3, dtype=torch.uint8),
        char=torch.ones(3, dtype=torch.int8),
        short=torch.ones(3, dtype=torch.int16),
        int=torch.ones(3, dtype=torch.int32),
        long=torch.ones(1, 1, 2, dtype=torch.int64),
        mask=torch.tensor([True, False]),
        wave=torch.ones(2, dtype=torch.complex64),
        wider=torch.ones(2, dtype=torch.complex128),
    )


def leaves(value, path=""):
    """The tensors in the order of the file, with the keys that lead to them."""
    if isinstance(value, torch.Tensor):
        yield path, value
    elif isinstance(value, (dict, list, tuple)):
        members = value.items() if isinstance(value, dict) else enumerate(value)
        for key, member in members:
            yield from leaves(member, f"{path}.{key}" if path else str(key))


def plain(tensor):
    tensor = tensor.detach()
    return (tensor if tensor.is_complex() else tensor.double()).numpy()


def numbers():
    """Numbers of every sort, and views of every sort that has a use."""
    generator = torch.Generator().manual_seed(3)
    base = torch.randn(5000, generator=generator)
    grid = base[:4800].view(40, 120)
    some = torch.randn(4200, generator=generator)
    some[[3, 4199]] = float("nan")
    some[[0, 7, 8]] = torch.tensor([float("inf"), float("-inf"), 0.0])
    wide = torch.tensor([1e300, -2e300, 3.5e299, 0.0, 1e-300, 5.0], dtype=torch.float64)
    return collections.OrderedDict(
        base=base,
        thirds=base[1::3],
        window=grid[5:, 3:50],
        turned=grid.t(),
        turned_window=grid.t()[4:9, 1::2],
        swapped=base[:840].view(7, 12, 10).permute(2, 0, 1)[:, 1:, ::5],
        sliding=base.unfold(0, 10, 3),
        repeated=base[:50].expand(3, 50),
        repeated_inside=base[:50, None].expand(50, 4),
        one=base[77],
        some=some,
        nothing=torch.full((3,), float("nan")),
        wide=wide,
        large=wide[:2],
        tiny=torch.tensor([5e-324, -1e-310, 2e-300] * 90 + [0.0], dtype=torch.float64),
        far=torch.arange(4200, dtype=torch.int32) + 10**9,
        half=some[:600].half(),
        brain=some[:600].bfloat16(),
        byte=torch.arange(300).to(torch.uint8),
        char=torch.arange(-90, 90).to(torch.int8),
        short=torch.arange(-300, 400, 7, dtype=torch.int16),
        int=torch.tensor([-(2**31), 2**31 - 1, 0, 5], dtype=torch.int32),
        long=torch.tensor([-(2**62), 3, 0], dtype=torch.int64),
        mask=base[:900] > 0,
        wave=torch.complex(base[:500], base[500:1000]),
        wider=torch.tensor([3 + 4j, 0, 1e200 + 1e200j], dtype=torch.complex128),
        wave_part=torch.complex(base[:500], base[500:1000])[::7],
        empty=torch.zeros(0, 5),
    )


def described(name, value, **options):
    """What torch itself says after loading the file, without running what it names where it can."""
    path = FOLDER / name
    torch.save(value, path, **options)
    storages = {}
    tensors = []
    for keys, tensor in leaves(torch.load(path, weights_only="pickle_protocol" not in options)):
        storage = tensor.untyped_storage()
        # An empty storage has no address of its own.
        place = storage.data_ptr() or f"empty {keys}"
        tensors.append(
            {
                "path": keys,
                "type": str(tensor.dtype).removeprefix("torch."),
                "shape": list(tensor.shape),
                "strides": list(tensor.stride()),
                "offset": tensor.storage_offset(),
                "storage": storages.setdefault(place, (len(storages), storage.nbytes()))[0],
                "is_parameter": isinstance(tensor, torch.nn.Parameter),
                "statistics": figures(plain(tensor)),
            }
        )
    print(path, path.stat().st_size, "bytes")
    return {
        "name": name,
        "elements": sum(torch.Size(t["shape"]).numel() for t in tensors),
        "parameters": sum(t["is_parameter"] for t in tensors),
        "bytes": sum(size for _, size in storages.values()),
        "tensors": tensors,
    }


def refused(model):
    torch.save(model.encoder, FOLDER / "module.pt")
    torch.save(
        {"epoch": 3, "model": Small()}, FOLDER / "legacy_module.pt",
        _use_new_zipfile_serialization=False,
    )
    torch.jit.script(torch.nn.Linear(1, 1)).save(FOLDER / "script.pt")


def flat():
    names = (
        "bool uint8 int8 int16 uint16 float16 bfloat16 int32 uint32 float32 int64 uint64 float64 "
        "float8_e5m2 float8_e4m3fn"
    )
    tensors = {name: torch.zeros(2, 3).to(getattr(torch, name)) for name in names.split()}
    tensors["scalar"] = torch.tensor(1.0)
    tensors["empty"] = torch.zeros(0, 4)
    return saved("types.safetensors", tensors, metadata={"step": "12"})


def patterns():
    """Every pattern of bits of the narrow types, and one in 61 of those of two bytes."""
    bytes_ = torch.arange(256).to(torch.uint8)
    pairs = torch.arange(0, 65536, 61).to(torch.uint16)
    tensors = {name: bytes_.clone().view(getattr(torch, name)) for name in ("float8_e5m2", "float8_e4m3fn")}
    tensors |= {name: pairs.clone().view(getattr(torch, name)) for name in ("float16", "bfloat16")}
    tensors["uint16"] = pairs
    tensors["uint32"] = torch.tensor([0, 2**32 - 1], dtype=torch.uint32)
    tensors["uint64"] = torch.tensor([7, 2**64 - 2**12], dtype=torch.uint64)
    for name in ("float8_e5m2", "float8_e4m3fn", "float16", "bfloat16"):
        # All finite ones alone, whose sum says that each was read for what it is.
        tensors[name + ".finite"] = tensors[name][torch.isfinite(tensors[name].float())]
    torch.save(tensors, FOLDER / "patterns.pt")
    return saved("patterns.safetensors", tensors)


def saved(name, tensors, **options):
    safetensors.torch.save_file(tensors, FOLDER / name, **options)
    print(FOLDER / name, (FOLDER / name).stat().st_size, "bytes")
    return [
        {
            "path": name,
            "type": str(t.dtype).removeprefix("torch.").removesuffix("fn"),
            "shape": list(t.shape),
            "statistics": figures(plain(t)),
        }
        for name, t in tensors.items()
    ]


def main():
    FOLDER.mkdir(exist_ok=True)
    model, optimizer = trained()
    whole = {
        "epoch": 3,
        "lr": 0.01,
        "note": "two\nlines, ü",
        "done": False,
        "best": None,
        "loss": float("inf"),
        "large": 2**80,
        "negative": -(2**40),
        "shape": torch.Size([2, 3]),
        "device": torch.device("cuda", 1),
        "model_state_dict": model.state_dict(),
        "optimizer_state_dict": optimizer.state_dict(),
        "views": views(),
        "history": [0.5, 0.25],
    }
    parameters = {"layers": [{"weight": torch.nn.Parameter(torch.ones(2, 2))}, torch.ones(3)]}
    cases = [
        described("whole.pt", whole),
        described("state_dict.pt", model.state_dict()),
        described("parameters.pt", parameters),
        described("tensor.pt", torch.ones(2, 2)),
        described("numbers.pt", numbers()),
        described("legacy_numbers.pt", numbers(), _use_new_zipfile_serialization=False),
        described("legacy.pt", whole, _use_new_zipfile_serialization=False),
        described(
            "legacy_protocol_4.pt", model.state_dict(), _use_new_zipfile_serialization=False,
            pickle_protocol=4,
        ),
    ]
    refused(model)
    content = {
        "versions": {**versions(), "safetensors": safetensors.__version__},
        "cases": cases,
        "safetensors": flat(),
        "patterns": patterns(),
    }
    write("ThalwegFormatsTests", "checkpoints", content)


main()
