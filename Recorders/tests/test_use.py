"""How the recorder is used and misused, and what it leaves behind."""

from __future__ import annotations

import copy
import os
import pathlib
import pickle
import subprocess
import sys
import unittest

import torch
from torch import nn

from support import RECORDERS, Case, F, Recorder, Records


class Small(Case):
    def setUp(self) -> None:
        super().setUp()
        self.model = nn.Linear(4, 2)
        self.optimizer = torch.optim.SGD(self.model.parameters(), 0.1)
        self.x, self.y = torch.randn(8, 4), torch.randint(0, 2, (8,))

    def loss(self) -> torch.Tensor:
        self.optimizer.zero_grad()
        return F.cross_entropy(self.model(self.x), self.y)

    def one(self) -> None:
        self.loss().backward()
        self.optimizer.step()

    def recorder(self, **settings) -> Recorder:
        recorder = Recorder(self.model, self.optimizer, self.fresh(), **settings)
        self.addCleanup(recorder.close)
        return recorder


class Mistakes(Small):
    def refused(self, kind: type, text: str, call, *args, **kwargs) -> None:
        with self.assertRaises(kind) as caught:
            call(*args, **kwargs)
        self.assertIn(text, str(caught.exception))
        self.assertNotIn("\n", str(caught.exception))

    def test_of_making_one(self) -> None:
        folder = self.fresh()
        self.refused(TypeError, "model is function", Recorder, nothing, self.optimizer, folder)
        self.refused(TypeError, "optimizer is Linear", Recorder, self.model, self.model, folder)
        for settings, text in (
                ({"every": 0}, "every is 0"), ({"terms_every": -1}, "terms_every is"),
                ({"exact_every": -1}, "exact_every is"), ({"sample": 3}, "sample is 3")):
            self.refused(ValueError, text, Recorder, self.model, self.optimizer, folder, **settings)
        self.assertEqual(os.listdir(folder), [])

    def test_of_a_folder_in_use(self) -> None:
        folder = self.fresh()
        Recorder(self.model, self.optimizer, folder).close()
        self.refused(FileExistsError, "append=True", Recorder, self.model, self.optimizer, folder)

    def test_of_terms(self) -> None:
        recorder = self.recorder()
        scalar = torch.ones(())
        self.refused(ValueError, "term 'a' has shape [3]", recorder.step, {"a": torch.ones(3)})
        self.refused(TypeError, "term 'a' is str", recorder.step, {"a": "x"})
        self.refused(TypeError, "terms is list", recorder.step, [scalar])
        self.refused(ValueError, "'b', which is no term", recorder.step, {"a": scalar},
                     weights={"b": 1.0})
        self.refused(ValueError, "loss has shape [2]", recorder.step, loss=torch.ones(2))
        self.refused(RuntimeError, "not attached", recorder.terms, {"a": scalar})

    def test_of_the_order_of_calls(self) -> None:
        recorder = self.recorder()
        with recorder.step():
            self.refused(RuntimeError, "does not nest", recorder.step)
            self.refused(RuntimeError, "does not nest", recorder.attach)
            self.refused(RuntimeError, "a step is open", recorder.close)
        recorder.attach()
        self.refused(RuntimeError, "rec.terms", recorder.step)
        recorder.close()
        self.refused(RuntimeError, "closed", recorder.step)
        self.refused(RuntimeError, "closed", recorder.attach)

    def test_names_that_do_not_exist(self) -> None:
        import thalweg_recorder
        self.refused(AttributeError, "no attribute 'Recoder'", getattr, thalweg_recorder, "Recoder")


def nothing() -> None:
    pass


