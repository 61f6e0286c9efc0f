# SPDX-License-Identifier: Apache-2.0
"""Names, dates and aliases compared and weighed. Ranks records to look at; never joins them."""
