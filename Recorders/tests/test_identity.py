"""Training is the same to the last bit with and without the recorder."""

from __future__ import annotations

import copy
import io
import itertools
import random
import unittest
import warnings
from typing import Any, Callable

import torch
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from support import Case, F, Recorder, Records


class Plain(nn.Module):
    """Dropout, batch normalization, an operation in place: all that a careless watcher disturbs."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Linear(8, 16), nn.BatchNorm1d(16), nn.ReLU(inplace=True),
                                  nn.Dropout(0.3), nn.Linear(16, 16), nn.LayerNorm(16), nn.GELU())
        self.head = nn.Linear(16, 3)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.run(x))

    def run(self, x: Tensor) -> Tensor:
        return self.body(x)


class Checkpointed(Plain):
    def run(self, x: Tensor) -> Tensor:
        return checkpoint(self.body, x, use_reentrant=False)


class CheckpointedReentrant(Plain):
    def run(self, x: Tensor) -> Tensor:
        return checkpoint(self.body, x.requires_grad_(), use_reentrant=True)


class Recurrent(Plain):
    def __init__(self) -> None:
        super().__init__()
        self.lstm = nn.LSTM(8, 16, num_layers=2, dropout=0.2, batch_first=True)

    def run(self, x: Tensor) -> Tensor:
        return self.lstm(x[:, None].expand(-1, 4, -1))[0][:, -1]


class Transformer(Plain):
    def __init__(self) -> None:
        super().__init__()
        layer = nn.TransformerEncoderLayer(16, 2, 32, dropout=0.1, batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, 2)
        self.embed = nn.Linear(8, 16)

    def run(self, x: Tensor) -> Tensor:
        return self.encoder(self.embed(x)[:, None].expand(-1, 4, -1)).mean(1)


class MakesLate(Plain):
    def forward(self, x: Tensor) -> Tensor:
        if not hasattr(self, "late"):
            self.late = nn.Linear(16, 3)
        return self.late(self.run(x)) + super().forward(x)


def bytes_of(tensors: Any) -> list[bytes]:
    return [t.detach().cpu().contiguous().view(torch.uint8).numpy().tobytes() if t.dim()
            else str(t.item()).encode() for t in tensors]


class Training:
    """Some steps of a model; what they leave is compared."""

    def __init__(self, make: Callable[[], nn.Module],
                 optimizer: Callable[[Any], torch.optim.Optimizer], *, is_scaled: bool = False,
                 compiled: str | None = None):
        torch.manual_seed(11)
        random.seed(11)
        self.model = make()
        self.optimizer = optimizer(self.model.parameters())
        self.scaler = torch.amp.GradScaler("cpu", init_scale=2.0**12) if is_scaled else None
        self.call = torch.compile(self.model, backend=compiled) if compiled else self.model
        self.x, self.y = torch.randn(16, 8), torch.randint(0, 3, (16,))
        self.gradients: list[bytes] = []

    def losses(self) -> tuple[Tensor, Tensor]:
        self.optimizer.zero_grad()
        out = self.call(self.x)
        return F.cross_entropy(out, self.y), out.square().mean()

    def rest(self, loss: Tensor) -> None:
        """Everything from backward to the update."""
        (self.scaler.scale(loss) if self.scaler else loss).backward()
        if self.scaler:
            self.scaler.unscale_(self.optimizer)
        nn.utils.clip_grad_norm_(self.model.parameters(), 0.5)
        self.gradients += bytes_of(p.grad for p in self.model.parameters() if p.grad is not None)
        if self.scaler:
            self.scaler.step(self.optimizer)
            self.scaler.update()
        else:
            self.optimizer.step()

    def evaluate(self) -> Tensor:
        self.model.eval()
        with torch.no_grad():
            found = self.model(self.x)
        self.model.train()
        return found

    def left(self) -> list[Any]:
        """Weights, statistics, state of the optimizer, all gradients, the random states."""
        state = [t for s in self.optimizer.state.values() for t in s.values()
                 if isinstance(t, Tensor)]
        return [bytes_of(self.model.parameters()), bytes_of(self.model.buffers()), bytes_of(state),
                self.gradients, bytes_of([torch.get_rng_state(), self.evaluate()]),
                random.getstate()]


class Identity(Case):
    STEPS = 6

    def plain(self, *making: Any, **settings: Any) -> list[Any]:
        training = Training(*making, **settings)
        for n in range(self.STEPS):
            first, second = training.losses()
            training.rest(first + 0.1 * second)
            if n == 2:
                training.evaluate()
        return training.left()

    def recorded(self, is_attached: bool, *making: Any, **settings: Any) -> list[Any]:
        training = Training(*making, **settings)
        folder = self.fresh()
        with Recorder(training.model, training.optimizer, folder, terms_every=2,
                      exact_every=2) as recorder:
            if is_attached:
                recorder.attach()
            for n in range(self.STEPS):
                first, second = training.losses()
                terms, weights = {"first": first, "second": second}, {"second": 0.1}
                if is_attached:
                    recorder.terms(terms, weights)
                    training.rest(first + 0.1 * second)
                else:
                    with recorder.step(terms=terms, weights=weights):
                        training.rest(first + 0.1 * second)
                if n == 2:
                    training.evaluate()
                    copy.deepcopy(training.model)
                    torch.save(training.model.state_dict(), io.BytesIO())
        self.records = Records(folder)
        self.assertEqual(len(self.records.steps), self.STEPS)
        return training.left()

    def compare(self, *making: Any, **settings: Any) -> None:
        wanted = self.plain(*making, **settings)
        for is_attached in (False, True):
            with self.subTest(is_attached=is_attached):
                found = self.recorded(is_attached, *making, **settings)
                names = ("weights", "buffers", "optimizer", "gradients", "random", "python random")
                for name, a, b in zip(names, wanted, found):
                    self.assertTrue(a == b, f"{name} differ")

    def test_models_and_optimizers(self) -> None:
        optimizers = {
            "sgd": lambda p: torch.optim.SGD(p, 1e-2, momentum=0.9, weight_decay=1e-3),
            "adam": lambda p: torch.optim.Adam(p, 1e-2),
            "adamw fused": lambda p: torch.optim.AdamW(p, 1e-2, fused=True),
        }
        models = (Plain, Recurrent, Transformer, MakesLate)
        for model, (name, optimizer) in itertools.product(models, optimizers.items()):
            with self.subTest(model=model.__name__, optimizer=name):
                self.compare(model, optimizer)

    def test_the_comparison_can_fail(self) -> None:
        def left(is_disturbed: bool) -> list[Any]:
            training = Training(Plain, lambda p: torch.optim.Adam(p, 1e-2))
            if is_disturbed:
                torch.rand(1)
            training.rest(training.losses()[0])
            return training.left()

        self.assertTrue(left(False) == left(False))
        self.assertFalse(left(False)[0] == left(True)[0])

    def test_checkpointed_modules(self) -> None:
        adam = lambda p: torch.optim.Adam(p, 1e-2)
        self.compare(Checkpointed, adam)
        self.assertIsNotNone(self.records.steps[0]["term_shares"])
        self.assertEqual(self.records.steps[0]["order"], ["backward", "clip", "step"])
        self.compare(CheckpointedReentrant, adam)
        # Its parameters are not in the graph, so that shares would say "no path" wrongly.
        self.assertIsNone(self.records.steps[0]["term_shares"])
        self.assertIn("use_reentrant", self.records.steps[0]["term_shares_missing"])
        self.assertEqual(self.records.steps[0]["order"], ["backward", "clip", "step"])

    def test_scaled_training(self) -> None:
        for is_fused in (False, True):
            self.compare(Plain, lambda p: torch.optim.AdamW(p, 1e-2, fused=is_fused),
                         is_scaled=True)

    def test_compiled_models(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # torch warns that hooks of all modules are there
            self.compare(Plain, lambda p: torch.optim.Adam(p, 1e-2), compiled="aot_eager")

    def test_hooks_that_a_further_backward_pass_would_call(self) -> None:
        calls = []

        def make() -> nn.Module:
            model = Plain()
            model.head.weight.register_hook(lambda g: calls.append(1) or g * 2)
            return model

        self.compare(make, lambda p: torch.optim.Adam(p, 1e-2))
        self.assertEqual(len(calls), 3 * self.STEPS)
        self.assertIn("head.weight", self.records.steps[0]["term_shares_missing"])

    def test_a_graph_that_refuses_the_further_pass(self) -> None:
        class Refuses(torch.autograd.Function):
            @staticmethod
            def forward(context: Any, x: Tensor) -> Tensor:
                return x.clone()

            @staticmethod
            def backward(context: Any, gradient: Tensor) -> Tensor:
                if not Refuses.is_allowed:
                    raise RuntimeError("this graph is not to be kept")
                return gradient

        model = nn.Linear(8, 3)
        optimizer = torch.optim.SGD(model.parameters(), 0.1)
        x = torch.randn(4, 8)

        def step(recorder: Recorder) -> None:
            optimizer.zero_grad()
            Refuses.is_allowed = False
            loss = Refuses.apply(model(x)).square().mean()
            with recorder.step(terms={"fit": loss}):
                Refuses.is_allowed = True
                loss.backward()
                optimizer.step()

        records = self.record(model, optimizer, step, terms_every=1)
        self.assertEqual(records.steps[0]["term_shares_missing"], "this graph is not to be kept")
        self.assertTrue(all(s["stepped"] and s["term_shares"] is None for s in records.steps))


if __name__ == "__main__":
    unittest.main()
