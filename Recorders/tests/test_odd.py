"""Training loops of unusual kinds: each goes on as it would without the recorder, and is told as
it was."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import unittest
import warnings
from typing import Any, Callable
from unittest import mock

import torch
from torch import Tensor, nn

from support import Case, F, Recorder, Records, number
import thalweg_recorder

STEPS = 4


def network() -> nn.Sequential:
    return nn.Sequential(nn.Linear(8, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Linear(16, 3))


class Odd(Case):
    def setUp(self) -> None:
        super().setUp()
        self.x = torch.randn(16, 8)

    def train(self, make: Callable, rate: float = 1e-2, **settings: Any) -> list[Records]:
        """Trains without, attached and in `with`; the weights must be the same and all steps there.

        make: gives a model, an optimizer and a function that makes one step from its number.
        """
        found = []
        left = []
        for way in ("none", "attach", "with"):
            torch.manual_seed(3)
            model, optimizer, step = make()
            folder = self.fresh()
            said = io.StringIO()
            with contextlib.redirect_stderr(said), contextlib.ExitStack() as stack:
                recorder = None
                if way != "none":
                    recorder = stack.enter_context(Recorder(model, optimizer, folder, **settings))
                if way == "attach":
                    recorder.attach()
                for n in range(STEPS):
                    with recorder.step() if way == "with" else contextlib.nullcontext():
                        step(n)
            left.append([p.detach().clone() for p in model.parameters()
                         if not p.is_meta and p.layout is torch.strided])
            self.assertNotIn("thalweg", said.getvalue())
            if way != "none":
                found.append(Records(folder))
                self.assertEqual(len(found[-1].steps), STEPS)
                self.assertTrue(all(map(torch.equal, left[0], left[-1])), way)
        return found

    def plain(self, model: nn.Module, **settings: Any) -> list[Records]:
        """The same with a plain step of this model."""
        state = {k: v.clone() for k, v in model.state_dict().items() if v.device.type != "meta"}

        def make() -> tuple:
            model.load_state_dict(state, strict=False)
            optimizer = torch.optim.SGD(model.parameters(), 1e-2)
            return model, optimizer, lambda n: self.update(model, optimizer)

        return self.train(make, **settings)

    def update(self, model: nn.Module, optimizer: Any) -> None:
        optimizer.zero_grad()
        model(self.x).square().mean().backward()
        optimizer.step()

    def orders(self, records: Records) -> list[list[str]]:
        return [step["order"] for step in records.steps]


class Parameters(Odd):
    def test_of_all_kinds(self) -> None:
        class Model(nn.Module):
            def __init__(self) -> None:
                super().__init__()
                self.complex = nn.Parameter(torch.randn(8, 300, dtype=torch.complex64))
                self.scalar = nn.Parameter(torch.tensor(1.0))
                self.empty = nn.Parameter(torch.empty(0, 3))
                self.several = nn.ParameterList([nn.Parameter(torch.ones(3))])
                self.meta = nn.Linear(3, 3, device="meta")
                for layout in (torch.sparse_coo, torch.sparse_csr):
                    sparse = torch.eye(4).to_sparse(layout=layout)
                    setattr(self, f"s{layout}"[-3:], nn.Parameter(sparse, requires_grad=False))
                with torch.inference_mode():
                    self.kept = nn.Parameter(torch.randn(8), requires_grad=False)

            def forward(self, x: Tensor) -> Tensor:
                product = ((x + self.kept.clone()).to(torch.complex64) @ self.complex).abs()
                return product * self.scalar + self.several[0].sum() + self.empty.sum()

        def make() -> tuple:
            model = Model()
            held = [p for p in model.parameters() if p.requires_grad and not p.is_meta]
            optimizer = torch.optim.SGD(held, 1e-3)
            return model, optimizer, lambda n: self.update(model, optimizer)

        for records in self.train(make):
            states = records.states(2)
            self.assertEqual(states["complex"], "live")
            self.assertEqual(states["several.0"], "live")
            self.assertEqual(states["empty"], "not_recorded")  # no entry is no zero
            self.assertEqual(states["kept"], "frozen")
            self.assertGreater(records.rows(2)["kept"]["parameter_norm"], 0)

    def test_another_precision_from_one_step_to_the_next(self) -> None:
        def make() -> tuple:
            model = network()
            optimizer = torch.optim.SGD(model.parameters(), 1e-2)

            def step(n: int) -> None:
                if n == 2:
                    model.double()
                    self.x = self.x.double()
                self.update(model, optimizer)
                self.x = self.x.float() if n == STEPS - 1 else self.x

            return model, optimizer, step

        for records in self.train(make):
            self.assertGreater(records.rows(2)["0.weight"]["update_norm"], 0)

    def test_parameters_put_into_a_group_in_place_of_others(self) -> None:
        def make() -> tuple:
            model = nn.Sequential(nn.Linear(8, 8), nn.Linear(8, 8))
            optimizer = torch.optim.SGD(model[0].parameters(), 1e-2)

            def step(n: int) -> None:
                self.update(model, optimizer)
                if n == 1:
                    optimizer.param_groups[0]["params"] = list(model[1].parameters())

            return model, optimizer, step

        for records in self.train(make):
            for n, states in enumerate((["live"] * 2, ["not_optimized"] * 2)):
                found = [records.states(2 * n + i)["0.weight"] for i in range(2)]
                self.assertEqual(found, states)

    def test_modules_made_elsewhere_change_nothing(self) -> None:
        def make() -> tuple:
            model = network()
            optimizer = torch.optim.SGD(model.parameters(), 1e-2)

            def step(n: int) -> None:
                nn.Sequential(nn.Linear(2, 2))
                self.update(model, optimizer)

            return model, optimizer, step

        for records in self.train(make):
            self.assertEqual([line["kind"] for line in records.lines],
                             ["recorder", *["step"] * STEPS])


class Modules(Odd):
    def test_settings_that_are_no_numbers(self) -> None:
        class TheirLayerNorm(nn.Module):
            def __init__(self) -> None:
                super().__init__()
                self.normalized_shape = 16
                self.eps = nn.Parameter(torch.tensor([1e-5]), requires_grad=False)
                self.momentum = torch.ones(2)
                self.num_features = (3,)

            def forward(self, x: Tensor) -> Tensor:
                return F.layer_norm(x, (16,))

        def make() -> tuple:
            model = nn.Sequential(nn.Linear(8, 16), TheirLayerNorm(), nn.Linear(16, 3))
            optimizer = torch.optim.SGD(model.parameters(), 1e-2)
            optimizer.param_groups[0].update(eps="auto", betas=0.9)
            return model, optimizer, lambda n: self.update(model, optimizer)

        for records in self.train(make):
            told = records.header["modules"][0]
            self.assertEqual((told["channels"], told["momentum"]), (None, None))
            self.assertClose(told["eps"], 1e-5)
            self.assertEqual(records.steps[1]["normalization"][0]["values"], 16)
            self.assertIsNone(records.header["optimizer"]["groups"][0]["eps"])

    def test_outputs_of_eight_bits(self) -> None:
        class Rounds(nn.Module):
            def forward(self, x: Tensor) -> Tensor:
                return x.to(torch.float8_e4m3fn)

        class Model(nn.Sequential):
            def forward(self, x: Tensor) -> Tensor:
                y = self[0](x)
                self[1](y.detach())
                return y

        self.plain(Model(nn.Linear(8, 3), Rounds()))

    def test_traces_of_the_model_know_nothing_of_it(self) -> None:
        graphs = []

        def make() -> tuple:
            model = nn.Sequential(nn.Linear(8, 3))
            optimizer = torch.optim.SGD(model.parameters(), 1e-2)

            def step(n: int) -> None:
                self.update(model, optimizer)
                if n == 2:
                    graphs.append(str(torch.jit.trace(model, self.x).graph))

            return model, optimizer, step

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.train(make)
        self.assertNotIn("aten::sum", graphs[1])
        self.assertEqual([g.count("aten::") for g in graphs], [graphs[0].count("aten::")] * 3)

    def test_the_first_of_many_calls_is_the_origin(self) -> None:
        model = nn.Sequential(nn.Linear(8, 8), nn.Linear(8, 8))
        optimizer = torch.optim.SGD(model.parameters(), 0.0)
        with torch.no_grad():
            model[0].weight.fill_(3e38)

        def step() -> None:
            x = model[0](self.x.abs())
            for _ in range(thalweg_recorder.CALLS + 3):
                x = model[1](x)
            x.sum().backward()
            optimizer.step()

        found = self.attach(model, optimizer, step, steps=1).steps[0]["non_finite"]
        self.assertEqual(found["origin"], {"kind": "module", "path": "0", "class": "Linear"})

    def test_finite_outputs_whose_sum_is_not_are_no_origin(self) -> None:
        model = nn.Sequential(nn.Linear(8, 8), nn.Linear(8, 8))
        optimizer = torch.optim.SGD(model.parameters(), 0.0)
        with torch.no_grad():
            model[0].weight.zero_()
            model[0].bias.fill_(1e38)
            model[1].weight.fill_(1e30)
        found = self.attach(model, optimizer, lambda: self.update(model, optimizer), steps=1)
        self.assertEqual(found.steps[0]["non_finite"]["origin"]["path"], "1")


class Updates(Odd):
    def test_passes_whose_gradients_were_cleared_are_not_of_the_step(self) -> None:
        for to_none in (True, False):
            losses: list[float] = []

            def make() -> tuple:
                model = nn.Sequential(nn.Linear(8, 16), nn.Tanh(), nn.Linear(16, 1))
                optimizer = torch.optim.SGD(model.parameters(), 1e-2)
                losses.clear()

                def step(n: int) -> None:  # trains on what was made hard for it, as in Madry 2017
                    x = self.x.clone().requires_grad_()
                    for _ in range(2):
                        (100 * model(x).square().mean()).backward()
                        nn.utils.clip_grad_norm_(model.parameters(), 1e-3)
                    optimizer.zero_grad(set_to_none=to_none)
                    loss = model((x + x.grad.sign()).detach()).square().mean()
                    losses.append(loss.item())
                    loss.backward()
                    optimizer.step()

                return model, optimizer, step

            for records in self.train(make):
                self.assertEqual(self.orders(records), [["backward", "step"]] * STEPS)
                for step, loss in zip(records.steps, losses):
                    self.assertClose(step["loss"], loss)
                    self.assertEqual(step["clips"], [])

    def test_a_closure_that_is_called_often(self) -> None:
        losses: list[list[float]] = []

        def make() -> tuple:
            model = nn.Sequential(nn.Linear(8, 16), nn.Tanh(), nn.Linear(16, 1))
            optimizer = torch.optim.LBFGS(model.parameters(), 0.1, max_iter=3)
            losses.clear()

            def step(n: int) -> None:
                losses.append([])

                def closure() -> Tensor:
                    optimizer.zero_grad()
                    loss = model(self.x).square().mean()
                    losses[-1].append(loss.item())
                    loss.backward()
                    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
                    return loss

                optimizer.step(closure)

            return model, optimizer, step

        for records in self.train(make):
            self.assertGreater(len(losses[0]), 1)
            self.assertEqual(self.orders(records)[0], ["backward", "clip", "step"])
            for step, found in zip(records.steps, losses):
                self.assertClose(step["loss"], found[-1])
                self.assertEqual(len(step["clips"]), 1)

    def test_an_optimizer_with_arguments_of_its_own(self) -> None:
        class Theirs(torch.optim.SGD):
            def step(self, factor: float = 1.0, closure: Any = None) -> None:
                return super().step()

        def make() -> tuple:
            model = network()
            optimizer = Theirs(model.parameters(), 1e-2)

            def step(n: int) -> None:
                optimizer.zero_grad()
                model(self.x).square().mean().backward()
                optimizer.step(2.0)

            return model, optimizer, step

        for records in self.train(make):
            # Their `step` and the one that it calls are one update.
            self.assertEqual(self.orders(records), [["backward", "step"]] * STEPS)
            self.assertGreater(records.rows(1)["0.weight"]["norm_before_clip"], 0)

    def test_an_update_that_is_compiled(self) -> None:
        def make() -> tuple:
            model = network()
            optimizer = torch.optim.SGD(model.parameters(), 1e-2)
            compiled = torch.compile(optimizer.step, backend="eager")

            def step(n: int) -> None:
                optimizer.zero_grad()
                model(self.x).square().mean().backward()
                compiled()

            return model, optimizer, step

        for records in self.train(make):
            self.assertEqual(self.orders(records), [["backward", "step"]] * STEPS)
            self.assertEqual([line["kind"] for line in records.lines],
                             ["recorder", *["step"] * STEPS])

    def test_gradient_penalties_and_kept_graphs(self) -> None:
        def make() -> tuple:
            model = nn.Sequential(nn.Linear(8, 16), nn.Tanh(), nn.Linear(16, 1))
            optimizer = torch.optim.Adam(model.parameters(), 1e-2)

            def step(n: int) -> None:
                optimizer.zero_grad()
                x = self.x.clone().requires_grad_()
                slope, = torch.autograd.grad(model(x).sum(), x, create_graph=True)
                loss = model(x).square().mean() + (slope.norm(dim=1) - 1).square().mean()
                loss.backward(retain_graph=True)
                loss.backward()
                optimizer.step()

            return model, optimizer, step

        for records in self.train(make):
            self.assertEqual(self.orders(records), [["backward", "backward", "step"]] * STEPS)

    def test_losses_that_the_program_goes_on_to_count_in(self) -> None:
        model = network()
        optimizer = torch.optim.SGD(model.parameters(), 1e-2)
        wanted = []

        def step(recorder: Recorder) -> None:
            optimizer.zero_grad()
            loss = model(self.x).square().mean()
            wanted.append(loss.item())
            with recorder.step({"fit": loss}, loss=loss):
                loss.backward()
                norm = nn.utils.clip_grad_norm_(model.parameters(), 1.0)
                optimizer.step()
            loss.detach().add_(100)
            norm.add_(100)

        for line, loss in zip(self.record(model, optimizer, step).steps, wanted):
            self.assertClose(line["loss"], loss)
            self.assertClose(line["terms"][0]["raw"], loss)
            self.assertClose(line["clips"][0]["norm"], number(line["norm_before_clip"]))

    def test_numbers_of_another_library(self) -> None:
        class Whole:
            def __index__(self) -> int:
                return 3

            __int__ = __index__

        model = network()
        optimizer = torch.optim.SGD(model.parameters(), 1e-2)

        def step(recorder: Recorder) -> None:
            recorder.epoch = Whole()
            with recorder.step():
                self.update(model, optimizer)

        steps = self.record(model, optimizer, step, first_step=Whole()).steps
        self.assertEqual([(s["step"], s["epoch"]) for s in steps], [(3, 3), (4, 3), (5, 3)])

    def test_buffers_that_cannot_be_written_to_do_not_hide_the_terms(self) -> None:
        model = network()
        model.register_buffer("places", torch.arange(4.0).expand(3, 4))
        optimizer = torch.optim.SGD(model.parameters(), 1e-2)

        def step(recorder: Recorder) -> None:
            optimizer.zero_grad()
            loss = model(self.x).square().mean()
            with recorder.step({"fit": loss}):
                loss.backward()
                optimizer.step()

        first = self.record(model, optimizer, step).steps[0]
        self.assertNotIn("term_shares_missing", first)
        self.assertGreater(first["term_shares"][0]["norm"], 0)


class Failures(Odd):
    """Nothing that fails in the recorder makes a training fail."""

    def fail(self, place: str, name: str, error: BaseException) -> str:
        """Trains with a recorder in which this fails from the third call on; what it says."""
        model = network()
        optimizer = torch.optim.SGD(model.parameters(), 1e-2)
        owner = getattr(thalweg_recorder, place)
        original = getattr(owner, name)
        calls = []

        def failing(*args: Any, **kwargs: Any) -> Any:
            calls.append(1)
            if len(calls) > 2:
                raise error
            return original(*args, **kwargs)

        said = io.StringIO()
        with contextlib.redirect_stderr(said), mock.patch.object(owner, name, failing):
            self.folders = []
            for is_attached in (True, False):
                calls.clear()
                self.folders.append(self.fresh())
                with Recorder(model, optimizer, self.folders[-1]) as recorder:
                    if is_attached:
                        recorder.attach()
                    for _ in range(STEPS):
                        optimizer.zero_grad()
                        loss = model(self.x).square().mean()
                        if is_attached:
                            recorder.terms({"fit": loss})
                        with contextlib.nullcontext() if is_attached else recorder.step():
                            loss.backward()
                            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
                            optimizer.step()
                        recorder.flush()
        return said.getvalue()

    def test_whatever_it_is(self) -> None:
        places = [("_Modules", "called"), ("_Samples", "take"), ("_Fetch", "read"),
                  ("_Clip", "ended"), ("_Lines", "write"), ("_Roster", "membership"),
                  ("Recorder", "_marks"), ("Recorder", "_new_round"), ("Recorder", "_finish")]
        for place, name in places:
            with self.subTest(place=place, name=name):
                said = self.fail(place, name, ValueError("mine"))
                self.assertEqual(said.count("nothing more is recorded"), 2, said)
                self.assertIn("ValueError: mine", said)
                for folder in self.folders:
                    Records(folder) if os.path.getsize(f"{folder}/records.jsonl") else None

    def test_a_full_disk(self) -> None:
        model = network()
        optimizer = torch.optim.SGD(model.parameters(), 1e-2)
        original = os.write
        room = [5000]

        def write(file: int, data: bytes) -> int:
            if not room[0]:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            written = original(file, data[:room[0]])
            room[0] -= written
            return written

        folder = self.fresh()
        said = io.StringIO()
        with contextlib.redirect_stderr(said), mock.patch.object(os, "write", write):
            with Recorder(model, optimizer, folder).attach() as recorder:
                for _ in range(12):
                    self.update(model, optimizer)
                    recorder.flush()
                self.assertIsNone(recorder._waiting)
        self.assertEqual(said.getvalue().count("No space left on device"), 1)
        steps = Records(folder).steps  # its last line is whole
        self.assertEqual([s["step"] for s in steps], list(range(1, len(steps) + 1)))
        self.assertGreater(len(steps), 1)
        self.assertLess(len(steps), 12)

    @unittest.skipUnless(os.path.exists("/dev/full"), "there is no /dev/full")
    def test_a_disk_that_is_full_from_the_start(self) -> None:
        model = network()
        optimizer = torch.optim.SGD(model.parameters(), 1e-2)
        folder = self.fresh()
        os.symlink("/dev/full", f"{folder}/records.jsonl")
        said = io.StringIO()
        with contextlib.redirect_stderr(said):
            with Recorder(model, optimizer, folder, append=True).attach():
                for _ in range(STEPS):
                    self.update(model, optimizer)
        self.assertIn("No space left on device", said.getvalue())

    def test_an_interrupt_while_lines_are_written_cuts_none(self) -> None:
        model = network()
        optimizer = torch.optim.SGD(model.parameters(), 1e-2)
        original = os.write
        calls = []

        def write(file: int, data: bytes) -> int:
            calls.append(1)
            if len(calls) == 2:
                raise KeyboardInterrupt
            return original(file, data[:100])

        folder = self.fresh()
        with mock.patch.object(os, "write", write):
            with Recorder(model, optimizer, folder).attach() as recorder:
                for _ in range(STEPS):
                    self.update(model, optimizer)
                with self.assertRaises(KeyboardInterrupt):
                    recorder.flush()
        self.assertEqual(len(Records(folder).steps), STEPS)


class Memory(Odd):
    def test_does_not_grow(self) -> None:
        import tracemalloc
        model = nn.Sequential(nn.Linear(4, 4), nn.Embedding(200_000, 1, sparse=True))
        optimizer = torch.optim.SGD(model.parameters(), 1e-3)
        x = torch.randn(2, 4)

        def train(steps: int) -> None:
            for n in range(steps):
                optimizer.zero_grad()
                loss = model[0](x).square().mean()
                if n % 50 == 0:  # sparse gradients have another size in each step
                    rows = torch.arange(70_000 + train.count)
                    loss = loss + model[1](rows).mean()
                    train.count += 1
                loss.backward()
                nn.utils.clip_grad_value_(model[0].parameters(), 1.0)
                optimizer.step()

        train.count = 0
        tracemalloc.start()
        self.addCleanup(tracemalloc.stop)
        with Recorder(model, optimizer, self.fresh()).attach():
            train(200)
            before = tracemalloc.get_traced_memory()[0]
            train(1000)
            grown = tracemalloc.get_traced_memory()[0] - before
        # A hundred bytes a step would be 100,000; what waits to be written is 65,536 at most.
        self.assertLess(grown, thalweg_recorder.FLUSH_BYTES + 34_000)


if __name__ == "__main__":
    unittest.main()
