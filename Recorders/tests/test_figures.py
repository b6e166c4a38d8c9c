"""Figures of the records against what torch itself computes."""

from __future__ import annotations

import copy
import math
import unittest
from torch.nn.utils import clip_grad_norm_ as imported_long_ago

import torch
from torch import nn

from support import Case, F, Recorder, Records, norm_of, norms_of_gradients, number
from thalweg_recorder import SAMPLE, WHOLE


def small_model() -> nn.Sequential:
    return nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 3))


class Trained(Case):
    """One model, of which each step's true figures are kept beside the records."""

    def setUp(self) -> None:
        super().setUp()
        self.x = torch.randn(32, 8)
        self.y = torch.randint(0, 3, (32,))
        self.model = small_model()
        self.optimizer = torch.optim.Adam(self.model.parameters(), 1e-2)

    def backward(self) -> None:
        self.optimizer.zero_grad()
        F.cross_entropy(self.model(self.x), self.y).backward()


class PlainFigures(Trained):
    def test_each_column_of_each_tensor(self) -> None:
        wanted = []

        def step() -> None:
            self.backward()
            before = copy.deepcopy(self.model)
            came = norms_of_gradients(self.model)
            nn.utils.clip_grad_norm_(self.model.parameters(), 0.1)
            used = norms_of_gradients(self.model)
            self.optimizer.step()
            wanted.append({
                path: {
                    "state": "live", "norm_before_clip": came[path], "norm_after_clip": used[path],
                    "zero_share": (p.grad == 0).double().mean().item(),
                    "parameter_norm": norm_of([old]), "update_norm": norm_of([p.detach() - old]),
                }
                for (path, p), old in zip(self.model.named_parameters(), before.parameters())
            })

        records = self.attach(self.model, self.optimizer, step, steps=4)
        for n, rows in enumerate(wanted):
            for path, row in rows.items():
                found = records.rows(n)[path]
                self.assertEqual(found.pop("state"), row.pop("state"))
                for column, value in row.items():
                    self.assertClose(found[column], value, 2e-5)
            for column in ("norm_before_clip", "norm_after_clip"):
                whole = math.hypot(*(row[column] for row in rows.values()))
                self.assertClose(records.steps[n][column], whole)

    def test_loss_rate_and_numbering(self) -> None:
        losses = []
        schedule = torch.optim.lr_scheduler.ExponentialLR(self.optimizer, 0.5)

        def step(recorder: Recorder) -> None:
            recorder.epoch = len(losses) // 2 + 1
            self.optimizer.zero_grad()
            loss = F.cross_entropy(self.model(self.x), self.y)
            losses.append(loss.item())
            with recorder.step():
                loss.backward()
                self.optimizer.step()
            schedule.step()

        steps = self.record(self.model, self.optimizer, step, steps=4, first_step=11).steps
        self.assertEqual([s["loss"] for s in steps], losses)
        self.assertEqual([s["step"] for s in steps], [11, 12, 13, 14])
        self.assertEqual([s["epoch"] for s in steps], [1, 1, 2, 2])
        self.assertEqual([s["learning_rate"] for s in steps],
                         [[1e-2], [5e-3], [2.5e-3], [1.25e-3]])

    def test_every_third_step(self) -> None:
        moved = []

        def step() -> None:
            self.backward()
            before = self.model[0].bias.detach().clone()
            self.optimizer.step()
            moved.append(norm_of([self.model[0].bias.detach() - before]))

        records = self.attach(self.model, self.optimizer, step, steps=7, every=3)
        self.assertEqual([s["step"] for s in records.steps], [1, 4, 7])
        # The update is that of the step itself, not of all until the next line.
        for n, step in enumerate((1, 4, 7)):
            self.assertClose(records.rows(n)["0.bias"]["update_norm"], moved[step - 1])

    def test_accumulated_passes_are_one_step_with_their_losses_added(self) -> None:
        losses = []

        def step() -> None:
            self.optimizer.zero_grad()
            losses.append(0.0)
            for part in (slice(0, 16), slice(16, 32)):
                loss = F.cross_entropy(self.model(self.x[part]), self.y[part]) / 2
                losses[-1] += loss.item()
                loss.backward()
            self.optimizer.step()

        steps = self.attach(self.model, self.optimizer, step).steps
        self.assertEqual([s["order"] for s in steps], [["backward", "backward", "step"]] * 3)
        for step, loss in zip(steps, losses):
            self.assertClose(step["loss"], loss)

    def test_terms_of_accumulated_passes_are_added(self) -> None:
        folder = self.fresh()
        with Recorder(self.model, self.optimizer, folder).attach() as recorder:
            for _ in range(2):
                self.optimizer.zero_grad()
                for part in (slice(0, 16), slice(16, 32)):
                    out = self.model(self.x[part])
                    terms = {"fit": F.cross_entropy(out, self.y[part]), "size": out.square().mean()}
                    recorder.terms(terms, {"fit": 0.5, "size": 0.05})
                    (0.5 * terms["fit"] + 0.05 * terms["size"]).backward()
                self.optimizer.step()
        for step in Records(folder).steps:
            self.assertEqual(len(step["terms"]), 2)
            self.assertClose(sum(t["weighted"] for t in step["terms"]), step["loss"])

    def test_parameters_that_have_no_norm(self) -> None:
        self.model.register_parameter(
            "codes", nn.Parameter(torch.zeros(5, dtype=torch.uint8), requires_grad=False))

        def step() -> None:
            self.backward()
            self.optimizer.step()

        self.assertEqual(self.attach(self.model, self.optimizer, step).rows(1)["codes"], {
            "state": "frozen", "norm_before_clip": "none", "norm_after_clip": "none",
            "zero_share": None, "parameter_norm": None, "update_norm": None})

    def test_gradients_that_nobody_cleared(self) -> None:
        def step(is_cleared: bool) -> None:
            if is_cleared:
                self.optimizer.zero_grad(set_to_none=False)
            F.cross_entropy(self.model(self.x), self.y).backward()
            self.optimizer.step()

        for is_cleared in (True, False):
            self.optimizer.zero_grad()
            steps = self.attach(
                self.model, self.optimizer, lambda: step(is_cleared)).steps
            self.assertEqual([s["gradient_left_over"] for s in steps],
                             [False, not is_cleared, not is_cleared])

    def test_an_update_left_out(self) -> None:
        def step(recorder: Recorder) -> None:
            self.optimizer.zero_grad()
            with recorder.step():
                F.cross_entropy(self.model(self.x), self.y).backward()

        records = self.record(self.model, self.optimizer, step)
        self.assertEqual([s["stepped"] for s in records.steps], [False] * 3)
        row = records.rows(1)["0.weight"]
        self.assertEqual(row["state"], "live")
        self.assertGreater(row["norm_before_clip"], 0)
        self.assertGreater(row["parameter_norm"], 0)
        self.assertIsNone(row["update_norm"])

    def test_a_closure_that_makes_the_gradient(self) -> None:
        optimizer = torch.optim.LBFGS(self.model.parameters(), 0.1, max_iter=2)
        norms = []

        def closure() -> torch.Tensor:
            optimizer.zero_grad()
            loss = F.cross_entropy(self.model(self.x), self.y)
            loss.backward()
            norms.append(norm_of(p.grad for p in self.model.parameters()))
            return loss

        for pass_it in (lambda: optimizer.step(closure), lambda: optimizer.step(closure=closure)):
            steps = self.attach(self.model, optimizer, pass_it, steps=1).steps
            self.assertClose(steps[0]["norm_before_clip"], norms[-1])
            self.assertEqual(steps[0]["order"][-1], "step")


