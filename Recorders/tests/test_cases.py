"""Sick trainings and their healthy twins: what the records must tell apart."""

from __future__ import annotations

import copy
import math
import unittest

import torch
from torch import Tensor, nn

from support import Case, F, Records, Recorder, norm_of, number


class TwoHeads(nn.Module):
    """A trunk with a head for classes and one for a value, which may get detached features."""

    def __init__(self, is_detached: bool = False):
        super().__init__()
        self.trunk = nn.Sequential(nn.Linear(8, 16), nn.Tanh())
        self.classes = nn.Linear(16, 3)
        self.value = nn.Linear(16, 1)
        self.is_detached = is_detached

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        features = self.trunk(x)
        return self.classes(features), self.value(
            features.detach() if self.is_detached else features)


class Branches(nn.Module):
    """Two branches of which the second is multiplied with a gate that is not trained."""

    def __init__(self, gate: float, is_used: bool = True):
        super().__init__()
        self.first = nn.Linear(8, 3)
        self.second = nn.Linear(8, 3)
        self.register_buffer("gate", torch.tensor(gate))
        self.is_used = is_used

    def forward(self, x: Tensor) -> Tensor:
        return self.first(x) + self.gate * self.second(x) if self.is_used else self.first(x)


class MakesLayerLate(nn.Module):
    """Makes its projection in the first forward pass, or at once."""

    def __init__(self, is_late: bool):
        super().__init__()
        self.body = nn.Linear(8, 8)
        if not is_late:
            self.projection = nn.Linear(8, 3)

    def forward(self, x: Tensor) -> Tensor:
        if not hasattr(self, "projection"):
            self.projection = nn.Linear(8, 3)
        return self.projection(self.body(x).tanh())


class CaseWithBatch(Case):
    def setUp(self) -> None:
        super().setUp()
        self.x = torch.randn(32, 8)
        self.y = torch.randint(0, 3, (32,))
        self.value = torch.randn(32, 1)

    def plain(self, model: nn.Module, parameters: list | None = None, **settings) -> Records:
        """Trains on the classes by hooks alone."""
        optimizer = torch.optim.Adam(parameters or list(model.parameters()), 1e-2)

        def step() -> None:
            optimizer.zero_grad()
            F.cross_entropy(model(self.x), self.y).backward()
            optimizer.step()

        return self.attach(model, optimizer, step, **settings)


class DetachedLoss(CaseWithBatch):
    def losses(self, model: nn.Module) -> dict[str, Tensor]:
        classes, value = model(self.x)
        return {"classes": F.cross_entropy(classes, self.y), "value": F.mse_loss(value, self.value)}

    def heads(self, is_detached: bool, is_number: bool = False) -> Records:
        model = TwoHeads(is_detached)
        optimizer = torch.optim.Adam(model.parameters(), 1e-2)

        def step(recorder: Recorder) -> None:
            optimizer.zero_grad()
            terms = self.losses(model)
            if is_number:
                terms["value"] = terms["value"].item()
            with recorder.step(terms=terms):
                sum(terms.values()).backward()
                optimizer.step()

        return self.record(model, optimizer, step, terms_every=1)

    def test_a_detached_term_has_no_path_to_the_trunk(self) -> None:
        share = self.heads(is_detached=True).share(1, "value")
        self.assertEqual(share["trunk.0.weight"], "none")
        self.assertEqual(share["classes.weight"], "none")
        self.assertGreater(share["value.weight"], 0)

    def test_its_twin_has(self) -> None:
        records = self.heads(is_detached=False)
        share = records.share(1, "value")
        self.assertGreater(share["trunk.0.weight"], 0)
        self.assertEqual(share["classes.weight"], "none")
        self.assertTrue(all(t["requires_grad"] for t in records.steps[1]["terms"]))

    def test_a_term_made_a_number_says_so_in_each_step(self) -> None:
        records = self.heads(is_detached=False, is_number=True)
        for step in records.steps:
            self.assertEqual([t["requires_grad"] for t in step["terms"]], [True, False])
        self.assertEqual(set(records.share(0, "value").values()), {"none"})
        self.assertEqual(records.states()["value.weight"], "no_path")


