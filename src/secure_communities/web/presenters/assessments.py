# SPDX-License-Identifier: Apache-2.0
"""One assessment on screen: the level among its order, why, what is missing, what would change it, what went before.

In: a result, its explanation and its rules. Out: plain values for the templates. Nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from secure_communities.policy.offences import offence
from secure_communities.policy.priority import Explanation, Facts, FindingName, Gap, Outside, Result, RuleSet, Step
from secure_communities.policy.priority import sentences as say
from secure_communities.prioritize.reviews import rules as reviews

Rows = list[dict[str, Any]]
Address = Callable[[str], str]  # of a reference such as charge:12; empty where nothing opens

BASES: Mapping[str, str] = {
    "CONVICTED": "A conviction",
    "CHARGED": "A charge, not a conviction",
    "FINDING": "An officer’s finding",
    "NONE": "Nothing decides yet",
}
OUTSIDE = frozenset(Outside)
OPEN = frozenset({Outside.REVIEW, Outside.INSUFFICIENT_DATA})  # they wait for a person
TRIGGERS: Mapping[str, str] = {
    "REFERRAL": "The case was referred",
    "DISPOSITION": "What became of a charge was recorded",
    "CHARGE_CONFIRMED": "The code of a charge was confirmed",
    "PERSON_CHANGED": "The person’s records changed",
    "CITIZENSHIP": "A sign of citizenship was opened or concluded",
    "FINDING": "An officer stated a finding",
    "RULES_ACTIVATED": "Other rules came into force",
    "OUT_OF_DATE": "An outcome on record grew too old",
    "ON_DEMAND": "Somebody asked for it",
}
CHARGE_COLUMNS = (
    {"key": "number", "title": "Charge"},
    {"key": "code", "title": "Offence"},
    {"key": "outcome", "title": "What became of it"},
    {"key": "sentence", "title": "Sentence"},
    {"key": "maximum", "title": "Punishable by up to"},
)
SET_COLUMNS = (
    {"key": "set", "title": "Rules"},
    {"key": "answer", "title": "Answer"},
    {"key": "basis", "title": "Rests on"},
    {"key": "final", "title": "Final?"},
)
FINDING_COLUMNS = (
    {"key": "name", "title": "Finding"},
    {"key": "value", "title": "Stated"},
    {"key": "by", "title": "By"},
)


def tone_of(answer: str) -> str:
    """How a tag of the answer looks. Levels have no colour of their own: words and place in the order say it."""
    return "attention" if answer in OPEN else "neutral"


def ladder(rules: RuleSet, answer: str) -> dict[str, Any]:
    """The order of the rule set with the answer's place; an answer outside the order has none."""
    levels = sorted(rules.levels, key=lambda one: one.rank)
    steps = [
        {"title": one.title, "place": f"{place} of {len(levels)}", "current": one.code == answer}
        for place, one in enumerate(levels, start=1)
    ]
    return {
        "steps": steps,
        "outside": rules.title_of(answer) if answer in OUTSIDE else "",
        "words": "" if answer in OUTSIDE else next(
            f"{one['title']}: {one['place']} in the order" for one in steps if one["current"]
        ),
    }  # fmt: skip


def provisional(rules: RuleSet, result: Result) -> dict[str, Any] | None:
    """Why an answer is provisional: what is missing that matters, and what it could become."""
    if not result.provisional:
        return None
    return {
        "because": [gap.sentence for gap in result.gaps if gap.matters],
        "could": [rules.title_of(answer) for answer in result.could_become],
    }


def reasons(facts: Facts, result: Result, explanation: Explanation, address: Address) -> Rows:
    """The reasons in the explanation's order, the deciding one first, each with what it rests on."""
    said: list[Step] = [result.decided_by, *(one for one in result.alternatives if one.name != "otherwise")]
    padded: list[Step | None] = [*said, *([None] * len(explanation.reasons))]
    return [
        {
            "text": text,
            "decided": place == 0,
            "basis": BASES[step.basis] if step and step.basis != "NONE" else "",
            "links": _links(facts, step.references if step else (), address),
        }
        for place, (text, step) in enumerate(zip(explanation.reasons, padded, strict=False))
    ]


def _links(facts: Facts, references: Sequence[str], address: Address) -> Rows:
    return [{"text": reference_words(facts, one), "href": address(one)} for one in references if address(one)]


