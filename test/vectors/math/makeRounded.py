"""Writes rounded.json: exponentials, logarithms and powers rounded once, from 400 digits.

    pip install mpmath==1.3.0 && python3 test/vectors/math/makeRounded.py > test/vectors/math/rounded.json
"""
import json
import random
import struct
from fractions import Fraction

import mpmath
from mpmath import mp, mpf

mp.dps = 400
random.seed("rounded functions")


def nearest(value):
    """Nearest double, ties to even: true division of Python's integers rounds once, subnormal results included."""
    sign, man, exp, _ = value._mpf_
    exact = Fraction(int(man)) * Fraction(2) ** exp
    try:
        size = exact.numerator / exact.denominator
    except OverflowError:
        size = float("inf")
    return -size if sign else size


def number(low, high):
    return random.choice([1, random.random()]) * random.uniform(low, high)


def any_double(least_exponent, most_exponent):
    return random.uniform(1, 2) * 2.0 ** random.randint(least_exponent, most_exponent)


def next_after(x, steps):
    return struct.unpack("<d", struct.pack("<q", struct.unpack("<q", struct.pack("<d", x))[0] + steps))[0]


def shown(x):
    return "Infinity" if x == float("inf") else x


exps = [1.0, -1.0, 0.5, -0.5, 2.0, 709.782712893384, next_after(709.782712893384, 1), 710.0, -708.3964185322641,
        -745.1332191019411, -745.1332191019412, -745.14, -744.0, 5e-324, -5e-324, 2.0**-53, -(2.0**-53), 2.0**-54, -(2.0**-54),
        next_after(2.0**-53, 1), 1e-300, float.fromhex("0x1.9e9cbbfd6080bp-31"), float.fromhex("-0x1.1d5c2daebe367p4")]
exps += [number(-745, 709) for _ in range(120)] + [number(-3, 3) for _ in range(60)]
exps += [random.choice([1, -1]) * any_double(-60, 0) for _ in range(40)]

lns = [2.0, 0.5, 10.0, 0.1, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, next_after(1.0, 1), next_after(1.0, -1),
       next_after(1.0, 2), next_after(1.0, -2), 1.5, float.fromhex("0x1.62a88613629b5p+678"), float.fromhex("0x1.62a88613629b6p+678")]
lns += [any_double(-1074, 1023) for _ in range(100)] + [next_after(1.0, random.randint(-10**9, 10**9)) for _ in range(40)]
lns += [random.uniform(0.3, 3) for _ in range(60)]

pows = [(0.85, 2.5), (0.5, 2.5), (0.5, 0.5), (2.0, 0.5), (4.0, 0.5), (4.0, -0.5), (2.0, 1023.0), (2.0, 1024.0), (2.0, -1074.0),
        (2.0, -1075.0), (2.0, -1076.0), (2.0, -1074.5), (3.0, 33.0), (3.0, 34.0), (3.0, 35.0), (3.0, 36.0), (3.0, -1.0), (9.0, 17.5),
        (0.1, 300.0), (0.1, 323.0), (0.1, 324.0), (10.0, 308.0), (10.0, 309.0), (next_after(1.0, 1), 2.0**52), (next_after(1.0, -1), 2.0**60),
        (next_after(1.0, 1), 2.0**63), (1.5, 1e-300), (5e-324, 0.5), (5e-324, 2.5), (1.7976931348623157e308, 0.5),
        (1.0000000001, 1e12), (0.999, -7e5), (6.0, 1.3), (16.0, 0.25), (16.0, 0.125), (81.0, 0.75), (1 + 2.0**-27, 2.0)]
pows += [(random.uniform(0, 1), random.choice([1.3, 2.2, 2.5, random.uniform(0, 10)])) for _ in range(80)]
pows += [(2.0, -random.uniform(0, 60)) for _ in range(40)]
pows += [(any_double(-1000, 1000), random.choice([1, -1]) * any_double(-12, 3)) for _ in range(80)]

print(json.dumps({
    "exp": [[x, shown(nearest(mpmath.exp(mpf(x))))] for x in exps],
    "ln": [[x, nearest(mpmath.log(mpf(x)))] for x in lns],
    "pow": [[x, y, shown(nearest(mpmath.power(mpf(x), mpf(y))))] for x, y in pows],
}).replace("], [", "],\n[").replace(': [[', ': [\n['))
