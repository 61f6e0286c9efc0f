# SPDX-License-Identifier: Apache-2.0
"""Every number of the engine that could have been another number, in one place, with its unit and reason.

Changing a value in a section that names a version means raising that version: stored templates or gallery rows
made under the old one no longer compare like with like.
"""

from __future__ import annotations

from typing import Final

# ── images ──────────────────────────────────────────────────────────────────────────────────────────────────────
RESOLUTION: Final = 500.0  # ppi of every template and of everything the extractor sees
RESOLUTION_TOLERANCE: Final = 0.01  # 500 ppi ± 1 % (EBTS Appendix F) is used as it is, without resampling
LARGEST_SIDE: Final = 4_000  # px; larger images are refused before any work
SMALLEST_SIDE: Final = 64  # px at 500 ppi
CROP_VERSION: Final = 1
CROP_MARGIN: Final = 16  # px kept around the print
CROP_MULTIPLE: Final = 32  # the network's step
BLOCK: Final = 16  # px, side of a block of the quality maps
SMALLEST_PIECE: Final = 0.25  # of the largest piece of foreground; smaller ones are dirt, labels or a neighbour's edge

# ── extraction ──────────────────────────────────────────────────────────────────────────────────────────────────
MINUTIA_THRESHOLD: Final = 0.2  # of the smoothed probability at a local maximum; faint prints have few surer minutiae
STEPS_VERSION: Final = 1  # of our own computation of the network; another one may move a minutia on a rounding
MOST_MINUTIAE_STORED: Final = 255  # in a template, best first
FEWEST_MINUTIAE: Final = 5  # below this an image yields no template

# ── quality gate ────────────────────────────────────────────────────────────────────────────────────────────────
BLANK_CONTRAST: Final = 6.0  # gray levels, standard deviation of the whole image
BLOCK_CONTRAST: Final = 10.0  # gray levels, standard deviation inside a block that carries ridges
SATURATED_SHARE: Final = 0.97  # share of pixels at 0–5 or 250–255 of which one end alone explains nearly all
SMALLEST_FOREGROUND: Final = 6_000  # px² at 500 ppi, about 16 mm²
BLOCK_COHERENCE: Final = 0.35  # of the gradient in a block; white noise stays near 0.1–0.2
LEAST_ORDER: Final = 0.22  # mean of spectral clarity and share of coherent blocks; poor prints 0.25, noise up to 0.19
PERIOD_WINDOW: Final = 64  # px
PERIOD_WINDOWS: Final = 120  # measured at most
PERIOD_BEYOND_BELIEF: Final = 22.0  # px; no declared resolution is that wrong, so it is texture, not ridges
PERIOD_SEARCHED: Final = (3.0, 26.0)  # px
FULL_AREA: Final = 40_000  # px² of foreground beyond which more is no better
FULL_COHERENCE: Final = 0.75
FULL_CONTRAST: Final = 45.0
PERIOD_SHORTEST: Final = 5.9  # px at 500 ppi; 250 ppi declared as 500 gives 3.5–5.5
PERIOD_LONGEST: Final = 14.9  # px at 500 ppi (13.9 met on a true card); 1000 ppi declared as 500 gives 15–22

# ── descriptor: a binary code of a minutia's neighbourhood ──────────────────────────────────────────────────────
FEATURE_VERSION: Final = 2
MOST_MINUTIAE: Final = 60  # compared per finger, best first
FEWEST_COMPARED: Final = 4  # on either side; fewer gives score 0
RING_RADII: Final = (13, 30, 50, 73)  # px, of the rings of cells around a minutia
RING_CELLS: Final = (6, 11, 16, 20)
CELL_REACH: Final = 0.8  # of the distance between the centres of a ring's cells
SECTORS: Final = 9  # of direction
SECTOR_REACH: Final = 40.0  # degrees from the middle of a sector
FEWEST_NEIGHBOURS: Final = 2
WORDS: Final = 8  # 64-bit words of a code