class Errors(Small):
    def test_an_error_of_the_training_passes_and_its_step_is_written(self) -> None:
        recorder = self.recorder()
        with recorder.step():
            self.one()
        with self.assertRaisesRegex(ZeroDivisionError, "mine"):
            with recorder.step():
                self.loss().backward()
                raise ZeroDivisionError("mine")
        # Written at once, for the program may well end here.
        records = Records(os.path.dirname(recorder._lines.path))
        self.assertEqual([s.get("raised") for s in records.steps], [None, "ZeroDivisionError"])
        self.assertEqual([s["stepped"] for s in records.steps], [True, False])
        self.assertEqual(records.states(1)["weight"], "live")
        with recorder.step():
            self.one()
        recorder.close()
        self.assertEqual(len(Records(os.path.dirname(recorder._lines.path)).steps), 3)

    def test_errors_of_clipping_and_backward_pass(self) -> None:
        recorder = self.recorder()
        with self.assertRaisesRegex(RuntimeError, "non-finite"):
            with recorder.step():
                (self.loss() * float("inf")).backward()
                nn.utils.clip_grad_norm_(
                    self.model.parameters(), 1.0, error_if_nonfinite=True)
        with self.assertRaisesRegex(RuntimeError, "does not require grad"):
            with recorder.step():
                self.loss().detach().backward()
        with self.assertRaisesRegex(TypeError, "max_norm"):
            with recorder.step():
                nn.utils.clip_grad_norm_(self.model.parameters())
        with recorder.step():
            self.one()
        recorder.close()
        records = Records(os.path.dirname(recorder._lines.path))
        self.assertEqual([s.get("raised") for s in records.steps],
                         ["RuntimeError", "RuntimeError", "TypeError", None])
        self.assertEqual(records.states(3)["weight"], "live")

    def test_a_step_that_fails_when_attached(self) -> None:
        recorder = self.recorder().attach()
        self.one()
        with self.assertRaises(RuntimeError):
            self.loss().detach().backward()
        self.one()
        recorder.close()
        steps = Records(os.path.dirname(recorder._lines.path)).steps
        self.assertEqual([s["stepped"] for s in steps], [True, True])
        self.assertEqual([s["order"] for s in steps], [["backward", "step"]] * 2)


class LeavesNothing(Small):
    def state_of_torch(self) -> list:
        from torch.nn.modules import module
        clips = [getattr(nn.utils, name) for name in ("clip_grad_norm_", "clip_grad_value_")]
        return [
            torch._foreach_norm, torch.autograd.backward, torch.amp.GradScaler.unscale_,
            torch.amp.GradScaler.step, torch.amp.GradScaler.scale, clips,
            [cell.cell_contents for clip in clips for cell in clip.__closure__],
            dict(module._global_forward_hooks), dict(module._global_parameter_registration_hooks),
            dict(module._global_module_registration_hooks),
            dict(self.optimizer._optimizer_step_pre_hooks),
            dict(self.optimizer._optimizer_step_post_hooks),
            [dict(m._forward_hooks) for m in self.model.modules()],
        ]

    def test_after_closing_torch_is_as_it_was(self) -> None:
        before = self.state_of_torch()
        with self.recorder().attach():
            self.one()
            self.assertNotEqual(self.state_of_torch(), before)
        self.assertEqual(self.state_of_torch(), before)
        recorder = self.recorder()
        with recorder.step():
            self.one()
        recorder.close()
        self.assertEqual(self.state_of_torch(), before)

    def test_functions_of_torch_are_watched_only_while_a_step_is_open(self) -> None:
        recorder = self.recorder()
        before = self.state_of_torch()
        with recorder.step():
            self.assertNotEqual(self.state_of_torch(), before)
            self.one()
        self.assertEqual(self.state_of_torch(), before)

    def test_copies_and_pickles_of_the_model_know_nothing_of_it(self) -> None:
        plain = pickle.dumps(self.model)
        recorder = self.recorder().attach()
        self.assertEqual(pickle.dumps(self.model), plain)
        copied = copy.deepcopy(self.model)
        copied(self.x).sum().backward()
        copy.deepcopy(self.optimizer)
        self.one()
        recorder.close()
        self.assertEqual(len(Records(os.path.dirname(recorder._lines.path)).steps), 1)

    def test_two_at_a_time(self) -> None:
        other = nn.Linear(4, 2)
        others = torch.optim.SGD(other.parameters(), 0.1)
        first = Recorder(self.model, self.optimizer, self.fresh()).attach()
        second = Recorder(other, others, self.fresh()).attach()
        for _ in range(3):
            self.loss().backward()
            nn.utils.clip_grad_norm_(self.model.parameters(), 0.01)
            self.optimizer.step()
            others.zero_grad()
            other(self.x).square().mean().backward()
            others.step()
        for recorder in (first, second):
            recorder.close()
            records = Records(os.path.dirname(recorder._lines.path))
            self.assertEqual(len(records.steps), 3)
            self.assertEqual(set(records.states(2).values()), {"live"})
            clips = ["clip"] if recorder is first else []
            self.assertEqual([s["order"] for s in records.steps],
                             [["backward", *clips, "step"]] * 3)
            self.assertEqual([s["gradient_left_over"] for s in records.steps], [False] * 3)

    def test_parameters_of_another_optimizer_are_left_out(self) -> None:
        model = nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 2))
        mine, other = (torch.optim.SGD(layer.parameters(), 0.1) for layer in model)
        folder = self.fresh()
        Recorder(model, mine, folder, other_optimizers=[other]).close()
        self.assertEqual([p["path"] for p in Records(folder).header["parameters"]],
                         ["0.weight", "0.bias"])

    def test_training_outside_of_steps_is_not_recorded(self) -> None:
        recorder = self.recorder()
        self.one()
        with recorder.step():
            self.one()
        self.one()
        recorder.close()
        self.assertEqual(len(Records(os.path.dirname(recorder._lines.path)).steps), 1)


