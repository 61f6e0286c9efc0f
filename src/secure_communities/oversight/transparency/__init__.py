# SPDX-License-Identifier: Apache-2.0
"""Public transparency: what a state and its counties did in a quarter, small cells hidden, published once, unchanged.

In: the records of a quarter that is over. Out: published files, and pages for everybody that read those files alone.
"""
