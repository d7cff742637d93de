"""Reference values for the tests of sequential patterns: PrefixSpanConstraintsTests, PrefixSpanSelectionTests and
MarkovModelTests quote what this prints.

Patterns come from seq2pat 2.0.0 (limits on gaps and spans of positions and of times) and prefixspan 0.5.2 (closed and
top patterns); null models from plain numpy 2.4.6, and the tail of unequal trials from scipy 1.17.1's poisson_binom.
"""

import itertools

import numpy
from kernels_data import SplitMix64
from prefixspan import PrefixSpan
from scipy.stats import poisson_binom
from sequential.seq2pat import Attribute, Seq2Pat


def made_sequences(seed, count, length, alphabet):
    """Items and rising times, drawn in turn; the tests make the same."""
    generator = SplitMix64(seed)
    items, times = [], []
    for _ in range(count):
        sequence, clock, moments = [], 0, []
        for _ in range(length):
            sequence.append(int(generator.unit() * alphabet))
            clock += int(generator.unit() * 10)
            moments.append(clock)
        items.append(sequence)
        times.append(moments)
    return items, times


def summary(rows):
    """Number of patterns, sum of supports, and a sum that depends on which pattern has which support."""
    total, mixed = 0, 0
    for pattern, support in rows:
        total += support
        code = 0
        for item in pattern:
            code = (code * 31 + item + 1) % 1_000_003
        mixed = (mixed + code * support) % 1_000_003
    return len(rows), total, mixed


def limited(items, times, minimum, gap=None, time_gap=None, span=None, time_span=None):
    # seq2pat takes positive items only.
    miner = Seq2Pat(sequences=[[item + 1 for item in sequence] for sequence in items], max_span=None)
    places = Attribute([list(range(len(sequence))) for sequence in items])
    moments = Attribute(times)
    if gap is not None:
        miner.add_constraint(places.gap() <= gap)
    if span is not None:
        miner.add_constraint(places.span() <= span - 1)
    if time_gap is not None:
        miner.add_constraint(moments.gap() <= time_gap)
    if time_span is not None:
        miner.add_constraint(moments.span() <= time_span)
    return [([item - 1 for item in row[:-1]], row[-1]) for row in miner.get_patterns(min_frequency=minimum)]


def markov(items, alphabet, pseudo_count):
    counts = numpy.zeros((alphabet, alphabet))
    shares = numpy.zeros(alphabet)
    for sequence in items:
        for item in sequence:
            shares[item] += 1
        for first, second in zip(sequence, sequence[1:]):
            counts[first, second] += 1
    shares /= shares.sum()
    return (counts + pseudo_count * shares) / (counts.sum(axis=1, keepdims=True) + pseudo_count)


def containment(transitions, pattern, length, first):
    """By the joint state of last item and number of matched items, forwards."""
    size, states = len(transitions), len(pattern) + 1
    mass = numpy.zeros((size, states))
    mass[first, 1 if pattern[0] == first else 0] = 1
    for _ in range(length - 1):
        after = numpy.zeros_like(mass)
        for last, matched in itertools.product(range(size), range(states)):
            for item in range(size):
                advanced = matched + 1 if matched < states - 1 and pattern[matched] == item else matched
                after[item, advanced] += mass[last, matched] * transitions[last, item]
        mass = after
    return mass[:, -1].sum()


def main():
    items, times = made_sequences(seed=1, count=60, length=12, alphabet=5)
    for limits in [
        {},
        {"gap": 1},
        {"gap": 3},
        {"span": 4},
        {"time_gap": 6},
        {"time_span": 15},
        {"gap": 3, "time_span": 20},
        {"span": 6, "time_gap": 9},
    ]:
        # Patterns of two items or more; seq2pat lists no others.
        print("limits", limits, summary(limited(items, times, 12, **limits)))
    for minimum in [30, 40]:
        closed = [(pattern, support) for support, pattern in PrefixSpan(items).frequent(minimum, closed=True)]
        print("closed", minimum, summary(closed))
    short = [sequence[: 2 + place % 7] for place, sequence in enumerate(items)]
    transitions = markov(short, 5, 1.0)
    for pattern in [[0, 1], [2, 2, 4], [1, 3]]:
        chances = [containment(transitions, pattern, len(sequence), sequence[0]) for sequence in short]
        support = sum(
            any(list(chosen) == pattern for chosen in itertools.combinations(sequence, len(pattern)))
            for sequence in short
        )
        tail = poisson_binom.sf(support - 1, chances)
        print("markov", pattern, support, repr(float(sum(chances))), repr(float(tail)))


if __name__ == "__main__":
    main()