SCRIPT = """
import os, sys
import torch
from thalweg_recorder import Recorder
model = torch.nn.Linear(4, 2)
optimizer = torch.optim.SGD(model.parameters(), 0.1)
recorder = Recorder(model, optimizer, sys.argv[1], append=True)
recorder.attach()
def train(steps):
    for _ in range(steps):
        optimizer.zero_grad()
        model(torch.randn(8, 4)).square().mean().backward()
        optimizer.step()
"""


class Ends(Case):
    """Programs that end in one way or another without closing."""

    def run_program(self, text: str, folder: str) -> subprocess.CompletedProcess:
        environment = {**os.environ, "PYTHONPATH": str(RECORDERS), "PYTHONDONTWRITEBYTECODE": "1"}
        return subprocess.run([sys.executable, "-c", SCRIPT + text, folder], env=environment,
                              capture_output=True, text=True)

    def test_every_step_is_there_and_every_line_is_whole(self) -> None:
        ends = {
            "train(7)": 0,
            "train(7); raise ValueError('mine')": 1,
            "train(7); sys.exit(3)": 3,
            "train(6)\noptimizer.zero_grad(); model(torch.ones(1, 4)).sum().backward()\n"
            "optimizer.step(); raise KeyboardInterrupt": -2,
            "train(7)\nif os.fork() == 0: sys.exit(0)\nos.wait()": 0,
        }
        for end, code in ends.items():
            with self.subTest(end=end):
                folder = self.fresh()
                run = self.run_program(end, folder)
                self.assertIn(run.returncode, (code, 130), run.stderr)
                records = Records(folder)
                self.assertEqual([s["step"] for s in records.steps], list(range(1, 8)))
                self.assertTrue(all(row["update_norm"] > 0 for row in records.rows(6).values()))

    def test_a_killed_run_leaves_whole_lines_that_another_goes_on_after(self) -> None:
        folder = self.fresh()
        self.run_program("train(3); recorder.flush(); train(2); os._exit(1)", folder)
        self.assertEqual(len(Records(folder).steps), 3)
        path = pathlib.Path(folder) / "records.jsonl"
        path.write_bytes(path.read_bytes() + b'{"kind":"step","st')  # the machine went down here
        self.assertEqual(self.run_program("train(2)", folder).returncode, 0)
        self.assertEqual([line["kind"] for line in Records(folder).lines],
                         ["recorder", *["step"] * 3, "recorder", *["step"] * 2])

    def test_nothing_but_torch_is_needed(self) -> None:
        blocked = "for name in ('transformers', 'lightning', 'pytorch_lightning', 'numpy'):\n" \
                  "    assert name not in sys.modules or name == 'numpy', name\ntrain(1)"
        self.assertEqual(self.run_program(blocked, self.fresh()).returncode, 0)

    def test_a_run_without_steps_has_a_header(self) -> None:
        folder = self.fresh()
        self.run_program("", folder)
        self.assertEqual([line["kind"] for line in Records(folder).lines], ["recorder"])

    def test_equal_runs_leave_equal_files(self) -> None:
        texts = []
        for _ in range(2):
            folder = self.fresh()
            self.run_program("torch.manual_seed(1)\ntorch.nn.init.ones_(model.weight)\n"
                             "torch.nn.init.ones_(model.bias)\ntrain(5)", folder)
            texts.append((pathlib.Path(folder) / "records.jsonl").read_bytes())
        self.assertEqual(*texts)


if __name__ == "__main__":
    unittest.main()
