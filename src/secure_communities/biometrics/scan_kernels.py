# SPDX-License-Identifier: Apache-2.0
"""The compiled inner loops of the first stage: turn minutiae into codes, and scan codes. In and out: flat arrays.

Integers only, so that every machine computes the same bits; `scan_reference.py` holds the plain NumPy form. Each is
called with one set of types only. A block of rows stays in the nearest cache while every probe passes over it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from secure_communities.biometrics.kernels import _compiled, _popcount

BLOCK = 256
"""Rows worked on at a time: 16 kB of each finger."""
AHEAD = 2048
"""Bytes by which memory is asked for before it is needed."""


def _fetch_ahead(_context: Any, rows: Any, place: Any) -> Any:
    """Ask for the cache line at a byte offset of a contiguous array; beyond the end it does nothing."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array = context.make_array(signature.args[0])(context, builder, arguments[0])
        byte, word = ir.IntType(8).as_pointer(), ir.IntType(32)
        pointer = builder.gep(builder.bitcast(array.data, byte), [arguments[1]])
        shape = ir.FunctionType(ir.VoidType(), [byte, word, word, word])
        fetch = cgutils.get_or_insert_function(builder.module, shape, "llvm.prefetch.p0")  # type: ignore[no-untyped-call]
        builder.call(fetch, [pointer, word(0), word(3), word(1)])
        return context.get_dummy_value()

    return types.void(rows, types.int64), generate


_prefetch: Any = intrinsic(_fetch_ahead)


def _weigh_four(_context: Any, lines: Any, row: Any, probe: Any, totals: Any, weight: Any) -> Any:
    """Add to four totals the weight times the number of bits in which four rows differ from the probe.

    Written as vectors of four words, which LLVM turns into whatever the processor counts bits with; left to itself it
    counts word by word, at little more than half the speed, or gathers words of several rows, at a seventh.
    """

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        lines, row, probe, totals, weight = arguments
        word, half = ir.IntType(64), ir.IntType(32)
        words, halves = ir.VectorType(word, 4), ir.VectorType(half, 4)
        data = [
            context.make_array(kind)(context, builder, array).data
            for kind, array in ((signature.args[0], lines), (signature.args[2], probe), (signature.args[3], totals))
        ]

        def load(pointer: Any, place: int) -> Any:
            at = builder.gep(pointer, [ir.Constant(word, place)])
            return builder.load(builder.bitcast(at, words.as_pointer()), align=8)

        def pick(first: Any, second: Any, lanes: list[int]) -> Any:
            return builder.shuffle_vector(first, second, ir.Constant(ir.VectorType(half, 4), lanes))

        def fold(first: Any, second: Any, low: list[int], high: list[int]) -> Any:
            return builder.add(pick(first, second, low), pick(first, second, high))

        count = cgutils.get_or_insert_function(  # type: ignore[no-untyped-call]
            builder.module, ir.FunctionType(words, [words]), "llvm.ctpop.v4i64"
        )
        start = builder.gep(data[0], [builder.mul(row, ir.Constant(word, 8))])
        sought = load(data[1], 0), load(data[1], 4)
        sums = [
            builder.add(
                builder.call(count, [builder.xor(load(start, 8 * n), sought[0])]),
                builder.call(count, [builder.xor(load(start, 8 * n + 4), sought[1])]),
            )
            for n in range(4)
        ]
        near = fold(sums[0], sums[1], [0, 4, 2, 6], [1, 5, 3, 7])
        far = fold(sums[2], sums[3], [0, 4, 2, 6], [1, 5, 3, 7])
        apart = builder.trunc(fold(near, far, [0, 1, 4, 5], [2, 3, 6, 7]), halves)
        scale = ir.Constant(halves, ir.Undefined)
        for lane in range(4):
            scale = builder.insert_element(scale, weight, ir.Constant(half, lane))
        place = builder.bitcast(builder.gep(data[2], [row]), halves.as_pointer())
        builder.store(builder.add(builder.load(place, align=4), builder.mul(apart, scale)), place, align=4)
        return context.get_dummy_value()

    return types.void(lines, types.int64, probe, totals, types.int32), generate


_add_four: Any = intrinsic(_weigh_four)