# ── comparison ──────────────────────────────────────────────────────────────────────────────────────────────────
DIRECTION_TURN: Final = 85.0  # degrees: largest difference of the absolute directions of a pair
PARTNERS: Final = 2  # most similar partners of each minutia that enter the relaxation
MOST_PAIRS: Final = 72
FEWEST_PAIRS: Final = 3
GAP: Final = 4.0  # px by which two pairs may differ in distance …
GAP_SHARE: Final = 0.04  # … and this share of both distances: skin stretches
BEARING: Final = 25.0  # degrees by which they may differ in bearing …
TURN: Final = 30.0  # … and in the turn of their directions
ROUNDS: Final = 3
INERTIA: Final = 0.3  # of a pair's support from round to round
HYPOTHESES: Final = 4  # alignments tried …
REFINED: Final = 2  # … of which the best are refined
SAME_ALIGNMENT: Final = 0.3  # agreement from which a pair cannot seed another alignment
LEVER: Final = 400.0  # px²: weight of a direction beside a position in an alignment
FIRST_TOLERANCE: Final = 22.0  # px within which minutiae are paired, before the skin is bent
TOLERANCE: Final = 11.0  # px, after
PAIR_TURN: Final = 32.0  # degrees within which minutiae are paired
PLACE_SHARE: Final = 0.6  # of the cost of a pair, that of its distance; the rest is the turn
PLAIN_SHARE: Final = 0.3  # of a pair's worth whatever the similarity of its codes
STIFFNESS: Final = 0.6  # of the skin: pairs' worth of staying where it is
SOFTNESS: Final = 50.0  # px within which pairs bend it
LINK_REACH: Final = 90.0  # px between pairs that may confirm each other …
LINK_GAP: Final = 7.0  # px by which they may then be apart …
LINK_SHARE: Final = 0.1  # … and this share of their distance, squared together
DOUBT: Final = 0.3  # quality (0–1) up to which an unpaired minutia means nothing
EVIDENCE_LIMIT: Final = 6.0  # spreads from its centre beyond which evidence counts no more
TEMPER: Final = 5.0  # natural log odds that make one unit of the logistic of a score

# ── search ──────────────────────────────────────────────────────────────────────────────────────────────────────
CODE_DISTANCES: Final = 8  # cells of distance between neighbouring minutiae in the first stage's histogram
CODE_ANGLES: Final = 12  # cells of a direction relative to the line between the two
CODE_NEAREST: Final = 6  # px; nearer pairs are one minutia found twice
CODE_FIRST: Final = 12  # px, centre of the first cell of distance
CODE_STEP: Final = 12  # px between centres
CODE_DIMENSIONS: Final = 256  # of the discriminant space whose signs are the code
CODE_MINUTIAE_A_WEIGHT: Final = 4  # a finger's weight in the scan is its minutiae divided by this …
CODE_HEAVIEST: Final = 10  # … at most this
EXHAUSTIVE_ROWS: Final = 400  # registers up to this size are compared whole, without a first stage
COMPARISONS: Final = 800  # finger comparisons spent on the best rows of the first stage …
FEWEST_KEPT: Final = 64  # … for at least this many rows
MOST_KEPT: Final = 400  # … and at most this many

# ── decision ────────────────────────────────────────────────────────────────────────────────────────────────────
CALIBRATION: Final = "2026.11-2"  # the version that is used: data/calibration-VERSION.json
HIT_RATE: Final = 1e-9  # false matches per comparison of two people
POSSIBLE_RATE: Final = 1e-6
SUPPORT_RATE: Final = 1e-2  # per finger: from the evidence of this rate on, a finger supports the match
FEWEST_SUPPORTING: Final = 2  # fingers; one finger, however good, is an examiner's business
SUPPORTING_SHARE: Final = 0.5  # of the compared fingers; else the file may mix two people