class StarvedBranch(CaseWithBatch):
    def test_a_gate_of_zero_gives_zero(self) -> None:
        records = self.plain(Branches(gate=0))
        for step in range(3):
            rows = records.rows(step)
            self.assertEqual(rows["second.weight"]["state"], "zero")
            self.assertEqual(rows["second.weight"]["norm_before_clip"], 0)
            self.assertEqual(rows["second.weight"]["zero_share"], 1)
            self.assertEqual(rows["second.weight"]["update_norm"], 0)
            self.assertEqual(rows["first.weight"]["state"], "live")

    def test_a_branch_left_out_has_no_path(self) -> None:
        row = self.plain(Branches(gate=1, is_used=False)).rows(1)["second.weight"]
        self.assertEqual(row["state"], "no_path")
        self.assertEqual(row["norm_before_clip"], "none")
        self.assertIsNone(row["zero_share"])
        self.assertEqual(row["update_norm"], 0)

    def test_their_twin_is_live(self) -> None:
        records = self.plain(Branches(gate=1))
        self.assertEqual(set(records.states(2).values()), {"live"})
        self.assertTrue(all(row["update_norm"] > 0 for row in records.rows(2).values()))


class Membership(CaseWithBatch):
    def test_an_optimizer_that_lacks_the_head(self) -> None:
        model = TwoHeads().trunk.append(nn.Linear(16, 3))
        records = self.plain(model, list(model[0].parameters()))
        for step in range(3):
            row = records.rows(step)["2.weight"]
            self.assertEqual(row["state"], "not_optimized")
            self.assertGreater(row["norm_before_clip"], 0)
            self.assertEqual(row["update_norm"], 0)
        told = {p["path"]: (p["in_optimizer"], p["group"]) for p in records.header["parameters"]}
        self.assertEqual(told, {"0.weight": (True, 0), "0.bias": (True, 0),
                                "2.weight": (False, None), "2.bias": (False, None)})

    def test_its_twin(self) -> None:
        records = self.plain(TwoHeads().trunk.append(nn.Linear(16, 3)))
        self.assertEqual(set(records.states(1).values()), {"live"})
        self.assertTrue(all(row["update_norm"] > 0 for row in records.rows(1).values()))

    def test_frozen_layers(self) -> None:
        model = nn.Sequential(nn.Linear(8, 8), nn.Tanh(), nn.Linear(8, 3))
        model[0].requires_grad_(False)
        self.assertEqual(self.plain(model).states(1), {
            "0.weight": "frozen", "0.bias": "frozen", "2.weight": "live", "2.bias": "live"})

    def test_a_layer_made_in_forward(self) -> None:
        records = self.plain(MakesLayerLate(is_late=True))
        self.assertEqual(records.states(0)["projection.weight"], "late")
        row = records.rows(2)["projection.weight"]
        self.assertGreater(row["norm_before_clip"], 0)
        self.assertEqual(row["update_norm"], 0)
        self.assertEqual({p["path"]: p["made_late"] for p in records.header["parameters"]}, {
            "body.weight": False, "body.bias": False,
            "projection.weight": True, "projection.bias": True})

    def test_its_twin_made_at_once(self) -> None:
        records = self.plain(MakesLayerLate(is_late=False))
        self.assertEqual(set(records.states(2).values()), {"live"})
        self.assertFalse(any(p["made_late"] for p in records.header["parameters"]))

    def test_a_head_replaced_after_some_steps(self) -> None:
        model = nn.Sequential(nn.Linear(8, 8), nn.Tanh(), nn.Linear(8, 3))
        optimizer = torch.optim.Adam(model.parameters(), 1e-2)

        def step() -> None:
            optimizer.zero_grad()
            F.cross_entropy(model(self.x), self.y).backward()
            optimizer.step()
            step.count += 1
            if step.count == 2:
                model[2] = nn.Linear(8, 3)

        step.count = 0
        records = self.attach(model, optimizer, step, steps=4)
        self.assertEqual([records.states(n)["2.weight"] for n in range(4)],
                         ["live", "live", "late", "late"])
        self.assertEqual([line["kind"] for line in records.lines],
                         ["recorder", "step", "step", "parameters", "step", "step"])

    def test_a_group_added_later_is_in_the_optimizer_from_then_on(self) -> None:
        model = nn.Sequential(nn.Linear(8, 8), nn.Tanh(), nn.Linear(8, 3))
        optimizer = torch.optim.SGD(model[0].parameters(), 1e-2)

        def step() -> None:
            optimizer.zero_grad()
            F.cross_entropy(model(self.x), self.y).backward()
            optimizer.step()
            if len(optimizer.param_groups) == 1:
                optimizer.add_param_group({"params": list(model[2].parameters()), "lr": 1e-3})

        records = self.attach(model, optimizer, step)
        self.assertEqual([records.states(n)["2.weight"] for n in range(3)],
                         ["not_optimized", "live", "live"])
        self.assertEqual([s["learning_rate"] for s in records.steps],
                         [[1e-2], [1e-2, 1e-3], [1e-2, 1e-3]])


