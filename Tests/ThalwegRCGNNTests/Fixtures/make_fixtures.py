"""Writes fixtures.json: figures from NumPy, SciPy and scikit-learn that the tests compare with.

    python3 make_fixtures.py [AirQualityUCI.csv]

Every entry is a flat list of numbers, apart from "versions". Without the file the figures of the
real data are left as they are.
"""

import json
import pathlib
import platform
import sys

import numpy as np
import scipy
import sklearn
from scipy.integrate import solve_ivp
from sklearn.metrics import average_precision_score, roc_auc_score

HERE = pathlib.Path(__file__).parent
TARGET = HERE / "fixtures.json"
figures = json.loads(TARGET.read_text()) if TARGET.exists() else {}
rng = np.random.default_rng(20240229)


def keep(key, value):
    figures[key] = np.asarray(value, dtype=float).ravel().tolist()


def ranking(case, truth, scores):
    keep(f"ranking.{case}.truth", truth)
    keep(f"ranking.{case}.scores", scores)
    expected = []
    for entries in (np.ones_like(truth, dtype=bool), ~np.eye(len(truth), dtype=bool)):
        y, s = truth[entries], scores[entries]
        expected += [roc_auc_score(y, s), average_precision_score(y, s)]
    keep(f"ranking.{case}.expected", expected)


def rankings():
    for case, (d, decimals) in enumerate([(5, 12), (6, 1), (7, 0), (10, 1)]):
        truth = rng.random((d, d)) < 0.3
        scores = np.round(0.3 * truth + rng.random((d, d)), decimals)
        ranking(case, truth, scores)
    truth = rng.random((5, 5)) < 0.4
    ranking(4, truth, np.full((5, 5), 0.5))


def reversal_once(truth, estimate):
    """Additions, deletions and reversals between two acyclic graphs, from their skeletons."""
    skeleton = lambda a: np.tril(a | a.T, -1)
    reversed_edges = estimate & ~truth & truth.T
    return int((skeleton(truth) ^ skeleton(estimate)).sum() + reversed_edges.sum())


def distances():
    for case in range(8):
        d = int(rng.integers(3, 9))

        def acyclic():
            order = rng.permutation(d)
            upper = np.triu(rng.random((d, d)) < rng.uniform(0.2, 0.8), 1)
            return upper[np.ix_(order, order)]

        truth, estimate = acyclic(), acyclic()
        keep(f"distance.{case}.truth", truth)
        keep(f"distance.{case}.estimate", estimate)
        keep(f"distance.{case}.expected", [(truth ^ estimate).sum(), reversal_once(truth, estimate)])


def moments(key, values, window):
    """Both modes' statistics, over arrays built as their definitions say; gaps are NaN.

    Extended precision keeps the rounding of long sums out of the figures.
    """
    values = values.astype(np.longdouble)
    zeroed = np.nan_to_num(values, nan=0.0)
    windows = np.stack([zeroed[i : i + window] for i in range(len(values) - window + 1)])
    training = windows[: int(0.7 * len(windows))]
    keep(f"{key}.published.means", training.mean(axis=(0, 1)))
    keep(f"{key}.published.stds", training.std(axis=(0, 1)) + 1e-8)
    observed_rows = np.flatnonzero(~np.isnan(values).all(axis=1))
    kept = values[: observed_rows[-1] + 1]
    rows = int(np.floor(0.7 * (len(kept) - 5 * (window - 1)) + 0.5)) + window - 1
    keep(f"{key}.default.means", np.nanmean(kept[:rows], axis=0))
    keep(f"{key}.default.stds", np.nanstd(kept[:rows], axis=0))
    scaled = (windows - training.mean(axis=(0, 1))) / (training.std(axis=(0, 1)) + 1e-8)
    first, last = int(0.7 * len(windows)), int(0.7 * len(windows)) + int(0.15 * len(windows))
    parts = [scaled[:first], scaled[first:last], scaled[last:]]
    keep(f"{key}.published.ranges", [f(p) for p in parts for f in (np.min, np.max)])


def made_series():
    values = rng.normal(size=(60, 3)) * [1.0, 250.0, 1e-3] + [5.0, -900.0, 0.0]
    observed = rng.random((60, 3)) < 0.7
    observed[-4:] = False
    keep("series.values", values)
    keep("series.observed", observed)
    moments("series", np.where(observed, values, np.nan), window=5)


def air_quality(path):
    lines = pathlib.Path(path).read_text(encoding="latin-1").splitlines()[1:]
    cells = [line.split(";")[2:15] for line in lines]
    number = lambda text: float(text.replace(",", ".")) if text else np.nan
    values = np.array([[number(cell) for cell in row] for row in cells])
    values[values == -200] = np.nan
    moments("air_quality", values, window=24)


def lorenz():
    x = 10 * rng.random(10) - 3
    slope = lambda t, x: (np.roll(x, -1) - np.roll(x, 2)) * np.roll(x, 1) - x + 10
    end = solve_ivp(slope, (0, 1), x, method="DOP853", rtol=1e-12, atol=1e-12).y[:, -1]
    keep("lorenz.start", x)
    keep("lorenz.slope", slope(0, x))
    keep("lorenz.end", end)


rankings()
distances()
made_series()
lorenz()
keep("linspace", np.linspace(0, 1, 21))
if len(sys.argv) > 1:
    air_quality(sys.argv[1])
figures["versions"] = (
    f"Python {platform.python_version()}, NumPy {np.__version__}, SciPy {scipy.__version__}, "
    f"scikit-learn {sklearn.__version__}"
)
TARGET.write_text(
    "{\n" + ",\n".join(f"{json.dumps(k)}: {json.dumps(figures[k])}" for k in sorted(figures)) + "\n}\n"
)
