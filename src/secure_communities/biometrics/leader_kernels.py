# SPDX-License-Identifier: Apache-2.0
"""The compiled steps of LEADER. In: planes (channels × height × width, float32) and layers; out: planes.

Every step goes through the image in strips of rows small enough for the processor's cache and takes them through all
of a block's operations; matrix products go to the BLAS of SciPy. Planes carry a frame of zeros, the padding of the
next convolution. All in one file, because the on-disk cache of compiled functions watches only the outermost one's.
"""

from __future__ import annotations

import numpy as np

from secure_communities.biometrics.activations import gelu, sigmoid
from secure_communities.biometrics.activations import loosely_compiled as _compiled

MARGIN = 3  # px of zeros around planes: half a 7×7 window
WIDE_MARGIN = 6  # the same for the attention's widest dilation
STRIP_FLOATS = 65_536  # of a strip's largest matrix, 256 KiB: it stays in the second-level cache
EPSILON = np.float32(0.001)  # of the layer normalisations


@_compiled
def planes(channels, height, width, margin):  # type: ignore[no-untyped-def]
    """Empty planes with their frame."""
    return np.zeros((channels, height + 2 * margin, width + 2 * margin), np.float32)


@_compiled
def copy(source, into):  # type: ignore[no-untyped-def]
    """Copy a row; plain enough to compile to vectors, which assignment of slices is not."""
    for i in range(len(into)):
        into[i] = source[i]


@_compiled
def activate(values, bias):  # type: ignore[no-untyped-def]
    """Add a bias to every row and apply GELU, in place."""
    for c in range(values.shape[0]):
        row, b = values[c], bias[c]
        for i in range(values.shape[1]):
            row[i] = gelu(row[i] + b)


@_compiled
def normalise(values, gamma, beta, mean, scale):  # type: ignore[no-untyped-def]
    """Bring every column to mean 0 and variance 1 over the rows, then scale and shift each row, in place."""
    channels, count = values.shape
    share = np.float32(1 / channels)
    mean[:count] = 0
    scale[:count] = 0
    for c in range(channels):
        for i in range(count):
            mean[i] += values[c, i]
    for i in range(count):
        mean[i] *= share
    for c in range(channels):
        for i in range(count):
            away = values[c, i] - mean[i]
            scale[i] += away * away
    for i in range(count):
        scale[i] = np.float32(1) / np.sqrt(scale[i] * share + EPSILON)
    for c in range(channels):
        g, b = gamma[c], beta[c]
        for i in range(count):
            values[c, i] = (values[c, i] - mean[i]) * (scale[i] * g) + b


@_compiled
def filter5(source, row, column, step, weights, out):  # type: ignore[no-untyped-def]
    """Add to `out` a row of a 5×5 correlation, taps `step` apart, whose first tap lies at (row, column)."""
    p, q, r, s = np.uint64(step), np.uint64(2 * step), np.uint64(3 * step), np.uint64(4 * step)
    for tap in range(5):
        line = source[row + tap * step, column:]
        a, b, c, d, e = weights[5 * tap : 5 * tap + 5]
        for k in range(len(out)):
            i = np.uint64(k)  # unsigned: no wrapping of negative indices, which would keep the loop from vectors
            out[k] += (a * line[i] + b * line[i + p] + c * line[i + q]) + (d * line[i + r] + e * line[i + s])


@_compiled
def filter7(source, row, column, weights, out):  # type: ignore[no-untyped-def]
    """The same with 7×7 adjacent taps."""
    for tap in range(7):
        line = source[row + tap, column : column + len(out) + 6]
        a, b, c, d = weights[7 * tap], weights[7 * tap + 1], weights[7 * tap + 2], weights[7 * tap + 3]
        e, f, g = weights[7 * tap + 4], weights[7 * tap + 5], weights[7 * tap + 6]
        for i in range(len(out)):
            left = a * line[i] + b * line[i + 1] + c * line[i + 2] + d * line[i + 3]
            out[i] += left + (e * line[i + 4] + f * line[i + 5] + g * line[i + 6])