class ClipBeforeUnscale(CaseWithBatch):
    SCALE = 65536.0
    THRESHOLD = 0.05

    def scaled(self, is_wrong: bool, is_fused: bool = False) -> tuple[Records, float]:
        """The records, and the true norm of the first gradient."""
        model = nn.Sequential(nn.Linear(8, 16), nn.Tanh(), nn.Linear(16, 3))
        twin = copy.deepcopy(model)
        F.cross_entropy(twin(self.x), self.y).backward()
        optimizer = torch.optim.AdamW(model.parameters(), 1e-3, fused=is_fused)
        scaler = torch.amp.GradScaler("cpu", init_scale=self.SCALE)

        def step() -> None:
            optimizer.zero_grad()
            scaler.scale(F.cross_entropy(model(self.x), self.y)).backward()
            if not is_wrong:
                scaler.unscale_(optimizer)
            nn.utils.clip_grad_norm_(model.parameters(), self.THRESHOLD)
            scaler.step(optimizer)
            scaler.update()

        records = self.attach(model, optimizer, step)
        return records, norm_of(p.grad for p in twin.parameters())

    def test_the_wrong_order_is_told_and_its_harm_measured(self) -> None:
        for is_fused in (False, True):
            with self.subTest(is_fused=is_fused):
                records, norm = self.scaled(is_wrong=True, is_fused=is_fused)
                step = records.steps[0]
                self.assertTrue(step["scaled_gradients"])
                self.assertEqual(step["clip_order"], "before_unscale")
                self.assertEqual(step["amp_scale"], self.SCALE)
                self.assertClose(step["norm_before_clip"], norm)
                self.assertClose(step["norm_after_clip"], self.THRESHOLD / self.SCALE, 1e-4)
                self.assertClose(step["clips"][0]["norm"], norm * self.SCALE)

    def test_its_twin(self) -> None:
        for is_fused in (False, True):
            with self.subTest(is_fused=is_fused):
                records, norm = self.scaled(is_wrong=False, is_fused=is_fused)
                step = records.steps[0]
                self.assertIs(step["scaled_gradients"], False)
                self.assertEqual(step["clip_order"], "ok")
                self.assertEqual(step["order"], ["backward", "unscale", "clip", "step"])
                self.assertGreater(norm, self.THRESHOLD)
                self.assertClose(step["norm_before_clip"], norm)
                self.assertClose(step["norm_after_clip"], self.THRESHOLD, 1e-4)
                self.assertIs(step["skipped_by_scaler"], False)

    def test_a_step_that_the_scaler_skips(self) -> None:
        for is_fused in (False, True):
            with self.subTest(is_fused=is_fused):
                model = nn.Linear(8, 3)
                optimizer = torch.optim.AdamW(model.parameters(), 1e-3, fused=is_fused)
                scaler = torch.amp.GradScaler("cpu", init_scale=self.SCALE)
                factors = iter([1.0, float("inf"), 1.0])

                def step() -> None:
                    optimizer.zero_grad()
                    loss = F.cross_entropy(model(self.x), self.y)
                    scaler.scale(loss * next(factors)).backward()
                    scaler.step(optimizer)
                    scaler.update()

                records = self.attach(model, optimizer, step)
                steps = records.steps
                self.assertEqual([s["skipped_by_scaler"] for s in steps], [False, True, False])
                self.assertEqual([s["stepped"] for s in steps], [True, False, True])
                self.assertEqual([s["amp_scale"] for s in steps],
                                 [self.SCALE, self.SCALE, self.SCALE / 2])
                self.assertIsNone(steps[0]["non_finite"])
                self.assertTrue(steps[1]["non_finite"]["loss"])


