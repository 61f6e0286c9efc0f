# SPDX-License-Identifier: Apache-2.0
"""Screens: thin views over the services and selectors of the apps."""
