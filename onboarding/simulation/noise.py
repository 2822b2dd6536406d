"""Noise that is the same whenever it is asked for: a function of seed, channel and time. Pure."""

import math

MASK = (1 << 64) - 1


def lattice(seed: int, channel: int, position: int) -> float:
    """A fixed random number in [-1, 1) for each point (splitmix64's finalizer as the hash)."""
    mixed = (seed * 0x9E3779B97F4A7C15 + channel * 0xBF58476D1CE4E5B9 + position) & MASK
    mixed = (mixed + 0x9E3779B97F4A7C15) & MASK
    mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & MASK
    return (mixed ^ (mixed >> 31)) / (1 << 63) - 1.0


def drift(seed: int, channel: int, at: float, period: float) -> float:
    """A smooth random walk in [-1, 1) that forgets within about `period` seconds."""
    position, part = divmod(at / period, 1.0)
    weight = (1.0 - math.cos(math.pi * part)) / 2.0
    before = lattice(seed, channel, int(position))
    return before + (lattice(seed, channel, int(position) + 1) - before) * weight
