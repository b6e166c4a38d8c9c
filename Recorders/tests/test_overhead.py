"""What recording adds to a step. A machine at work widens the interval and moves the figure; the
test fails only where all of the interval lies above a bound far over what Docs/recorder.md tells,
time after time."""

from __future__ import annotations

import random
import unittest

import overhead

BOUND = 0.10
BYTES = 4096
ATTEMPTS = 3
ROUNDS = 6  # with fewer, an interval means nothing


class Estimator(unittest.TestCase):
    def rounds(self, added: float, chance: random.Random) -> list[dict[str, list[float]]]:
        """Steps of 50 ms, of which other programs make one in two longer, by up to its double."""
        def step(kind: str) -> float:
            noise = 0.05 * chance.random() ** 2 if chance.random() < 0.5 else 0.0
            return 0.05 * (1 + (added if kind != "plain" else 0)) * chance.gauss(1, 0.002) + noise

        return [{kind: [step(kind) for _ in range(overhead.STEPS)]
                 for kind in ("plain", "recorded", "exact")} for _ in range(60)]

    def test_finds_what_was_added_under_noise(self) -> None:
        chance = random.Random(5)
        for added in (0.0, 0.02, 0.2):
            rounds = self.rounds(added, chance)
            found = overhead.compared(rounds, overhead.QUANTILE)["share"]
            low, high = overhead.interval(rounds, overhead.QUANTILE, chance)
            self.assertLess(abs(found - added), 0.003)
            self.assertLessEqual(low, added)
            self.assertGreaterEqual(high, added)
            self.assertLess(high - low, 0.01)
        self.assertGreater(low, BOUND)  # so that the test below can fail

    def test_counts_steps_that_look_at_all(self) -> None:
        rounds = [{"plain": [1.0] * 5, "recorded": [1.1] * 5, "exact": [2.1] * 5}] * 2
        self.assertAlmostEqual(overhead.compared(rounds, 0.1)["share"],
                               0.1 + 1 / overhead.EXACT_EVERY)


class Overhead(unittest.TestCase):
    def test_ten_million_parameters_at_batch_32(self) -> None:
        lows = []
        for _ in range(ATTEMPTS):
            figures = overhead.measure_apart("mlp, Adam", seconds=10)
            if figures["rounds"] < ROUNDS:
                self.skipTest(f"the machine is too busy: {figures['rounds']} rounds in 10 s")
            lows.append(figures["overhead_low"])
            self.assertGreater(figures["parameters"], 10_000_000)
            self.assertLess(figures["bytes_per_step"], BYTES)
            if lows[-1] <= BOUND:
                break
        print(f"overhead {100 * figures['overhead']:.1f} %, {figures['bytes_per_step']} bytes a "
              "step", end=" ", flush=True)
        self.assertLessEqual(min(lows), BOUND, f"of {ATTEMPTS} attempts: {lows}")


if __name__ == "__main__":
    unittest.main()
