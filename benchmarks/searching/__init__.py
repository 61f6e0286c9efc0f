# SPDX-License-Identifier: Apache-2.0
"""Parts of the benchmark `search`: the gallery, the probes, the measurements, the peers."""