def reference_words(facts: Facts, reference: str) -> str:
    """A stored charge as the sentences number it; a stored finding by its own number."""
    numbered = [one.reference for one in sorted(facts.charges, key=lambda one: one.reference)]
    if reference in numbered:
        return f"Charge {numbered.index(reference) + 1}"
    kind, _, number = reference.partition(":")
    return f"{kind.capitalize()} {number}"


def gaps(result: Result, explanation: Explanation, act: Callable[[Gap], str]) -> Rows:
    """What is missing, what matters first, each with the act that fills it. `act`: where the reader does it."""
    ordered = sorted(result.gaps, key=lambda gap: not gap.matters)
    return [
        {
            "text": text,
            "matters": gap.matters,
            "act": reviews.WORDS[reviews.filling(gap)],
            "href": act(gap),
            "who": reviews.WHO[reviews.filling(gap)],
        }
        for text, gap in zip(explanation.missing, ordered, strict=True)
    ]


def changes(rules: RuleSet, explanation: Explanation) -> Rows:
    """The counterfactuals, as sentences with the answer they lead to."""
    return [{"text": one.sentence, "answer": rules.title_of(one.answer)} for one in explanation.changes]


def charges(facts: Facts, address: Address) -> Rows:
    """The charges that the assessment read, numbered as its sentences number them."""
    ordered = sorted(facts.charges, key=lambda one: one.reference)
    return [
        {
            "number": {"text": f"Charge {number}", "href": address(one.reference)},
            "code": {
                "text": _offence(one.code),
                "note": _code_note(one.code_confirmed, one.code, one.code_unknown_because, one.issuing_state),
            },
            "outcome": {
                "text": say.OUTCOMES[one.outcome].rstrip(":").capitalize(),
                "note": _outcome_note(one.outcome_date, fresh=one.outcome_fresh),
            },
            "sentence": say.months(one.sentence_months) if one.sentence_months is not None else None,
            "maximum": say.months(one.maximum_months) if one.maximum_months is not None else None,
        }
        for number, one in enumerate(ordered, start=1)
    ]


def _offence(code: str | None) -> str:
    found = offence(code) if code else None
    return f"{code} {found.description.capitalize()}" if found else "Not known"


def _code_note(confirmed: bool, code: str | None, because: str, state: str) -> str:
    if code is None:
        return say.why(because).strip(" ()").capitalize()
    where = f", {state}" if state else ""
    return f"Code confirmed by a person{where}" if confirmed else f"Code as submitted, nobody confirmed it{where}"


def _outcome_note(on: Any, *, fresh: bool) -> str:
    day = f"{on:%b} {on.day}, {on.year}" if on else ""
    return day if fresh else f"{day} (asked too long ago)".strip()


def stated(facts: Facts) -> Rows:
    """The findings that the assessment read."""
    words = {True: "Yes", False: "No", None: "Not known"}
    return [
        {
            "name": say.FINDINGS[one.name][:1].upper() + say.FINDINGS[one.name][1:],
            "value": words[one.value],
            "by": {"text": reference_words(facts, one.reference) if one.reference else "", "note": one.because},
        }
        for one in facts.findings
    ]


def finding_rows(name: str, value: str, evidence: str) -> Rows:
    """A finding about to be stated."""
    words = {"yes": "It holds", "no": "It does not hold", "unknown": "It is not known"}
    title = say.FINDINGS[FindingName(name)]
    return [
        {"term": "Finding", "value": title[:1].upper() + title[1:]},
        {"term": "You state", "value": words[value]},
        {"term": "Evidence", "value": evidence},
    ]


def set_rows(sets: Iterable[tuple[RuleSet, Any, str]], *, ordering: str) -> Rows:
    """All rule sets side by side: (rules, assessment, its page). `ordering`: the one that orders the work."""
    return [
        {
            "set": {"text": rules.title, "href": href, "note": _set_note(rules, ordering)},
            "answer": {"text": rules.title_of(made.answer), "tone": tone_of(made.answer)},
            "basis": BASES[made.basis],
            "final": "Provisional" if made.provisional else "Final on what is known",
        }
        for rules, made, href in sets
    ]


def _set_note(rules: RuleSet, ordering: str) -> str:
    words = [
        rules.code,
        *(["draft table"] if rules.draft else []),
        *(["orders the work"] if rules.code == ordering else []),
    ]
    return ", ".join(words)