class SmallBatchNormalization(CaseWithBatch):
    def values(self, batch: int) -> dict[str, int]:
        model = nn.Sequential(
            nn.Conv1d(1, 4, 3), nn.BatchNorm1d(4), nn.Flatten(), nn.Linear(24, 8),
            nn.BatchNorm1d(8), nn.Linear(8, 3))
        optimizer = torch.optim.SGD(model.parameters(), 1e-2)

        def step() -> None:
            optimizer.zero_grad()
            F.cross_entropy(model(self.x[:batch, None]), self.y[:batch]).backward()
            optimizer.step()

        records = self.attach(model, optimizer, step)
        self.assertEqual([(m["path"], m["kind"], m["channels"], m["momentum"], m["eps"])
                          for m in records.header["modules"]],
                         [("1", "batch_norm", 4, 0.1, 1e-5), ("4", "batch_norm", 8, 0.1, 1e-5)])
        found = records.steps[1]["normalization"]
        self.assertTrue(all(n["batch"] == batch and n["training"] for n in found))
        return {n["module"]: n["values"] for n in found}

    def test_batch_of_two(self) -> None:
        self.assertEqual(self.values(2), {"1": 12, "4": 2})

    def test_its_twin(self) -> None:
        self.assertEqual(self.values(32), {"1": 192, "4": 32})

    def test_training_in_eval_mode(self) -> None:
        model = nn.Sequential(nn.Linear(8, 8), nn.BatchNorm1d(8), nn.Linear(8, 3)).eval()
        step = self.plain(model).steps[1]
        self.assertIs(step["training"], False)
        self.assertIs(step["normalization"][0]["training"], False)

    def test_a_call_in_evaluation_mode_beside(self) -> None:
        model = nn.Sequential(nn.Linear(8, 8), nn.BatchNorm1d(8), nn.Linear(8, 3))
        optimizer = torch.optim.SGD(model.parameters(), 1e-2)

        def step() -> None:
            optimizer.zero_grad()
            for is_training in (False, True, False):
                model.train(is_training)
                # Of fewer examples than the call in training.
                output = model(self.x[:4 if is_training else 1])
                model.train()
                if is_training:
                    loss = F.cross_entropy(output, self.y[:4])
            loss.backward()
            optimizer.step()

        found = self.attach(model, optimizer, step).steps[1]["normalization"][0]
        self.assertEqual((found["values"], found["batch"], found["training"]), (4, 4, True))


