"""Writes the checkpoints under Tests/ThalwegFormatsTests/Fixtures, and what torch says is in them.

Run with torch, NumPy and safetensors installed: python3 Scripts/golden/checkpoints.py
"""

import collections

import safetensors
import safetensors.torch
import torch

from golden import ROOT, versions, write

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
    torch.save({"a": torch.ones(2, dtype=torch.uint16)}, FOLDER / "uint16.pt")
    torch.jit.script(torch.nn.Linear(1, 1)).save(FOLDER / "script.pt")


def flat():
    names = (
        "bool uint8 int8 int16 uint16 float16 bfloat16 int32 uint32 float32 int64 uint64 float64 "
        "float8_e5m2 float8_e4m3fn"
    )
    tensors = {name: torch.zeros(2, 3).to(getattr(torch, name)) for name in names.split()}
    tensors["scalar"] = torch.tensor(1.0)
    tensors["empty"] = torch.zeros(0, 4)
    safetensors.torch.save_file(tensors, FOLDER / "types.safetensors", metadata={"step": "12"})
    return [
        {"path": name, "type": str(t.dtype).removeprefix("torch.").removesuffix("fn"),
         "shape": list(t.shape)}
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
    }
    write("ThalwegFormatsTests", "checkpoints", content)


main()
