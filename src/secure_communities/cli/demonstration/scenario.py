# SPDX-License-Identifier: Apache-2.0
"""The ten people of the demonstration and what is to happen to each: one literal table."""

from __future__ import annotations

from dataclasses import dataclass, replace

from secure_communities.biometrics.synthetic.people import Person, person
from secure_communities.identify.records.synthetic import Story
from secure_communities.identify.sources.synthetic import Twist
from secure_communities.interchange.messages import Determination

BACKGROUND = 320  # people from sampled templates: some in one register, some in the other, some in both
SEED = 20_091_030
FIRST_BACKGROUND_PERSON = 1_000


@dataclass(frozen=True, slots=True)
class Part:
    """One person's part. `number` is the person and the seed of the fingers."""

    number: int
    ori: str
    title: str
    criminal: bool = False
    story: Story | None = None
    determination: Determination | None = None
    tot: str = "CAR"
    blank_finger: int | None = None
    supervision: bool = False
    twists: tuple[Twist, ...] = ()
    booked_birth_place: str = ""  # what the booking says by mistake; every register knows better
    sign: str = ""  # what supervisor and counsel find of a sign of citizenship: CLEARED | CONFIRMED
    birth_place: str = ""  # where the person's own does not fit the part: a birth in the United States blocks much

    @property
    def person(self) -> Person:
        """Who plays the part."""
        someone = person(self.number)
        return replace(someone, birth_place=self.birth_place) if self.birth_place else someone

    @property
    def booked(self) -> Person:
        """Who the booking says it is."""
        return replace(self.person, birth_place=self.booked_birth_place) if self.booked_birth_place else self.person

    @property
    def tcn(self) -> str:
        """The control number of the booking."""
        return f"SYN-{self.ori}-DEMO-{self.number:04d}"


CAST: tuple[Part, ...] = (
    Part(0, "ZZTX00101", "In neither register"),
    Part(1, "ZZTX00101", "Criminal history only", criminal=True),
    Part(2, "ZZTX00101", "Immigration history only", story=Story.VISA, determination=Determination.NONIMM_OVERSTAY,
         booked_birth_place="TX", sign="CLEARED"),
    Part(3, "ZZCA00101", "In both registers", criminal=True, story=Story.BORDER,
         determination=Determination.FINAL_ORDER_OUTSTANDING, birth_place="GT"),
    Part(4, "ZZTX00201", "Naturalised citizen", criminal=True, story=Story.NATURALISED,
         determination=Determination.USC_CONFIRMED, sign="CONFIRMED"),
    Part(5, "ZZTX00101", "Protected person", story=Story.PROTECTED, determination=Determination.PROTECTED_1367),
    Part(6, "ZZTX00102", "The city left the programme", criminal=True, story=Story.BENEFIT),
    Part(7, "ZZTX80101", "On probation", criminal=True, story=Story.BENEFIT, determination=Determination.LPR,
         supervision=True),
    Part(8, "ZZCA00101", "Late booking, no answer asked", story=Story.VISA, tot="CNA",
         determination=Determination.NONIMM_IN_STATUS, twists=(Twist.STATUS_STILL_RUNS,)),
    Part(9, "ZZTX00101", "One finger's image is blank", blank_finger=7),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Colleague:
    """One member of staff who plays along, with the work they do."""

    username: str
    work: str  # "examine" | "draft" | "sign" | "review"


STAFF: tuple[Colleague, ...] = (
    Colleague("examiner.one", "examine"),
    Colleague("examiner.two", "examine"),
    Colleague("specialist.one", "draft"),
    Colleague("officer.one", "sign"),
    Colleague("supervisor.one", "review"),
    Colleague("counsel.one", "review"),
)