class Clipping(Trained):
    def clipped(self, clip, **settings) -> dict:
        def step() -> None:
            self.backward()
            clip()
            self.optimizer.step()

        return self.attach(self.model, self.optimizer, step, steps=2, **settings).steps[1]

    def test_by_norm_however_it_was_imported(self) -> None:
        for function in (nn.utils.clip_grad_norm_, imported_long_ago):
            norms = []
            found = self.clipped(
                lambda: norms.append(function(self.model.parameters(), 0.01).item()))
            self.assertEqual(found["clip_threshold"], 0.01)
            self.assertClose(found["clips"][0]["norm"], norms[1])
            self.assertClose(found["norm_before_clip"], norms[1])
            self.assertClose(found["norm_after_clip"], 0.01, 1e-3)
            self.assertClose(found["clip_coefficient"], 0.01 / (norms[1] + 1e-6))
            self.assertEqual(found["clip_order"], "ok")

    def test_no_clipping_and_clipping_that_does_not_act(self) -> None:
        found = self.clipped(lambda: None)
        self.assertEqual(found["clips"], [])
        for key in ("clip_threshold", "clip_coefficient", "clip_order", "scaled_gradients"):
            self.assertIsNone(found[key])
        self.assertEqual(found["norm_before_clip"], found["norm_after_clip"])
        found = self.clipped(lambda: nn.utils.clip_grad_norm_(self.model.parameters(), 1e6))
        self.assertEqual(found["clip_coefficient"], 1)
        self.assertClose(found["norm_after_clip"], found["norm_before_clip"])

    def test_by_value(self) -> None:
        norms = []

        def clip() -> None:
            before = norm_of(p.grad for p in self.model.parameters())
            nn.utils.clip_grad_value_(self.model.parameters(), 1e-3)
            norms.append((before, norm_of(p.grad for p in self.model.parameters())))

        found = self.clipped(clip)
        self.assertEqual(found["clips"][0]["function"], "clip_grad_value_")
        self.assertEqual(found["clip_threshold"], 1e-3)
        self.assertIsNone(found["clip_coefficient"])
        self.assertClose(found["norm_before_clip"], norms[1][0])
        self.assertClose(found["norm_after_clip"], norms[1][1])

    def test_other_norms_and_other_ways(self) -> None:
        ways = [
            lambda: nn.utils.clip_grad_norm_(self.model.parameters(), 0.01, float("inf")),
            lambda: nn.utils.clip_grad_norm_(self.model.parameters(), 0.01, foreach=False),
            lambda: nn.utils.clip_grad_norm_(
                max_norm=0.01, parameters=list(self.model.parameters())),
        ]
        for way in ways:
            norms = []

            def clip() -> None:
                norms.append(norm_of(p.grad for p in self.model.parameters()))
                way()
                norms.append(norm_of(p.grad for p in self.model.parameters()))

            found = self.clipped(clip)
            self.assertClose(found["norm_before_clip"], norms[2])
            self.assertClose(found["norm_after_clip"], norms[3])
            self.assertEqual(found["clip_threshold"], 0.01)

    def test_a_part_of_the_parameters(self) -> None:
        found = self.clipped(
            lambda: nn.utils.clip_grad_norm_(self.model[2].parameters(), 1e-4))
        self.assertEqual((found["clips"][0]["tensors"], found["clips"][0]["left_out"]), (2, 2))
        self.assertGreater(found["norm_after_clip"], 1e-4)

    def test_two_calls_have_no_one_coefficient(self) -> None:
        def clip() -> None:
            nn.utils.clip_grad_norm_(self.model[0].parameters(), 0.01)
            nn.utils.clip_grad_norm_(self.model[2].parameters(), 0.02)

        found = self.clipped(clip)
        self.assertEqual([c["threshold"] for c in found["clips"]], [0.01, 0.02])
        self.assertIsNone(found["clip_threshold"])
        self.assertIsNone(found["clip_coefficient"])
        self.assertClose(found["norm_after_clip"], math.hypot(0.01, 0.02), 1e-3)

    def orders(self, *, before_backward: bool = False, after_step: bool = False) -> list:
        """`clip_order` of steps recorded in both ways."""
        clip = lambda: nn.utils.clip_grad_norm_(self.model.parameters(), 0.01)

        def body(loss: torch.Tensor) -> None:
            if before_backward:
                clip()
            loss.backward()
            self.optimizer.step()
            if after_step:
                clip()

        def with_step(recorder: Recorder) -> None:
            self.optimizer.zero_grad()
            loss = F.cross_entropy(self.model(self.x), self.y)
            with recorder.step():
                body(loss)

        def alone() -> None:
            self.optimizer.zero_grad()
            body(F.cross_entropy(self.model(self.x), self.y))

        found = [*self.record(self.model, self.optimizer, with_step).steps,
                 *self.attach(self.model, self.optimizer, alone).steps]
        return [s["clip_order"] for s in found]

    def test_clipping_after_the_update(self) -> None:
        self.assertEqual(self.orders(after_step=True), ["after_step"] * 6)

    def test_clipping_before_the_gradient(self) -> None:
        self.assertEqual(self.orders(before_backward=True), ["before_backward"] * 6)

    def test_a_threshold_of_infinity_is_none(self) -> None:
        found = self.clipped(
            lambda: nn.utils.clip_grad_norm_(self.model.parameters(), float("inf")))
        self.assertIsNone(found["clip_threshold"])
        self.assertEqual(found["clips"][0]["threshold"], "Infinity")