@_compiled
def stem(image, layer, average):  # type: ignore[no-untyped-def]
    """First convolutions of an image framed by 4 px, halved by mean or maximum: planes of half the size."""
    height, width = image.shape[0] - 8, image.shape[1] - 8
    plain, channels = len(layer.plain), len(layer.gamma)
    out = planes(channels, height // 2, width // 2, MARGIN)
    strip = np.empty((channels, 2 * width), np.float32)
    mean, scale = np.empty(2 * width, np.float32), np.empty(2 * width, np.float32)
    zero = np.zeros(channels, np.float32)
    for y in range(0, height, 2):
        for c in range(channels):
            for half in range(2):
                row = strip[c, half * width : (half + 1) * width]
                if c < plain:
                    row[:] = layer.plain_bias[c]
                    filter5(image, y + half + 2, 2, 1, layer.plain[c], row)
                else:
                    row[:] = layer.dilated_bias[c - plain]
                    filter5(image, y + half, 0, 2, layer.dilated[c - plain], row)
        normalise(strip, layer.gamma, layer.beta, mean, scale)
        activate(strip, zero)
        for c in range(channels):
            row, into = strip[c], out[c, MARGIN + y // 2]
            for x in range(width // 2):
                a, b, d, e = row[2 * x], row[2 * x + 1], row[width + 2 * x], row[width + 2 * x + 1]
                into[MARGIN + x] = np.float32(0.25) * (a + b + d + e) if average else max(max(a, b), max(d, e))
    return out


@_compiled
def separable(source, layer):  # type: ignore[no-untyped-def]
    """Depthwise 5×5, pointwise, normalisation, GELU."""
    channels, height, width = len(source), source.shape[1] - 2 * MARGIN, source.shape[2] - 2 * MARGIN
    outputs = len(layer.pointwise)
    out = planes(outputs, height, width, MARGIN)
    rows = max(1, STRIP_FLOATS // (max(channels, outputs) * width))
    store, result = np.empty(channels * rows * width, np.float32), np.empty(outputs * rows * width, np.float32)
    mean, scale = np.empty(rows * width, np.float32), np.empty(rows * width, np.float32)
    zero = np.zeros(outputs, np.float32)
    for top in range(0, height, rows):
        count = min(rows, height - top)
        strip = store[: channels * count * width].reshape(channels, count * width)
        mixed = result[: outputs * count * width].reshape(outputs, count * width)
        for c in range(channels):
            for r in range(count):
                row = strip[c, r * width : (r + 1) * width]
                row[:] = 0
                filter5(source[c], top + r + MARGIN - 2, MARGIN - 2, 1, layer.depthwise[c], row)
        np.dot(layer.pointwise, strip, mixed)
        for c in range(outputs):
            mixed[c] += layer.bias[c]
        normalise(mixed, layer.gamma, layer.beta, mean, scale)
        activate(mixed, zero)
        for c in range(outputs):
            for r in range(count):
                copy(mixed[c, r * width : (r + 1) * width], out[c, MARGIN + top + r, MARGIN : MARGIN + width])
    return out


@_compiled
def halve(source):  # type: ignore[no-untyped-def]
    """Planes of half the size: the first half of the channels by maximum, the second by mean of 2×2 pixels."""
    channels, height, width = len(source), source.shape[1] // 2 - MARGIN, source.shape[2] // 2 - MARGIN
    out = planes(channels, height, width, MARGIN)
    for c in range(channels):
        for y in range(height):
            upper, lower = source[c, MARGIN + 2 * y], source[c, MARGIN + 2 * y + 1]
            for x in range(width):
                p = MARGIN + 2 * x
                a, b, d, e = upper[p], upper[p + 1], lower[p], lower[p + 1]
                out[c, MARGIN + y, MARGIN + x] = (
                    max(max(a, b), max(d, e)) if 2 * c < channels else np.float32(0.25) * (a + b + d + e)
                )
    return out


@_compiled
def join(coarse, fine, margin):  # type: ignore[no-untyped-def]
    """The coarse planes doubled in size, followed by the fine ones, framed by `margin`."""
    height, width = fine.shape[1] - 2 * MARGIN, fine.shape[2] - 2 * MARGIN
    out = planes(len(coarse) + len(fine), height, width, margin)
    for c in range(len(coarse)):
        for y in range(height):
            line, into = coarse[c, MARGIN + y // 2], out[c, margin + y]
            for x in range(width):
                into[margin + x] = line[MARGIN + x // 2]
    for c in range(len(fine)):
        for y in range(height):
            copy(
                fine[c, MARGIN + y, MARGIN : MARGIN + width], out[len(coarse) + c, margin + y, margin : margin + width]
            )
    return out


@_compiled
def attend(source, beside, layer):  # type: ignore[no-untyped-def]
    """Weigh every value of `source` (framed by WIDE_MARGIN) by what lies around it; append the planes `beside`.

    Each row is multiplied by the weights of all taps at once, and the products are added where the taps look from.
    """
    channels, height, width = len(source), source.shape[1] - 2 * WIDE_MARGIN, source.shape[2] - 2 * WIDE_MARGIN
    out = planes(channels + len(beside), height, width, MARGIN)
    kinds = len(layer.bias)
    around = planes(kinds, height, width, WIDE_MARGIN)
    line = np.empty((channels, width), np.float32)
    product = np.empty((len(layer.taps), width), np.float32)
    for y in range(height):
        for c in range(channels):
            copy(source[c, WIDE_MARGIN + y, WIDE_MARGIN : WIDE_MARGIN + width], line[c])
        np.dot(layer.taps, line, product)
        for tap in range(9):
            for k in range(kinds):
                step = layer.steps[k]
                row, column = WIDE_MARGIN + y - (tap // 3 - 1) * step, WIDE_MARGIN - (tap % 3 - 1) * step
                into, addend = around[k, row, column : column + width], product[tap * kinds + k]
                for x in range(width):
                    into[x] += addend[x]
    mixed, weight = np.empty((kinds, width), np.float32), np.empty((channels, width), np.float32)
    for y in range(height):
        for k in range(kinds):
            copy(around[k, WIDE_MARGIN + y, WIDE_MARGIN : WIDE_MARGIN + width], mixed[k])
        activate(mixed, layer.bias)
        np.dot(layer.mixture, mixed, weight)
        for c in range(channels):
            values, into = source[c, WIDE_MARGIN + y, WIDE_MARGIN:], out[c, MARGIN + y, MARGIN:]
            for x in range(width):
                into[x] = values[x] * sigmoid(weight[c, x] + layer.mixture_bias[c])
    for c in range(len(beside)):
        out[channels + c] = beside[c]
    return out


@_compiled
def transform(strip, kept, layer, hidden, mean, scale, out):  # type: ignore[no-untyped-def]
    """The pointwise part of a residual block on columns; `strip` and `kept` (the block's input) are overwritten."""
    normalise(strip, layer.gamma, layer.beta, mean, scale)
    np.dot(layer.expand, strip, hidden)
    activate(hidden, layer.expand_bias)
    np.dot(layer.reduce, hidden, strip)
    for c in range(len(strip)):
        b = layer.reduce_bias[c]
        for i in range(strip.shape[1]):
            kept[c, i] += strip[c, i] + b
    np.dot(layer.adjust, kept, out)
    for c in range(len(out)):
        out[c] += layer.adjust_bias[c]


@_compiled
def residual(source, layer):  # type: ignore[no-untyped-def]
    """A whole residual block."""
    channels, height, width = len(source), source.shape[1] - 2 * MARGIN, source.shape[2] - 2 * MARGIN
    outputs, inner = len(layer.adjust), len(layer.expand)
    out = planes(outputs, height, width, MARGIN)
    rows = min(height, max(1, STRIP_FLOATS // (inner * width)))
    size = rows * width
    stores = np.empty(channels * size, np.float32), np.empty(channels * size, np.float32)
    inside, result = np.empty(inner * size, np.float32), np.empty(outputs * size, np.float32)
    mean, scale = np.empty(size, np.float32), np.empty(size, np.float32)
    for top in range(0, height, rows):
        count = min(rows, height - top)
        size = count * width
        strip, kept = (
            stores[0][: channels * size].reshape(channels, size),
            stores[1][: channels * size].reshape(channels, size),
        )
        adjusted = result[: outputs * size].reshape(outputs, size)
        for c in range(channels):
            for r in range(count):
                row = strip[c, r * width : (r + 1) * width]
                row[:] = 0
                filter7(source[c], top + r, 0, layer.depthwise[c], row)
                copy(source[c, MARGIN + top + r, MARGIN : MARGIN + width], kept[c, r * width : (r + 1) * width])
        transform(strip, kept, layer, inside[: inner * size].reshape(inner, size), mean, scale, adjusted)
        for c in range(outputs):
            for r in range(count):
                copy(adjusted[c, r * width : (r + 1) * width], out[c, MARGIN + top + r, MARGIN : MARGIN + width])
    return out


@_compiled
def residual_at(source, layer, rows, columns):  # type: ignore[no-untyped-def]
    """A residual block at some pixels only: outputs × pixels."""
    channels, count = len(source), len(rows)
    strip, kept = np.zeros((channels, count), np.float32), np.empty((channels, count), np.float32)
    for c in range(channels):
        weights = layer.depthwise[c]
        for i in range(count):
            y, x = rows[i], columns[i]
            value = np.float32(0)
            for dy in range(7):
                for dx in range(7):
                    value += weights[7 * dy + dx] * source[c, y + dy, x + dx]
            strip[c, i] = value
            kept[c, i] = source[c, MARGIN + y, MARGIN + x]
    out = np.empty((len(layer.adjust), count), np.float32)
    hidden = np.empty((len(layer.expand), count), np.float32)
    transform(strip, kept, layer, hidden, np.empty(count, np.float32), np.empty(count, np.float32), out)
    return out


@_compiled
def refine(values, head):  # type: ignore[no-untyped-def]
    """The pointwise end of a head on columns: 6 × n to 4 × n."""
    count = values.shape[1]
    first, second = np.empty((len(head.first), count), np.float32), np.empty((len(head.second), count), np.float32)
    np.dot(head.first, values, first)
    for c in range(len(first)):
        first[c] += head.first_bias[c]
    normalise(first, head.gamma, head.beta, np.empty(count, np.float32), np.empty(count, np.float32))
    np.dot(head.second, first, second)
    activate(second, head.second_bias)
    return second


@_compiled
def probabilities(source, head):  # type: ignore[no-untyped-def]
    """Probability of a minutia at every pixel of the full size, framed by MARGIN."""
    block = residual(source, head.block)
    height, width = block.shape[1] - 2 * MARGIN, block.shape[2] - 2 * MARGIN
    inside = np.ascontiguousarray(block[:, MARGIN : MARGIN + height, MARGIN : MARGIN + width])
    refined = refine(inside.reshape(len(block), height * width), head)
    doubled = planes(len(refined), 2 * height, 2 * width, MARGIN)
    for c in range(len(refined)):
        for y in range(2 * height):
            line, into = refined[c, y // 2 * width : (y // 2 + 1) * width], doubled[c, MARGIN + y]
            for x in range(2 * width):
                into[MARGIN + x] = line[x // 2]
    out = planes(1, 2 * height, 2 * width, MARGIN)[0]
    for y in range(2 * height):
        row = out[MARGIN + y, MARGIN : MARGIN + 2 * width]
        row[:] = head.output_bias[0]
        for c in range(len(refined)):
            filter5(doubled[c], y + MARGIN - 2, MARGIN - 2, 1, head.output[0, 25 * c : 25 * c + 25], row)
        for x in range(len(row)):
            row[x] = sigmoid(row[x])
    return out


@_compiled
def peaks(probability, blur, threshold):  # type: ignore[no-untyped-def]
    """Blurred probability of every pixel where it is above the threshold and the largest of 7×7; elsewhere 0."""
    height, width = probability.shape[0] - 2 * MARGIN, probability.shape[1] - 2 * MARGIN
    smooth = np.zeros(probability.shape, np.float32)
    for y in range(height):
        filter5(probability, y + MARGIN - 2, MARGIN - 2, 1, blur, smooth[MARGIN + y, MARGIN : MARGIN + width])
    out = np.zeros((height, width), np.float32)
    for y in range(height):
        for x in range(width):
            value = smooth[MARGIN + y, MARGIN + x]
            if value > threshold and value == smooth[y : y + 7, x : x + 7].max():
                out[y, x] = value
    return out


@_compiled
def evaluate_at(source, head, rows, columns):  # type: ignore[no-untyped-def]
    """Outputs × pixels of a head, before the last function, at some pixels of the full size only."""
    height, width = source.shape[1] - 2 * MARGIN, source.shape[2] - 2 * MARGIN
    place = np.full((height, width), -1, np.int64)
    needed = np.empty((9 * len(rows), 2), np.int64)
    count = 0
    for i in range(len(rows)):
        for y in range(max(0, rows[i] // 2 - 1), min(height, rows[i] // 2 + 2)):
            for x in range(max(0, columns[i] // 2 - 1), min(width, columns[i] // 2 + 2)):
                if place[y, x] < 0:
                    place[y, x] = count
                    needed[count] = y, x
                    count += 1
    refined = refine(residual_at(source, head.block, needed[:count, 0], needed[:count, 1]), head)
    out = np.empty((len(head.output), len(rows)), np.float32)
    for k in range(len(out)):
        for i in range(len(rows)):
            total = head.output_bias[k]
            for dy in range(5):
                for dx in range(5):
                    y, x = rows[i] + dy - 2, columns[i] + dx - 2
                    if 0 <= y < 2 * height and 0 <= x < 2 * width:
                        for c in range(len(refined)):
                            total += head.output[k, 25 * c + 5 * dy + dx] * refined[c, place[y // 2, x // 2]]
            out[k, i] = total
    return out
