"""Writes the model as an ONNX file: the few parts of the protocol buffers form that it needs."""

import numpy as np

FLOAT, INT8, INT64 = 1, 3, 7
TYPES = {"float32": FLOAT, "int8": INT8, "int64": INT64}


def varint(value):
    out = bytearray()
    while value > 127:
        out.append(value % 128 | 128)
        value //= 128
    return bytes(out + bytes([value]))


def number(field, value):
    return varint(field * 8) + varint(value)


def block(field, *parts):
    body = b"".join(part.encode() if isinstance(part, str) else part for part in parts)
    return varint(field * 8 + 2) + varint(len(body)) + body


def tensor(name, values):
    dims = b"".join(number(1, size) for size in values.shape)
    little = values.astype(values.dtype.newbyteorder("<"))
    return block(5, dims, number(2, TYPES[values.dtype.name]), block(8, name), block(9, little.tobytes()))


def node(operator, inputs, outputs, **attributes):
    parts = [block(1, name) for name in inputs] + [block(2, name) for name in outputs]
    parts += [block(3, f"{operator}_{outputs[0] or outputs[1]}"), block(4, operator)]
    parts += [block(5, block(1, name), number(3, value), number(20, 2)) for name, value in attributes.items()]
    return block(1, *parts)


def port(field, name, dims):
    sizes = [block(1, block(2, size) if isinstance(size, str) else number(1, size)) for size in dims]
    return block(field, block(1, name), block(2, block(1, number(1, FLOAT), block(2, *sizes))))


def rounded(name, values, axis):
    """Weights as 8-bit numbers, with a scale for each row (or column, by the axis), and the node that unpacks them."""
    others = tuple(at for at in range(values.ndim) if at != axis)
    scale = np.maximum(np.abs(values).max(axis=others, keepdims=True), 1e-8) / 127
    small = np.rint(values / scale).astype(np.int8)
    return (
        [tensor(f"{name}_8", small), tensor(f"{name}_scale", scale.reshape(-1).astype(np.float32))],
        node("DequantizeLinear", [f"{name}_8", f"{name}_scale"], [name], axis=axis),
    )


def encode(weights, *, eight_bit=False):
    """
    characters [steps, 1, symbols], each a row with one 1, and state [1, 1, units] to
    logp and chance [steps, 1, symbols], of the symbol that comes next after each, and next, the state after the last.
    """
    units, symbols = weights["out"].shape
    axes = {"W": 1, "R": 1, "out": 1}
    tensors, nodes = [tensor("layer", np.array([1], dtype=np.int64))], []
    for name in ("W", "R", "B", "out", "bias"):
        if eight_bit and name in axes:
            packed, unpack = rounded(name, weights[name], axes[name])
            tensors += packed
            nodes.append(unpack)
        else:
            tensors.append(tensor(name, weights[name]))
    nodes += [
        node("GRU", ["characters", "W", "R", "B", "", "state"], ["all", "next"], hidden_size=units, linear_before_reset=1),
        node("Squeeze", ["all", "layer"], ["hidden"]),
        node("MatMul", ["hidden", "out"], ["straight"]),
        node("Add", ["straight", "bias"], ["scores"]),
        node("LogSoftmax", ["scores"], ["logp"]),
        node("Exp", ["logp"], ["chance"]),
    ]
    ports = [
        port(11, "characters", ["steps", 1, symbols]),
        port(11, "state", [1, 1, units]),
        port(12, "logp", ["steps", 1, symbols]),
        port(12, "chance", ["steps", 1, symbols]),
        port(12, "next", [1, 1, units]),
    ]
    graph = block(7, *nodes, block(2, "characters"), *tensors, *ports)
    return number(1, 8) + block(2, "subnetkit text example") + graph + block(8, number(2, 17))