class TermDominance(CaseWithBatch):
    def shares(self, weight: float) -> tuple[Records, TwoHeads]:
        model = TwoHeads()
        start = copy.deepcopy(model)
        optimizer = torch.optim.Adam(model.parameters(), 1e-2)

        def step(recorder: Recorder) -> None:
            optimizer.zero_grad()
            classes, value = model(self.x)
            terms = {"classes": F.cross_entropy(classes, self.y),
                     "value": F.mse_loss(value, self.value)}
            with recorder.step(terms=terms, weights={"value": weight}):
                (terms["classes"] + weight * terms["value"]).backward()
                optimizer.step()

        return self.record(model, optimizer, step, steps=5, terms_every=2), start

    def share_of_trunk(self, records: Records) -> float:
        trunk = [norm_of([torch.tensor(records.share(0, name)[f"trunk.0.{part}"])
                          for part in ("weight", "bias")]) for name in ("value", "classes")]
        return trunk[0] / sum(trunk)

    def test_a_term_that_drowns_the_other(self) -> None:
        self.assertGreater(self.share_of_trunk(self.shares(1e4)[0]), 0.999)

    def test_its_twin(self) -> None:
        self.assertLess(self.share_of_trunk(self.shares(1.0)[0]), 0.9)

    def test_shares_are_those_of_a_backward_pass_of_each_term(self) -> None:
        records, start = self.shares(3.0)
        for name in ("classes", "value"):
            model = copy.deepcopy(start)
            classes, value = model(self.x)
            loss = F.cross_entropy(classes, self.y) if name == "classes" else \
                3 * F.mse_loss(value, self.value)
            loss.backward()
            share = records.share(0, name)
            for path, parameter in model.named_parameters():
                if parameter.grad is None:
                    self.assertEqual(share[path], "none")
                else:
                    self.assertClose(share[path], norm_of([parameter.grad]))
            whole = [s for s in records.steps[0]["term_shares"] if s["name"] == name][0]
            wanted = norm_of(p.grad for p in model.parameters() if p.grad is not None)
            self.assertClose(whole["norm"], wanted)
            self.assertClose(whole["groups"][0], wanted)

    def test_the_schedule_and_the_parts_of_the_loss(self) -> None:
        steps = self.shares(3.0)[0].steps
        self.assertEqual([s["term_shares"] is not None for s in steps],
                         [True, False, True, False, True])
        for step in steps:
            self.assertEqual(step["loss_from"], "backward")
            self.assertClose(sum(t["weighted"] for t in step["terms"]), step["loss"])
            self.assertEqual([t["weight"] for t in step["terms"]], [1, 3])


