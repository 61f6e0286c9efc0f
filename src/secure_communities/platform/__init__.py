# SPDX-License-Identifier: Apache-2.0
"""What every pillar stands on: agencies, accounts, access, events, keys, worklists, jobs, files."""