class LargeTensors(Case):
    """Tensors that are looked at in samples."""

    def setUp(self) -> None:
        super().setUp()
        self.model = nn.Sequential(nn.Linear(256, 512), nn.ReLU(), nn.Linear(512, 1024), nn.ReLU(),
                                   nn.Linear(1024, 3))
        self.x, self.y = torch.randn(32, 256), torch.randint(0, 3, (32,))
        self.optimizer = torch.optim.SGD(self.model.parameters(), 1e-2)
        self.wanted: list[dict] = []

    def step(self, clip=None) -> None:
        self.optimizer.zero_grad()
        F.cross_entropy(self.model(self.x), self.y).backward()
        came = norms_of_gradients(self.model)
        old = [p.detach().clone() for p in self.model.parameters()]
        if clip is not None:
            clip()
        used = norms_of_gradients(self.model)
        self.optimizer.step()
        moved = [norm_of([p.detach() - o]) for p, o in zip(self.model.parameters(), old)]
        self.wanted.append({"came": came, "used": used, "moved": dict(zip(came, moved)),
                            "norm": dict(zip(came, map(lambda o: norm_of([o]), old)))})

    def compare(self, records: Records, step: int, gradient: float, parameter: float) -> None:
        for path, row in records.rows(step).items():
            wanted = self.wanted[step]
            is_large = wanted["norm"][path] is not None and \
                dict(self.model.named_parameters())[path].numel() > WHOLE
            exact = 2e-5
            self.assertClose(row["norm_before_clip"], wanted["came"][path],
                             gradient if is_large else exact)
            self.assertClose(row["norm_after_clip"], wanted["used"][path],
                             gradient if is_large else exact)
            self.assertClose(row["parameter_norm"], wanted["norm"][path],
                             parameter if is_large else exact)
            self.assertClose(row["update_norm"], wanted["moved"][path],
                             0.15 if is_large else exact)

    def test_without_clipping_large_ones_are_estimated_between_exact_steps(self) -> None:
        records = self.attach(self.model, self.optimizer, self.step, steps=4, exact_every=3)
        self.assertEqual([s["norms_from"] for s in records.steps],
                         ["entries", "samples", "samples", "entries"])
        for step, tolerance in enumerate((2e-5, 0.15, 0.15, 2e-5)):
            self.compare(records, step, tolerance, 0.05)
        told = {p["path"]: (p["elements"], p["gradient_sampled"])
                for p in records.header["parameters"]}
        self.assertEqual(told["2.weight"], (512 * 1024, SAMPLE))
        self.assertEqual(told["0.bias"], (512, 512))

    def test_clipping_by_norm_makes_them_exact(self) -> None:
        clip = lambda: nn.utils.clip_grad_norm_(self.model.parameters(), 0.01)
        records = self.attach(self.model, self.optimizer, lambda: self.step(clip), steps=3)
        self.assertEqual([s["norms_from"] for s in records.steps],
                         ["entries", "clipping", "clipping"])
        for step in range(3):
            self.compare(records, step, 2e-5, 0.05)

    def test_a_change_after_clipping_is_seen(self) -> None:
        def clip() -> None:
            nn.utils.clip_grad_norm_(self.model.parameters(), 0.01)
            self.model[2].weight.grad.mul_(10)

        records = self.attach(self.model, self.optimizer, lambda: self.step(clip), steps=3)
        self.compare(records, 2, 1e-4, 0.05)

    def test_all_entries_where_that_is_asked_for(self) -> None:
        records = self.attach(self.model, self.optimizer, self.step, steps=3, sample=None)
        self.assertEqual([s["norms_from"] for s in records.steps], ["entries"] * 3)
        for step in range(3):
            for path, row in records.rows(step).items():
                self.assertClose(row["norm_before_clip"], self.wanted[step]["came"][path], 2e-5)
                self.assertClose(row["update_norm"], self.wanted[step]["moved"][path], 2e-5)

    def test_a_table_of_which_few_rows_are_used(self) -> None:
        for is_sparse in (False, True):
            table = nn.Embedding(40000, 8, sparse=is_sparse)
            model = nn.ModuleList([table, nn.Linear(8, 1)])
            optimizer = torch.optim.SGD(model.parameters(), 0.1)
            norms = []

            def step() -> None:
                optimizer.zero_grad()
                model[1](table(torch.tensor([5, 9]))).sum().backward()
                norms.append(norm_of([table.weight.grad.to_dense()]))
                optimizer.step()

            row = self.attach(model, optimizer, step).rows(1)["0.weight"]
            self.assertEqual(row["state"], "live")
            self.assertClose(row["norm_before_clip"], norms[1])
            if is_sparse:
                self.assertClose(row["zero_share"], 1 - 16 / 320000)
            else:
                self.assertIsNone(row["zero_share"])  # no entry of the sample is one of them
            self.assertIsNone(row["update_norm"])

    def test_a_dead_large_layer_is_zero(self) -> None:
        nn.init.constant_(self.model[2].bias, -1000)
        records = self.attach(self.model, self.optimizer, self.step)
        self.assertEqual(records.rows(1)["2.weight"]["state"], "zero")
        self.assertEqual(records.rows(1)["0.weight"]["state"], "zero")
        # SGD wrote to it; a sample that did not move cannot tell that nothing did.
        self.assertIsNone(records.rows(1)["2.weight"]["update_norm"])


