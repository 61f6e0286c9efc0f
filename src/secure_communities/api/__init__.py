# SPDX-License-Identifier: Apache-2.0
"""The HTTP API: thin operations over the services and selectors of the apps."""
