"""Writes words.json: what NumPy's RandomState draws. Run: python words.py"""

import json
from pathlib import Path

import numpy as np


def configuration(seed):
    random = np.random.RandomState(seed)

    def scaled(exponents, most):
        exponent = random.choice(exponents)
        return float(f"{random.randint(1, most + 1)}e-{exponent}")

    actor, critic = scaled([4, 5, 6], 99), scaled([4, 5, 6], 99)
    beta1 = float(random.choice([0, 0.9]))
    eta = scaled([1, 2, 3, 4, 5], 9)
    return [actor, critic, beta1, eta, float(random.choice([0.95, 0.97, 0.99, 0.995, 1]))]


def words(seed, count):
    random = np.random.RandomState(seed)
    drawn = [int(random.randint(0, 2**32, dtype=np.uint32)) for _ in range(count)]
    # The last ones are of the second and third block of 624 words.
    return {"seed": seed, "first": drawn[:5], "last": drawn[-5:]}


def bounded(seed, counts):
    random = np.random.RandomState(seed)
    return {"seed": seed, "counts": counts, "drawn": [int(random.randint(count)) for count in counts]}


written = {
    "numpy": np.__version__,
    "words": [words(seed, 1300) for seed in (0, 1, 5489, 2**32 - 1)],
    "bounded": [bounded(7, [1, 2, 3, 5, 9, 99, 1000, 1, 2**31 + 1, 6] * 20)],
    "configurations": [configuration(seed) for seed in range(300)],
}
Path(__file__).with_name("words.json").write_text(json.dumps(written) + "\n")
