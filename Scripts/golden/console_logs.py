"""Writes the console logs under Tests/ThalwegFormatsTests/Fixtures/console: what the real packages print while they train,
and beside it the figures that they were given or that they kept.

Run with numpy, torch, tqdm, transformers, accelerate, keras, lightning and lightgbm installed:
python3 Scripts/golden/console_logs.py
"""

import importlib.metadata
import json
import subprocess
import sys
import tempfile

from golden import ROOT, versions

FOLDER = ROOT / "Tests" / "ThalwegFormatsTests" / "Fixtures" / "console"
PACKAGES = ["tqdm", "transformers", "accelerate", "keras", "lightning", "lightgbm"]

TQDM = """
import logging, math, random, sys
from tqdm import tqdm
logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%(asctime)s - %(levelname)s - %(message)s")
random.seed(1)
for epoch in range(1, 4):
    bar = tqdm(range(1, 6), desc=f"Train Epoch {epoch}/3", mininterval=0, file=sys.stdout, ncols=110, miniters=1)
    for batch in bar:
        loss, norm = round(random.random(), 4), round(30 * random.random(), 3)
        if (epoch, batch) == (2, 3):
            loss = math.nan
        keep("Loss", loss)
        keep("Grad", norm)
        bar.set_postfix(Loss=f"{loss:.4f}", Grad=f"{norm:.3f}")
    loss, rate = round(random.random(), 4), 1e-4 / epoch
    keep("Val", loss)
    keep("LR", float(f"{rate:.2e}"))
    logging.info(f"Epoch {epoch}/3: Val={loss:.4f}, LR={rate:.2e}")
try:
    raise ValueError("the loss is not finite")
except ValueError as error:
    logging.warning("Detected NaN in the loss, skipping batch")
raise RuntimeError("stopped on purpose")
"""

TRANSFORMERS = """
import sys, torch, transformers
class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(4, 1)
    def forward(self, x, labels):
        out = self.layer(x)[:, 0]
        return {"loss": ((out - labels) ** 2).mean(), "logits": out}
torch.manual_seed(1)
data = [{"x": torch.randn(4), "labels": torch.randn(())} for _ in range(40)]
arguments = transformers.TrainingArguments(
    "out", num_train_epochs=2, per_device_train_batch_size=4, logging_steps=5, eval_strategy="epoch", save_strategy="no",
    learning_rate=0.01, report_to=[], use_cpu=True, seed=1)
trainer = transformers.Trainer(Model(), arguments, train_dataset=data, eval_dataset=data[:8])
trainer.train()
for entry in trainer.state.log_history:
    for name, value in entry.items():
        if name not in ("step", "epoch"):
            keep(name, value)
"""

KERAS = """
import os
os.environ["KERAS_BACKEND"] = "torch"
import keras, numpy
keras.utils.set_random_seed(1)
x = numpy.random.randn(40, 4).astype("float32")
y = (x.sum(axis=1) > 0).astype("float32")
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, activation="sigmoid")])
model.compile(optimizer=keras.optimizers.SGD(0.1), loss="binary_crossentropy", metrics=["accuracy"])
history = model.fit(
    x, y, batch_size=8, epochs=4, validation_split=0.2, verbose=1, callbacks=[
        keras.callbacks.ReduceLROnPlateau(patience=1, min_delta=10, verbose=1, factor=0.5),
        keras.callbacks.EarlyStopping(monitor="loss", patience=2, min_delta=10, verbose=1)])
for name, values in history.history.items():
    for value in values:
        keep(name, float(value))
"""

LIGHTNING = """
import warnings, torch, lightning
class Module(lightning.LightningModule):
    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(4, 1)
    def loss(self, batch):
        return ((self.layer(batch[0])[:, 0] - batch[1]) ** 2).mean()
    def training_step(self, batch, index):
        loss = self.loss(batch)
        self.log("train_loss", loss, prog_bar=True)
        keep("train_loss", float(loss))
        return loss
    def validation_step(self, batch, index):
        self.log("val_loss", self.loss(batch), prog_bar=True)
    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), 0.01)
torch.manual_seed(1)
data = torch.utils.data.TensorDataset(torch.randn(24, 4), torch.randn(24))
loader = torch.utils.data.DataLoader(data, batch_size=4)
trainer = lightning.Trainer(
    max_epochs=2, accelerator="cpu", logger=False, enable_checkpointing=False,
    callbacks=[lightning.pytorch.callbacks.TQDMProgressBar(refresh_rate=1)])
trainer.fit(Module(), loader, loader)
"""

LIGHTGBM = """
import lightgbm, numpy
source = numpy.random.default_rng(1)
x = source.standard_normal((200, 4))
y = x[:, 0] + source.standard_normal(200)
kept = {}
lightgbm.train(
    {"objective": "l2", "metric": ["l2", "mape"], "verbose": -1, "seed": 1}, lightgbm.Dataset(x[:150], y[:150]), 8,
    valid_sets=[lightgbm.Dataset(x[150:], y[150:])], callbacks=[lightgbm.log_evaluation(1), lightgbm.record_evaluation(kept)])
for name, values in kept.pop("valid_0").items():
    for value in values:
        keep("valid_0's " + name, value)
"""

KEEP = """
import atexit, json
kept = {}
def keep(name, value):
    kept.setdefault(name, []).append(value)
path = %r
atexit.register(lambda: json.dump(kept, open(path, "w")))
"""


def printed(script):
    """What the script prints on both streams, and the figures that it keeps."""
    with tempfile.TemporaryDirectory() as folder:
        kept = folder + "/kept.json"
        done = subprocess.run(
            [sys.executable, "-c", KEEP % kept + script], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=folder)
        # Warnings name the files of the packages.
        return done.stdout.replace(sys.prefix.encode(), b"/home/user/venv"), json.load(open(kept))


def worded(value):
    """JSON has no word for what is not finite; the tests read these words."""
    return str(value) if isinstance(value, float) and not abs(value) < float("inf") else value


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    figures = {"versions": versions() | {name: importlib.metadata.version(name) for name in PACKAGES}}
    scripts = {"tqdm": TQDM, "transformers": TRANSFORMERS, "keras": KERAS, "lightning": LIGHTNING, "lightgbm": LIGHTGBM}
    for name, script in scripts.items():
        text, kept = printed(script)
        (FOLDER / f"{name}.log").write_bytes(text)
        figures[name] = {
            key: [worded(value) for value in values] for key, values in kept.items()}
        print(name, len(text), "bytes", {key: len(values) for key, values in kept.items()})
    lines = ",\n".join(f" {json.dumps(key)}: {json.dumps(value)}" for key, value in figures.items())
    (FOLDER / "figures.json").write_text("{\n" + lines + "\n}\n", encoding="utf-8")


main()