@_compiled
def count_pairs(points, count, near, arc, corner, histogram):  # type: ignore[no-untyped-def]
    """Add every pair of neighbouring minutiae to `histogram`, shared among the eight cells it lies between.

    `near` maps a squared distance to a position (16 to a cell, −1: too near or too far), `arc` a ratio to a bearing
    (768 to a turn), `corner` (cells, cells) two angles to their place in a cell of distance, whichever comes first.
    """
    around = len(corner)
    histogram[:, :] = 0
    for i in range(count):
        x, y, direction = np.int64(points[i, 0]), np.int64(points[i, 1]), np.int64(points[i, 2])
        for j in range(i):
            dx, dy = np.int64(points[j, 0]) - x, y - np.int64(points[j, 1])
            square = dx * dx + dy * dy
            if square >= len(near) or near[square] < 0:
                continue
            ax, ay = abs(dx), abs(dy)
            bearing = np.int64(arc[(ay << 8) // ax]) if ax >= ay else 192 - np.int64(arc[(ax << 8) // ay])
            if dx < 0:
                bearing = 384 - bearing
            if dy < 0:
                bearing = -bearing
            first = (3 * direction - bearing) % 768
            second = (3 * np.int64(points[j, 2]) - bearing - 384) % 768
            width = 768 // around
            a, b, d = first // width, second // width, np.int64(near[square]) >> 4
            fa, fb, fd = (first % width) * 16 // width, (second % width) * 16 // width, np.int64(near[square]) & 15
            a1, b1 = (a + 1) % around, (b + 1) % around
            for step in range(2):
                weight = fd if step else 16 - fd
                if d + step < len(histogram) and weight > 0:
                    cells = histogram[d + step]
                    cells[corner[a, b]] += weight * (16 - fa) * (16 - fb)
                    cells[corner[a, b1]] += weight * (16 - fa) * fb
                    cells[corner[a1, b]] += weight * fa * (16 - fb)
                    cells[corner[a1, b1]] += weight * fa * fb


@_compiled
def encode(points, counts, fewest, near, arc, corner, table, codes):  # type: ignore[no-untyped-def]
    """Codes (rows, 8) of fingers given as points (rows, most, 4): the signs of the histogram's projections.

    A finger of fewer than `fewest` minutiae has a code of zeros, which weighs nothing in a scan.
    """
    distances = len(table) // (len(corner) * (len(corner) + 1) // 2)
    histogram = np.empty((distances, len(table) // distances), np.int32)
    sums = np.empty(table.shape[1], np.int32)
    for row in range(len(points)):
        codes[row, :] = 0
        if counts[row] < fewest:
            continue
        count_pairs(points[row], np.int64(counts[row]), near, arc, corner, histogram)
        sums[:] = 0
        for cell in range(len(table)):
            value = histogram[cell // histogram.shape[1], cell % histogram.shape[1]]
            if value != 0:
                for bit in range(len(sums)):
                    sums[bit] += value * np.int32(table[cell, bit])
        for bit in range(len(sums)):
            if sums[bit] > 0:
                codes[row, bit >> 6] |= np.uint64(1) << np.uint64(bit & 63)


@_compiled
def _sink(scores, rows, held, place):  # type: ignore[no-untyped-def]
    """Restore the heap below one place: the worst (lowest score, then highest row) stays on top."""
    while True:
        child = 2 * place + 1
        if child >= held:
            return
        other = child + 1
        if other < held and (
            scores[other] < scores[child] or (scores[other] == scores[child] and rows[other] > rows[child])
        ):
            child = other
        if scores[place] < scores[child] or (scores[place] == scores[child] and rows[place] > rows[child]):
            return
        scores[place], scores[child] = scores[child], scores[place]
        rows[place], rows[child] = rows[child], rows[place]
        place = child


@_compiled
def scan(codes, masks, start, stop, offset, probes, weights, middles, factors, best, where, held):  # type: ignore[no-untyped-def]
    """Pass every probe over the rows `start` to `stop` of one segment and keep the best of each in its heap.

    `codes` (10, rows, 8) and `masks` (rows,) are the segment; `probes` (batch, 10, 8), `weights` (batch, 10), 0 for a
    finger that is not used, `middles` (batch, 10) the numbers of set bits, `factors` (batch, 1024) by mask, 0: leave
    out. `best`, `where` (batch, keep) are heaps with `held` (batch,) entries; rows are reported plus `offset`.
    """
    keep = best.shape[1]
    sums = np.empty((len(probes), BLOCK), np.int32)
    for low in range(start, stop, BLOCK):
        length = min(BLOCK, stop - low)
        fours = length - length % 4
        for one in range(len(probes)):
            full = np.int32(0)
            for finger in range(10):
                full += np.int32(weights[one, finger]) * np.int32(middles[one, finger])
            sums[one, :] = full
        for finger in range(10):
            lines = codes[finger, low : low + length]
            first = True
            for one in range(len(probes)):
                weight = np.int32(weights[one, finger])
                if weight == 0:
                    continue
                probe, total = probes[one, finger], sums[one]
                if first:
                    for row in range(0, fours, 4):
                        for line in range(4):
                            _prefetch(lines, (row + line) * 64 + AHEAD)
                        _add_four(lines, row, probe, total, -weight)
                    first = False
                else:
                    for row in range(0, fours, 4):
                        _add_four(lines, row, probe, total, -weight)
                for row in range(fours, length):
                    apart = np.int32(0)
                    for word in range(len(probe)):
                        apart += np.int32(_popcount(lines[row, word] ^ probe[word]))
                    total[row] -= weight * apart
        mixed = np.uint16(0)  # bits in which the masks of the block differ; hardly any block has some
        for row in range(length):
            mixed |= masks[low + row] ^ masks[low]
        for one in range(len(probes)):
            scores, rows, count = best[one], where[one], held[one]
            if mixed == 0 and count == keep:
                total, top = sums[one], sums[one, 0]
                for row in range(length):
                    top = max(top, total[row])
                if np.int64(top) * np.int64(factors[one, masks[low]]) <= scores[0]:
                    continue  # the best row of the block would not be kept
            for row in range(length):
                factor = np.int64(factors[one, masks[low + row]])
                if factor == 0:
                    continue
                score = np.int64(sums[one, row]) * factor
                if count < keep:
                    place = count
                    scores[place], rows[place] = score, offset + low + row
                    count += 1
                    if count == keep:
                        for above in range(keep // 2, -1, -1):
                            _sink(scores, rows, keep, above)
                elif score > scores[0]:
                    scores[0], rows[0] = score, offset + low + row
                    _sink(scores, rows, count, 0)
            held[one] = count