class Extremes(Case):
    def figures(self, gradient: torch.Tensor) -> tuple[dict, dict]:
        """The first step with this gradient: its line and the row."""
        model = nn.Module()
        model.weight = nn.Parameter(torch.zeros_like(gradient))
        optimizer = torch.optim.SGD(model.parameters(), 0.0)

        def step() -> None:
            model.weight.grad = gradient.clone()
            optimizer.step()

        records = self.attach(model, optimizer, step, steps=2)
        return records.steps[1], records.rows(1)["weight"]

    def test_squares_that_underflow_are_not_zero(self) -> None:
        _, row = self.figures(torch.full((4,), 1e-30))
        self.assertEqual(row["state"], "live")
        self.assertClose(row["norm_before_clip"], 2e-30, 1e-6)

    def test_squares_that_overflow_are_finite(self) -> None:
        for count in (4, 2 * WHOLE):
            line, row = self.figures(torch.full((count,), 1e30))
            self.assertClose(row["norm_before_clip"], math.sqrt(count) * 1e30, 1e-6)
            self.assertIsNone(line["non_finite"])

    def test_numbers_that_json_lacks(self) -> None:
        for value, text in ((math.nan, "NaN"), (math.inf, "Infinity"), (-math.inf, "Infinity")):
            line, row = self.figures(torch.tensor([1.0, value]))
            self.assertEqual(row["norm_before_clip"], text)
            self.assertEqual(line["norm_before_clip"], text)
            self.assertEqual(line["non_finite"]["tensors"], ["weight"])

    def test_one_bad_entry_where_no_sample_looks_is_seen_by_the_loss(self) -> None:
        model = nn.Linear(512, 512, bias=False)
        optimizer = torch.optim.SGD(model.parameters(), 0.0)

        def step() -> None:
            optimizer.zero_grad()
            out = model(torch.ones(4, 512))
            (out.sum() + (out[0, 0] * 0).log()).backward()
            optimizer.step()

        step_of = self.attach(model, optimizer, step).steps[1]
        self.assertEqual(step_of["non_finite"]["tensors"], ["weight"])

    def test_other_precisions(self) -> None:
        for dtype in (torch.float64, torch.bfloat16, torch.float16, torch.complex64):
            gradient = torch.full((300,), 300.0, dtype=dtype)
            _, row = self.figures(gradient)
            self.assertClose(row["norm_before_clip"], 300 * math.sqrt(300), 1e-6)


