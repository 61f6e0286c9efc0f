# SPDX-License-Identifier: Apache-2.0
"""The closed lists that the agencies' tables, rules and services share. Django-free."""

from __future__ import annotations

from enum import StrEnum


class AgencyKind(StrEnum):
    """What an agency is for."""

    LOCAL_JAIL = "LOCAL_JAIL"
    SUPERVISION = "SUPERVISION"  # probation or parole
    STATE_BUREAU = "STATE_BUREAU"
    FIELD_OFFICE = "FIELD_OFFICE"
    SUPPORT_CENTRE = "SUPPORT_CENTRE"
    REGISTER = "REGISTER"
    OVERSIGHT = "OVERSIGHT"  # auditors, counsel, programme management, operators


class Purpose(StrEnum):
    """Why fingerprints are taken. Each purpose has its own participation switch."""

    BOOKING = "BOOKING"
    COMMUNITY_SUPERVISION = "COMMUNITY_SUPERVISION"


class LegalBasis(StrEnum):
    """On what ground a jurisdiction takes part; the citation stands beside it."""

    MEMORANDUM = "MEMORANDUM"  # memorandum of agreement, through the state bureau
    STATE_STATUTE = "STATE_STATUTE"
    LOCAL_ORDINANCE = "LOCAL_ORDINANCE"
    EXECUTIVE_ORDER = "EXECUTIVE_ORDER"


class Consent(StrEnum):
    """The jurisdiction's own position, as entered. Leaving is an `Exit`, which ends the entry."""

    AGREED = "AGREED"
    PENDING = "PENDING"
    OBJECTED = "OBJECTED"


class Exit(StrEnum):
    """How an entry of the register came to its end."""

    WITHDREW = "WITHDREW"  # the jurisdiction left
    TERMINATED = "TERMINATED"  # the programme ended it
    EXPIRED = "EXPIRED"  # the agreement ran out
    SUPERSEDED = "SUPERSEDED"  # another entry follows


class IdrDelivery(StrEnum):
    """Which immigration responses an ORI asked to receive."""

    NONE = "NONE"
    MATCH_ONLY = "MATCH_ONLY"
    NO_MATCH_AND_MATCH = "NO_MATCH_AND_MATCH"


class Channel(StrEnum):
    """How answers reach an ORI."""

    API = "API"  # the booking system fetches
    DIRECTORY = "DIRECTORY"  # a file in a folder
    WEBHOOK = "WEBHOOK"  # a signed HTTPS request
    SMTP = "SMTP"  # a mail with the file attached
    PORTAL = "PORTAL"  # people of the agency read it on their pages
