"""What the tests of the recorder share: strict reading of records, and short trainings."""

from __future__ import annotations

import json
import pathlib
import shutil
import sys
import tempfile
import unittest
from typing import Any, Callable, Iterable

RECORDERS = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(RECORDERS))

import torch
from torch import Tensor, nn

from thalweg_recorder import Recorder

F = nn.functional


def not_json(word: str) -> Any:
    raise ValueError(f"{word} is not JSON")


def number(value: Any) -> float:
    """A figure of a record; the texts of numbers that JSON lacks are read as those numbers."""
    return float(value.replace("Infinity", "inf")) if isinstance(value, str) else value


class Records:
    """A file of the recorder, read strictly."""

    def __init__(self, folder: str):
        text = (pathlib.Path(folder) / "records.jsonl").read_text()
        if text and not text.endswith("\n"):
            raise ValueError("the last line is cut")
        self.lines = [json.loads(line, parse_constant=not_json) for line in text.splitlines()]
        self.header = self.lines[0]
        self.steps = [line for line in self.lines if line["kind"] == "step"]

    def rows(self, step: int) -> dict[str, dict[str, Any]]:
        """The table of the step at this place: by path, by column."""
        line = self.steps[step]
        before = self.lines[:self.lines.index(line)]
        paths = [p["path"] for p in [b for b in before if "parameters" in b][-1]["parameters"]]
        columns = self.header["columns"]
        if len(paths) != len(line["tensors"]):
            raise ValueError(f"{len(paths)} parameters, {len(line['tensors'])} rows")
        return {path: dict(zip(columns, row)) for path, row in zip(paths, line["tensors"])}

    def states(self, step: int = 0) -> dict[str, str]:
        return {path: row["state"] for path, row in self.rows(step).items()}

    def share(self, step: int, term: str) -> dict[str, Any]:
        """By path the norm of this term's weighted gradient."""
        line = self.steps[step]
        tensors = [s["tensors"] for s in line["term_shares"] if s["name"] == term][0]
        return dict(zip(self.rows(step), tensors))


class Case(unittest.TestCase):
    """A test with a folder for records."""

    def setUp(self) -> None:
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)
        torch.manual_seed(7)

    def fresh(self) -> str:
        return tempfile.mkdtemp(dir=self.folder)

    def record(
        self, model: nn.Module, optimizer: torch.optim.Optimizer,
        step: Callable[[Recorder], None], steps: int = 3, **settings: Any,
    ) -> Records:
        """Records what `step` does inside its own `with recorder.step(...)`."""
        folder = self.fresh()
        with Recorder(model, optimizer, folder, **settings) as recorder:
            for _ in range(steps):
                step(recorder)
        return Records(folder)

    def attach(
        self, model: nn.Module, optimizer: torch.optim.Optimizer, step: Callable[[], Any],
        steps: int = 3, **settings: Any,
    ) -> Records:
        """Records what `step` does from hooks alone."""
        folder = self.fresh()
        with Recorder(model, optimizer, folder, **settings).attach():
            for _ in range(steps):
                step()
        return Records(folder)

    def assertClose(self, found: Any, wanted: float, relative: float = 1e-5) -> None:
        self.assertLessEqual(abs(number(found) - wanted), relative * abs(wanted) + 1e-12,
                             f"{found} is not {wanted}")


def norm_of(tensors: Iterable[Tensor]) -> float:
    """The Euclidean norm over all tensors, in double precision."""
    return sum(t.detach().double().square().sum().item() for t in tensors) ** 0.5


def norms_of_gradients(model: nn.Module) -> dict[str, float | None]:
    """What torch has in `.grad`, by path."""
    return {path: None if p.grad is None else norm_of([p.grad])
            for path, p in model.named_parameters()}