class Normalizations(Case):
    def test_values_that_share_statistics(self) -> None:
        cases = [
            (nn.BatchNorm1d(4), (6, 4), 6), (nn.BatchNorm1d(4), (6, 4, 5), 30),
            (nn.BatchNorm2d(4), (2, 4, 3, 5), 30), (nn.BatchNorm3d(4), (2, 4, 3, 5, 7), 210),
            (nn.LayerNorm(8), (6, 5, 8), 8), (nn.LayerNorm([5, 8]), (6, 5, 8), 40),
            (nn.GroupNorm(2, 8), (3, 8, 5), 20), (nn.InstanceNorm1d(4), (3, 4, 9), 9),
            (nn.InstanceNorm2d(4), (3, 4, 9, 2), 18), (nn.InstanceNorm1d(4), (4, 9), 9),
            (nn.RMSNorm(8), (6, 5, 8), 8),
        ]
        for module, shape, values in cases:
            with self.subTest(module=module, shape=shape):
                model = nn.Sequential(module, nn.Linear(shape[-1], 1))
                optimizer = torch.optim.SGD(model.parameters(), 1e-3)

                def step() -> None:
                    model(torch.randn(shape)).sum().backward()
                    optimizer.step()

                records = self.attach(model, optimizer, step, steps=1)
                found = records.steps[0]["normalization"][0]
                self.assertEqual((found["values"], found["batch"]), (values, shape[0]))
                self.assertEqual(records.header["modules"][0]["class"], type(module).__name__)


if __name__ == "__main__":
    unittest.main()
