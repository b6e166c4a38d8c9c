"""Writes the records of training under Tests/ThalwegFormatsTests/Fixtures/trainings, each by the package
that it comes from, and what Python reads in them and in the real files, if these are there.

Run with torch, NumPy, pandas, transformers, accelerate, lightning and keras installed:
python3 Scripts/golden/runs.py
"""

import csv
import json
import math
import os
import pathlib
import shutil
import tempfile

os.environ["KERAS_BACKEND"] = "torch"

import keras
import lightning
import pandas
import torch
import transformers
from lightning.pytorch.loggers import CSVLogger

from golden import ROOT, versions, write

FOLDER = ROOT / "Tests" / "ThalwegFormatsTests" / "Fixtures" / "trainings"
REAL = pathlib.Path(os.environ.get("THALWEG_DATA", ROOT.parent / "shared" / "data")) / "runs"


class Samples(torch.utils.data.Dataset):
    def __init__(self, count):
        source = torch.Generator().manual_seed(3)
        self.x = torch.randn(count, 4, generator=source)

    def __len__(self):
        return len(self.x)

    def __getitem__(self, index):
        return {"x": self.x[index], "labels": self.x[index].sum()}


class Regression(torch.nn.Module):
    """Its loss is not a number from step `bad` on."""

    def __init__(self, bad):
        super().__init__()
        self.layer = torch.nn.Linear(4, 1)
        self.steps = 0
        self.bad = bad

    def forward(self, x, labels):
        loss = (self.layer(x)[:, 0] - labels).square().mean()
        if self.training:
            self.steps += 1
            if self.steps in self.bad:
                loss = loss * torch.inf
        return {"loss": loss}


def hugging_face():
    """A state of the Trainer with evaluations, a step without a finite norm, and a summary."""
    torch.manual_seed(1)
    with tempfile.TemporaryDirectory() as folder:
        arguments = transformers.TrainingArguments(
            folder, max_steps=12, logging_steps=1, eval_strategy="steps", eval_steps=4,
            per_device_train_batch_size=4, learning_rate=0.01, logging_nan_inf_filter=False,
            report_to=[], use_cpu=True, save_strategy="no", disable_tqdm=True)
        model = Regression({9})
        trainer = transformers.Trainer(
            model, arguments, train_dataset=Samples(32), eval_dataset=Samples(8))
        trainer.train()
        trainer.state.save_to_json(str(FOLDER / "trainer_state.json"))
        empty = transformers.TrainerState(max_steps=10, num_train_epochs=1, logging_steps=5)
        empty.save_to_json(str(FOLDER / "trainer_state_empty.json"))


class Module(lightning.LightningModule):
    def __init__(self, rate):
        super().__init__()
        self.save_hyperparameters()
        self.layer = torch.nn.Linear(4, 1)

    def loss(self, batch):
        return (self.layer(batch["x"])[:, 0] - batch["labels"]).square().mean()

    def training_step(self, batch, index):
        loss = self.loss(batch)
        self.log("train_loss", loss, on_step=True, on_epoch=True)
        return loss

    def validation_step(self, batch, index):
        self.log("val_loss", self.loss(batch))

    def on_before_optimizer_step(self, optimizer):
        norms = lightning.pytorch.utilities.grad_norm(self, norm_type=2)
        self.log("grad_norm", norms["grad_2.0_norm_total"])

    def configure_optimizers(self):
        return torch.optim.AdamW(self.parameters(), self.hparams.rate)


def lightning_csv():
    torch.manual_seed(1)
    with tempfile.TemporaryDirectory() as folder:
        trainer = lightning.Trainer(
            max_epochs=3, logger=CSVLogger(folder, name="x", version=0), log_every_n_steps=2,
            accelerator="cpu", enable_checkpointing=False, enable_progress_bar=False,
            enable_model_summary=False,
            callbacks=[lightning.pytorch.callbacks.LearningRateMonitor()])
        loader = torch.utils.data.DataLoader(Samples(24), 4)
        trainer.fit(Module(0.01), loader, torch.utils.data.DataLoader(Samples(8), 4))
        version = pathlib.Path(folder) / "x" / "version_0"
        shutil.copy(version / "metrics.csv", FOLDER / "lightning.csv")


def keras_history():
    """Lists by name, and a CSV table, of one training."""
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    model.compile("adam", "mse", metrics=["mae"])
    x = Samples(32).x.numpy()
    logger = keras.callbacks.CSVLogger(str(FOLDER / "keras.csv"))
    history = model.fit(
        x, x.sum(1), validation_split=0.25, epochs=5, verbose=0, callbacks=[logger])
    text = json.dumps(history.history, indent=1)
    (FOLDER / "keras_history.json").write_text(text + "\n")