class NotFinite(CaseWithBatch):
    def explode(self, gain: float, rate: float) -> tuple[Records, str | None]:
        """The records, and the first module with a bad output as a replay of the step finds it."""
        layers = [nn.Linear(8, 32), *(nn.Linear(32, 32) for _ in range(6)), nn.Linear(32, 3)]
        for layer in layers:
            nn.init.normal_(layer.weight, std=gain / math.sqrt(layer.in_features))
        model = nn.Sequential(*(m for layer in layers for m in (layer, nn.ReLU())))[:-1]
        optimizer = torch.optim.SGD(model.parameters(), rate)
        first: list[str] = []
        target = torch.zeros(32, 3)

        def step() -> None:
            optimizer.zero_grad()
            loss = F.mse_loss(model(self.x), target)
            if not first and not loss.isfinite():
                h = self.x
                with torch.no_grad():
                    for path, module in copy.deepcopy(model).named_children():
                        h = module(h)
                        if not first and not h.isfinite().all():
                            first.append(path)
                first.append("loss")
            loss.backward()
            optimizer.step()

        records = self.attach(model, optimizer, step, steps=8)
        return records, first[0] if first else None

    def test_an_exploding_net_names_where_it_began(self) -> None:
        records, first = self.explode(gain=5, rate=0.1)
        bad = [s for s in records.steps if s["non_finite"]]
        self.assertTrue(bad)
        origin = bad[0]["non_finite"]["origin"]
        self.assertIsNotNone(first)
        if origin["kind"] == "module":
            self.assertEqual(origin, {"kind": "module", "path": first, "class": "Linear"})
        else:
            self.assertEqual(first, "loss")
        self.assertTrue(bad[0]["non_finite"]["loss"])
        self.assertTrue(math.isnan(number(bad[-1]["loss"])))
        self.assertEqual(bad[-1]["non_finite"]["origin"]["kind"], "parameter")

    def test_its_twin(self) -> None:
        records, first = self.explode(gain=1, rate=1e-3)
        self.assertIsNone(first)
        self.assertEqual([s["non_finite"] for s in records.steps], [None] * 8)

    def one_step(self, model: nn.Module, loss) -> dict:
        """What is not finite in one step that minimizes `loss(recorder)`."""
        optimizer = torch.optim.SGD(model.parameters(), 1e-2)
        folder = self.fresh()
        with Recorder(model, optimizer, folder).attach() as recorder:
            loss(recorder).backward()
            optimizer.step()
        return Records(folder).steps[0]["non_finite"]

    def test_overflow_inside_one_of_many_modules(self) -> None:
        model = nn.Sequential(nn.Linear(8, 8), nn.Tanh(), nn.Linear(8, 8), nn.Linear(8, 3))
        with torch.no_grad():
            model[2].weight.fill_(3e38)
            model[2].bias.fill_(3e38)
        found = self.one_step(model, lambda _: model(self.x).sum())
        self.assertEqual(found["origin"], {"kind": "module", "path": "2", "class": "Linear"})
        self.assertEqual(found["parameters"], [])

    def test_masked_scores_are_no_origin(self) -> None:
        class Masked(nn.Module):
            def forward(self, scores: Tensor) -> Tensor:
                return scores.masked_fill(torch.arange(scores.shape[-1]) == 0, -math.inf)

        model = nn.Sequential(nn.Linear(8, 8), Masked(), nn.Softmax(-1), nn.Linear(8, 3))
        optimizer = torch.optim.SGD(model.parameters(), 1e-2)
        folder = self.fresh()
        with Recorder(model, optimizer, folder).attach():
            for is_bad in (False, True):
                if is_bad:
                    with torch.no_grad():
                        model[3].weight.fill_(3e38)
                        model[3].bias.fill_(3e38)
                optimizer.zero_grad()
                model(self.x).sum().backward()
                optimizer.step()
        first, second = Records(folder).steps
        self.assertIsNone(first["non_finite"])
        self.assertEqual(second["non_finite"]["origin"],
                         {"kind": "module", "path": "3", "class": "Linear"})

    def test_bad_input(self) -> None:
        model = nn.Sequential(nn.Linear(8, 8), nn.Linear(8, 3))
        self.x[3, 4] = math.nan
        found = self.one_step(model, lambda _: model(self.x).sum())
        self.assertEqual(found["origin"], {"kind": "input", "path": None})

    def test_a_bad_parameter(self) -> None:
        model = nn.Sequential(nn.Linear(8, 8), nn.Linear(8, 3))
        model[1].weight.data[0, 0] = math.inf
        found = self.one_step(model, lambda _: model(self.x).sum())
        self.assertEqual(found["origin"], {"kind": "parameter", "path": "1.weight"})

    def test_a_bad_term(self) -> None:
        model = nn.Linear(8, 3)

        def loss(recorder: Recorder) -> Tensor:
            out = model(self.x)
            terms = {"fit": out.square().mean(), "log": (out * 0).detach().sum().log()}
            recorder.terms(terms)
            return terms["fit"] + terms["log"]

        found = self.one_step(model, loss)
        self.assertEqual(found["origin"], {"kind": "term", "path": "log"})
        self.assertEqual(found["terms"], ["log"])

    def test_a_gradient_made_in_backward(self) -> None:
        model = nn.Sequential(nn.Linear(8, 8), nn.Tanh(), nn.Linear(8, 8), nn.Tanh(),
                              nn.Linear(8, 3))

        def loss(_: Recorder) -> Tensor:
            h = model[2](model[1](model[0](self.x)))
            return model[4](model[3]((h * 0).sqrt() + h)).sum()

        found = self.one_step(model, loss)
        self.assertIs(found["loss"], False)
        self.assertEqual(found["origin"], {"kind": "gradient", "path": "2.weight"})
        self.assertEqual(found["tensors"], ["0.weight", "0.bias", "2.weight", "2.bias"])


class DeadNet(CaseWithBatch):
    def states(self, bias: float) -> dict[str, str]:
        model = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 16), nn.ReLU(),
                              nn.Linear(16, 3))
        nn.init.constant_(model[2].bias, bias)
        return self.plain(model).states(1)

    def test_dead_is_zero_and_not_without_a_path(self) -> None:
        found = self.states(bias=-4)
        self.assertEqual(found["0.weight"], "zero")
        self.assertEqual(found["2.weight"], "zero")
        self.assertEqual(found["4.weight"], "zero")
        self.assertEqual(found["4.bias"], "live")

    def test_its_twin(self) -> None:
        self.assertEqual(set(self.states(bias=0).values()), {"live"})


if __name__ == "__main__":
    unittest.main()
