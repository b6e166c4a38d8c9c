"""The callbacks for transformers' and Lightning's trainers, where these packages are."""

from __future__ import annotations

import importlib.util
import logging
import os
import unittest
import warnings
from typing import Any

import torch
from torch import Tensor, nn

from support import Case, F, Records

BATCHES, BATCH, EPOCHS = 5, 8, 2


def has(*packages: str) -> bool:
    return all(importlib.util.find_spec(package) is not None for package in packages)


def versions(*packages: str) -> None:
    from importlib.metadata import version
    print(", ".join(f"{package} {version(package)}" for package in packages), end=" ", flush=True)


class Classifier(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Linear(4, 8)
        self.norm = nn.LayerNorm(8)
        self.drop = nn.Dropout(0.2)
        self.head = nn.Linear(8, 2)

    def forward(self, x: Tensor, labels: Tensor) -> dict[str, Tensor]:
        out = self.head(self.drop(self.norm(self.body(x)).relu()))
        return {"loss": F.cross_entropy(out, labels), "logits": out}


class Trained(Case):
    """Trains with and without the callback; the weights must not differ by a bit."""

    def setUp(self) -> None:
        super().setUp()
        self.data = [{"x": torch.randn(4), "labels": i % 2} for i in range(BATCHES * BATCH)]
        context = warnings.catch_warnings()
        context.__enter__()
        self.addCleanup(context.__exit__, None, None, None)
        warnings.simplefilter("ignore")

    def compare(self, train: Any, **settings: Any) -> Records:
        folder = self.fresh()
        with_it = train(True, folder, **settings)
        without = train(False, self.fresh(), **settings)
        self.assertTrue(all(torch.equal(a, b) for a, b in zip(with_it, without)))
        return Records(os.path.join(folder, "thalweg"))

    def check_steps(self, records: Records, steps: int, order: list[str], threshold: float) -> None:
        self.assertEqual([s["step"] for s in records.steps], list(range(1, steps + 1)))
        half = steps // EPOCHS
        self.assertEqual([s["epoch"] for s in records.steps], [1] * half + [2] * half)
        for number, step in enumerate(records.steps):
            self.assertEqual(step["order"], order)
            self.assertEqual(step["clip_threshold"], threshold)
            self.assertEqual(step["clip_order"], "ok")
            self.assertLessEqual(step["norm_after_clip"], threshold * 1.001)
            self.assertEqual(step["normalization"][0]["batch"], BATCH)
            self.assertEqual(set(records.states(number).values()), {"live"})
            self.assertTrue(all(r["update_norm"] > 0 for r in records.rows(number).values()))


@unittest.skipUnless(has("transformers", "accelerate"),
                     "transformers or accelerate is not installed")
class HuggingFace(Trained):
    def train(self, is_recorded: bool, folder: str, **settings: Any) -> list[Tensor]:
        from transformers import Trainer, TrainingArguments
        from transformers.utils import logging as their_logging
        from thalweg_recorder import ThalwegCallback

        their_logging.set_verbosity_error()
        torch.manual_seed(0)
        model = Classifier()
        arguments = TrainingArguments(
            output_dir=folder, per_device_train_batch_size=BATCH, num_train_epochs=EPOCHS,
            report_to=[], use_cpu=True, max_grad_norm=0.05, disable_tqdm=True, logging_steps=1,
            save_strategy="no", **settings)
        trainer = Trainer(model=model, args=arguments, train_dataset=self.data,
                          callbacks=[ThalwegCallback()] if is_recorded else [])
        trainer.log = lambda logs, *_: self.logs.append(logs)
        self.logs: list[dict] = []
        trainer.train()
        return list(model.parameters())

    def test_a_plain_training(self) -> None:
        versions("transformers", "accelerate")
        folder = self.fresh()
        self.train(True, folder)
        logged = [log["grad_norm"] for log in self.logs if "grad_norm" in log]
        records = self.compare(self.train)
        self.check_steps(records, BATCHES * EPOCHS, ["backward", "clip", "step"], 0.05)
        # The Trainer's own log holds the norm before clipping.
        self.assertEqual(len(logged), len(records.steps))
        for step, norm in zip(Records(os.path.join(folder, "thalweg")).steps, logged):
            self.assertClose(step["norm_before_clip"], norm, 1e-4)

    def test_a_training_that_is_begun_again_after_an_error(self) -> None:
        from thalweg_recorder import ThalwegCallback

        callback = ThalwegCallback(self.fresh())
        model = Classifier()
        optimizer = torch.optim.SGD(model.parameters(), 0.1)
        state = type("State", (), {"global_step": 0, "epoch": 0.0})

        def train(steps: int) -> None:
            callback.on_train_begin(None, state, None, model=model, optimizer=optimizer)
            for n in range(steps):
                optimizer.zero_grad()
                model(torch.randn(4, 4), torch.tensor([0, 1, 0, 1]))["loss"].backward()
                optimizer.step()

        train(2)  # and no end of it: an error came
        train(3)
        callback.on_train_end(None, state, None)
        steps = Records(callback._folder).steps
        self.assertEqual([s["step"] for s in steps], [1, 2, 1, 2, 3])

    def test_accumulated_gradients(self) -> None:
        records = self.compare(self.train, gradient_accumulation_steps=BATCHES)
        self.check_steps(records, EPOCHS, [*["backward"] * BATCHES, "clip", "step"], 0.05)


@unittest.skipUnless(has("lightning") or has("pytorch_lightning"), "lightning is not installed")
class Lightning(Trained):
    def train(self, is_recorded: bool, folder: str, **settings: Any) -> list[Tensor]:
        from lightning.pytorch import LightningModule, Trainer
        from thalweg_recorder import ThalwegLightningCallback

        for name in ("lightning.pytorch", "lightning.fabric", "lightning.pytorch.utilities"):
            logging.getLogger(name).setLevel(logging.ERROR)

        class Module(LightningModule):
            def __init__(self) -> None:
                super().__init__()
                self.inner = Classifier()

            def training_step(self, batch: dict, index: int) -> Tensor:
                return self.inner(batch["x"], batch["labels"])["loss"]

            def configure_optimizers(self) -> torch.optim.Optimizer:
                return torch.optim.Adam(self.parameters(), 1e-2)

        torch.manual_seed(0)
        module = Module()
        trainer = Trainer(
            max_epochs=EPOCHS, accelerator="cpu", logger=False, enable_checkpointing=False,
            enable_progress_bar=False, enable_model_summary=False, default_root_dir=folder,
            callbacks=[ThalwegLightningCallback()] if is_recorded else [], **settings)
        trainer.fit(module, torch.utils.data.DataLoader(self.data, batch_size=BATCH))
        return list(module.parameters())

    def test_a_plain_training(self) -> None:
        versions("lightning")
        records = self.compare(self.train, gradient_clip_val=0.05)
        self.check_steps(records, BATCHES * EPOCHS, ["backward", "clip", "step"], 0.05)

    def test_accumulated_gradients(self) -> None:
        records = self.compare(self.train, gradient_clip_val=0.05, accumulate_grad_batches=BATCHES)
        self.check_steps(records, EPOCHS, [*["backward"] * BATCHES, "clip", "step"], 0.05)

    def test_clipping_by_value(self) -> None:
        records = self.compare(self.train, gradient_clip_val=0.01,
                               gradient_clip_algorithm="value")
        self.assertEqual({s["clips"][0]["function"] for s in records.steps}, {"clip_grad_value_"})


if __name__ == "__main__":
    unittest.main()