def bar(query: Any, shown: Any, *, title: str = "", override: Any = None) -> dict[str, Any]:
    """The head of the page: the case, the answer in words, and what must be seen at once."""
    tags: list[dict[str, str]] = []
    facts: list[dict[str, Any]] = [
        {"term": "Submitted by", "value": query.submission.originator.agency.name},
        {"term": "Control number", "value": query.submission.control_number, "mono": True},
    ]
    if shown is not None:
        tags.append({"text": title, "tone": tone_of(shown.answer)})
        tags += [{"text": "Provisional", "tone": "attention"}] if shown.provisional else []
        tags += [{"text": "An override is in force", "tone": "attention"}] if override else []
        facts += [
            {"term": "Rests on", "value": BASES[shown.basis]},
            {"term": "Rules", "value": f"{shown.rule_set}, version {shown.rule_version}"},
            {"term": "Assessed", "at": shown.assessed_at},
        ]
    return {"title": query.reference, "kind": "Priority of a case", "tags": tags, "facts": facts}


def override_notice(override: Any, rules: RuleSet, href: str) -> dict[str, str]:
    """An override in force, in a sentence."""
    ends = override.expires_at
    return {
        "title": f"Decided by two people: {rules.title_of(override.answer)}",
        "text": "It stands beside the assessment, which is unchanged, and ends by itself on "
        f"{ends:%b} {ends.day}, {ends.year}.",
        "href": href,
    }


def rule_rows(said: Explanation, shown: Any) -> Rows:
    """Which rules, which inputs, when and by whom."""
    title, citation, *more = said.rule_text
    return [
        {"term": "Rules", "value": title},
        {"term": "Citation", "value": citation},
        *({"term": "In force", "value": one} for one in more[:1]),
        {"term": "Hash of the rules", "value": shown.rule_hash, "mono": True},
        {"term": "Hash of the inputs", "value": shown.inputs_hash, "mono": True},
        {"term": "Why it was assessed", "value": TRIGGERS.get(shown.trigger, shown.trigger)},
    ]


def history(made: Iterable[Any], rules_of: Callable[[Any], RuleSet], href: Callable[[Any], str]) -> Rows:
    """Every assessment of the case under one set of rules, newest first: why it was made, and what it changed."""
    shown = list(made)
    return [
        {
            "at": one.assessed_at,
            "title": _stood(one, rules_of(one)),
            "detail": f"{TRIGGERS.get(one.trigger, one.trigger)}. {_changed(one, earlier, rules_of)}",
            "actor": str(one.assessed_by).partition(":")[2] or str(one.assessed_by),
            "actor_kind": "person" if str(one.assessed_by).startswith("user:") else "machine",
            "lane": "immigration",
            "href": href(one),
            "link": "Open with its inputs",
        }
        for one, earlier in zip(shown, [*shown[1:], None], strict=False)
    ]


def _stood(one: Any, rules: RuleSet) -> str:
    return f"{rules.title_of(one.answer)}{', provisional' if one.provisional else ''}"


def _changed(one: Any, earlier: Any, rules_of: Callable[[Any], RuleSet]) -> str:
    if earlier is None:
        return "The first assessment."
    before, after = _stood(earlier, rules_of(earlier)), _stood(one, rules_of(one))
    same = "The answer stayed; " + ("other rules" if one.rule_hash != earlier.rule_hash else "other inputs")
    return f"Before: {before}." if before != after else f"{same}."


def count_tiles(rules: RuleSet, counts: Mapping[str, Mapping[str, int]], *, href: Callable[[str], str]) -> Rows:
    """Cases by answer, each with its split: never a number that adds charges to convictions without saying so (S6)."""
    return [
        {
            "value": f"{split['CONVICTED']} + {split['CHARGED']}"
            if answer not in OUTSIDE
            else str(sum(split.values())),
            "label": rules.title_of(answer),
            "note": _split(split),
            "href": href(answer),
        }
        for answer, split in counts.items()
    ]


def _split(split: Mapping[str, int]) -> str:
    words = (("CONVICTED", "convicted"), ("CHARGED", "charged"), ("FINDING", "by a finding"), ("NONE", "neither"))
    return ", ".join(
        f"{split[basis]} {word}" for basis, word in words if split[basis] or basis in ("CONVICTED", "CHARGED")
    )
