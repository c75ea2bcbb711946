"""Readers of the service, who hold every answer against the model."""

from __future__ import annotations

import http.client
import random
from contextlib import closing

from tests.soak.commands import Gate
from tests.soak.events import Events
from tests.soak.model import LOTS, NOTHING, Model, Shown, word
from tests.soak.service import Answer, Client, Service

PAUSE = 0.02
"""Seconds between two questions of a reader: the machine has writers, too."""


def lot_word(lot: int) -> str:
    """Give the word that all articles of a lot have."""
    return word(lot, "v")


def keep_reading(service: Service, model: Model, gate: Gate, events: Events, seed: str) -> None:
    """Ask until the soak ends: mostly for single articles by the words only they have, else for a whole lot, for
    withdrawn articles by their ids, for suggestions."""
    chance = random.Random(seed)
    with closing(Client(service)) as client:
        while not gate.ended.wait(PAUSE):
            try:
                _ask(client, model, events, chance)
            except (OSError, http.client.HTTPException, ValueError) as error:
                events.tell("error", f"a search got no answer: {error!r}")


def _ask(client: Client, model: Model, events: Events, chance: random.Random) -> None:
    kind = chance.random()
    if kind < 0.8:
        look_for(client, model, events, chance.choice(model.names()))
    elif kind < 0.95:
        count_lot(client, model, events, chance.randrange(LOTS))
    elif withdrawn := model.withdrawn():
        ask_for_withdrawn(client, model, events, chance.choice(withdrawn))


def look_for(client: Client, model: Model, events: Events, name: str) -> Shown:
    """Search for an article by its own word; give the version that is shown."""
    answer = client.search(model.fact(name).word)
    events.count("searches")
    if not answered(answer, events):
        return None
    return judged(model, events, name, answer)


def judged(model: Model, events: Events, name: str, answer: Answer) -> Shown:
    """Hold an answer against the model."""
    hits = answer.versions()
    seen = dict(hits).get(name)
    if len(hits) > 1 or answer.body["total"] != len(hits) or (hits and hits[0][0] != name):
        events.tell("doubled", f"{name} by {model.fact(name).word!r}: {answer.body['total']} hits, {hits}")
    allowed = model.between(name, answer.started, answer.ended)
    if allowed is None or seen in allowed:
        return seen
    if seen is None:
        events.tell("lost", f"{name} should show {_shown(allowed)}, is not found; {_when(answer)}")
    elif allowed == NOTHING:
        events.tell("resurrected", f"{name} is gone, is found in version {seen}; {_when(answer)}")
    else:
        events.tell("outdated", f"{name} should show {_shown(allowed)}, shows {seen}; {_when(answer)}")
    return seen


def count_lot(client: Client, model: Model, events: Events, lot: int) -> None:
    """Count the articles of a lot."""
    answer = client.search(lot_word(lot), size=1)
    events.count("counts")
    if not answered(answer, events):
        return
    must, may = model.bounds(lot, answer.started, answer.ended)
    total = answer.body["total"]
    if total < must:
        events.tell("lost", f"lot {lot} has {total} articles, at least {must} must be found; {_when(answer)}")
    elif total > may:
        events.tell("resurrected", f"lot {lot} has {total} articles, at most {may} may be found; {_when(answer)}")


def ask_for_withdrawn(client: Client, model: Model, events: Events, name: str) -> None:
    """Ask for a withdrawn article by its id: it must not be given."""
    answer = client.get(f"/api/v1/articles/{name}")
    events.count("articles asked for")
    if answer.status == 200 and model.between(name, answer.started, answer.ended) == NOTHING:
        events.tell("resurrected", f"{name} is withdrawn, its article is given; {_when(answer)}")
    elif answer.status not in (200, 404, 410):
        answered(answer, events)


def answered(answer: Answer, events: Events) -> bool:
    """Say whether it is an answer; anything else is an error."""
    if answer.status == 200 and not any("hỏng" in note for note in answer.body["notes"]):
        return True
    events.tell("error", f"a search was answered with {answer.status}: {str(answer.body)[:300]}")
    return False


def _shown(allowed: frozenset[Shown]) -> str:
    return " or ".join(sorted("nothing" if each is None else f"version {each}" for each in allowed))


def _when(answer: Answer) -> str:
    return f"asked at {answer.started:.3f}, generation {answer.body.get('generation')}"
