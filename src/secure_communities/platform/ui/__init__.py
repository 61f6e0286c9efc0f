# SPDX-License-Identifier: Apache-2.0
"""The look of every page: vendored USWDS, our style sheets, component partials and the template tags that fill them.

Each partial in templates/ui/ opens with the context it expects; /styleguide/ shows every component in every state.
Knows nothing of any pillar: it takes plain values and gives HTML.
"""