# ── calibration: evidence in bans (log10 of a likelihood ratio) ─────────────────────────────────────────────────
MOST_BANS: Final = 6.0  # that one finger can be worth, for or against; less where fewer comparisons were made
COUNT_CELLS: Final = 5  # of the lower minutiae count of both sides, alike in mates
QUALITY_CELLS: Final = 3  # of the lower quality, alike in mates
TAIL_QUANTILE: Final = 0.995  # above it the non-mated scores of a finger are fitted by a Pareto tail
MATED_PRIOR: Final = 100.0  # mates of any count and quality that a cell is mixed with
OTHER_PRIOR: Final = 500.0  # the same for different people
TAIL_PRIOR: Final = 5.0  # of those, in the tail
FEWEST_COUNTED: Final = 20  # non-mated comparisons; a rate shown by fewer is derived from the mates' evidence
LEAST_DEPENDENCE: Final = 0.03  # correlation of fingers of one capture, where less is measured on sampled people
LEAST_SUPPORT: Final = 1.0  # bans from which a finger can speak for a match by itself: ten times as probable
LEAST_HIT: Final = 5.0  # bans; an automatic answer must be worth that much, even where fewer bans would have the rate
LEAST_POSSIBLE: Final = 0.0  # what speaks against a match is never called possible
ZONE_MARGIN: Final = 0.2  # bans a finger by which zones move up: no real tail was found heavier than ours by more

# ── slaps ───────────────────────────────────────────────────────────────────────────────────────────────────────
RIDGE_CLARITY: Final = 0.5  # of the spectrum; strokes, rules and the edges of punched holes stay below 0.4
SEAM_PURITY: Final = 0.75  # of the median of a piece: below it two fingers touch, or a crease runs
BLACK: Final = 70.0  # gray level of a punched hole
RIDGE_STRENGTH: Final = 4.0  # gray levels (RMS) below which nothing counts as ridges
RIDGE_SHARE: Final = 0.25  # of the strong ridges of the image; fainter joints and ghosts are left out
FINGERTIP_LEAST_AREA: Final = 12_000  # px² at 500 ppi
FINGERTIP_WIDTHS: Final = (90.0, 430.0)  # px: 4.6 to 22 mm
FINGERTIP_LENGTHS: Final = (0.85, 1.75)  # of its width
WIDEST_NECK: Final = 0.75  # of the width of the narrower of two parts that are told apart
LARGEST_HOLE: Final = 9_000  # px²: a punched hole
CREASE_DEPTH: Final = 0.55  # of the ink around it, at most
UPRIGHT_PRIOR: Final = 0.3  # weight of "not turned" beside about 1 for each fingertip
MOST_TURN: Final = 0.9  # radians, of a hand
MOST_SPREAD: Final = 0.35  # radians between a finger and its hand
# The order of a card is judged in spreads above the middle of what its own different fingers reach, in log-odds of the
# score; `./run bench slaps` prints the middle and the spread of the comparison in use, and what these limits do.
SEQUENCE_CELLS: Final = 40  # of a score matrix, fewer say too little
SEQUENCE_MIDDLE: Final = -1.24  # median of different fingers, where a card has too few of its own
SEQUENCE_SPREAD: Final = 0.37  # and spread above it; a card's own is never taken to be much less
SEQUENCE_LINK: Final = 2.8  # two prints match
SEQUENCE_LIKELY: Final = 1.5  # they may, if something else says so too
SEQUENCE_USUAL: Final = 0.45  # of the card's usual match, below which two prints are not said to be of one finger
SEQUENCE_GAIN: Final = 1.8  # and by so much better than with the partners that the card claims
SEQUENCE_SURE: Final = 4.0  # a match that needs no second one
SEQUENCE_NOTHING: Final = 0.25  # of the other fingers' mean: a slap whose mean is below is somebody else's
FEWEST_AGREEING: Final = 3  # fingers, before others are called strangers
FEWEST_STRANGERS: Final = 3  # fingers of one slap
STRANGER_MINUTIAE: Final = 10
SIDE_LEAST_LAG: Final = 3.0  # degrees between the outer fingertips
SIDE_BY_WIDTH: Final = 12.0  # degrees for an e-fold difference of their widths