def tables():
    """One table with gaps and numbers that are not finite, in the forms that pandas writes."""
    frame = pandas.DataFrame(
        {
            "step": range(0, 60, 5),
            "train/loss": [1 / (1 + n) for n in range(12)],
            "train/grad_norm": [0.1 * n if n != 7 else math.nan for n in range(12)],
            "val/accuracy": [0.5 + n / 40 if n % 3 == 0 else None for n in range(12)],
            "note": ["first, of all" if n == 0 else "a \"b\"" for n in range(12)],
        })
    frame.to_csv(FOLDER / "pandas.csv", index=False)
    frame.to_csv(FOLDER / "pandas_index.csv")
    frame.to_csv(FOLDER / "pandas_comma.csv", index=False, sep=";", decimal=",")
    frame.to_csv(FOLDER / "pandas.tsv", index=False, sep="\t")
    frame.to_json(FOLDER / "pandas.jsonl", orient="records", lines=True)
    frame.to_json(FOLDER / "pandas.json", orient="records", indent=1)
    long = frame.drop(columns="note").melt("step", var_name="tag", value_name="value")
    long.dropna().to_csv(FOLDER / "pandas_long.csv", index=False)


def entries(text):
    """The entries of a state's history with the line on which each starts."""
    decoder = json.JSONDecoder()
    place = text.index("[", text.index('"log_history"')) + 1
    while True:
        while text[place] in " \n\r\t,":
            place += 1
        if text[place] == "]":
            return
        entry, end = decoder.raw_decode(text, place)
        yield text.count("\n", 0, place) + 1, entry
        place = end


def figures(records):
    """Of each name its figures, as `{line: number}`, from pairs of a line and a record."""
    found = {}
    for line, record in records:
        for name, value in record.items():
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                found.setdefault(name, {})[line] = float(value)
    return found


def strict(value):
    names = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}
    return names.get(str(value), value)


def described(name, found, progress):
    """What is compared: counts, extremes and ends with their lines, and the sum."""
    series = []
    for key, points in found.items():
        if key in progress or not points:
            continue
        finite = [x for x in points.values() if math.isfinite(x)]
        lines = list(points)
        series.append({
            "name": key, "count": len(points), "non_finite": len(points) - len(finite),
            "lowest": min(finite, default=None), "highest": max(finite, default=None),
            "sum": math.fsum(finite), "first": strict(points[lines[0]]), "first_line": lines[0],
            "last": strict(points[lines[-1]]), "last_line": lines[-1],
        })
    return {"name": name, "series": series}


def rows(path, delimiter=","):
    with open(path, newline="") as file:
        for number, row in enumerate(csv.DictReader(file, delimiter=delimiter)):
            record = {}
            for key, cell in row.items():
                try:
                    record[key] = float(cell.replace(",", ".") if delimiter == ";" else cell)
                except ValueError:
                    pass
            yield number + 2, record


def state(path):
    text = path.read_text()
    told = described(path.name, figures(entries(text)), {"step", "epoch"})
    top = json.loads(text)
    told["entries"] = len(top["log_history"])
    told["max_steps"] = top["max_steps"]
    told["max_steps_line"] = 1 + text[:text.index('"max_steps"')].count("\n")
    told["last_step"] = top["log_history"][-1]["step"] if top["log_history"] else None
    return told


def table(name, delimiter=",", drop=()):
    found = figures(rows(FOLDER / name, delimiter))
    return described(name, found, {"step", "epoch", *drop})


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    hugging_face()
    lightning_csv()
    keras_history()
    tables()
    lines = (FOLDER / "pandas.jsonl").read_text().splitlines()
    history = json.loads((FOLDER / "keras_history.json").read_text())
    packages = (pandas, transformers, lightning, keras)
    write("ThalwegFormatsTests", "runs", {
        "source": "Scripts/golden/runs.py",
        "versions": versions() | {p.__name__: p.__version__ for p in packages},
        "states": [state(FOLDER / "trainer_state.json"),
                   state(FOLDER / "trainer_state_empty.json")],
        "tables": [
            table("lightning.csv"), table("keras.csv"), table("pandas.csv"),
            table("pandas_index.csv"), table("pandas_comma.csv", ";"), table("pandas.tsv", "\t"),
        ],
        "lines": [described(
            "pandas.jsonl", figures((n + 1, json.loads(x)) for n, x in enumerate(lines)),
            {"step"})],
        "lists": [{"name": n, "values": values} for n, values in history.items()],
        "real": [state(p) for p in sorted(REAL.glob("hf_*.json"))],
    })


main()
