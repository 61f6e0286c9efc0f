# SPDX-License-Identifier: Apache-2.0
"""Views: each gathers from selectors, asks a service, and fills a template."""
