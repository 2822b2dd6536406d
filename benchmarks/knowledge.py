"""How well the search of articles finds known answers, as typed and with typing errors, on both
sets of questions; and what it takes of the processor among many passages (on SQLite: all of it).

SQLite in a temporary folder, or DATABASE_URL. Run: python -m benchmarks.knowledge [PASSAGES]
"""

import os
import statistics
import sys
import tempfile
import time

from sqlalchemy.orm import Session

from benchmarks.knowledge_again import HELD_OUT as AGAIN_HELD_OUT
from benchmarks.knowledge_again import WORKING as AGAIN
from benchmarks.knowledge_figures import again, fill, mistyped, recall
from benchmarks.knowledge_library import LIBRARY
from benchmarks.knowledge_questions import HELD_OUT, WORKING
from onboarding.db import db, transaction
from onboarding.factory import create_core
from onboarding.knowledge.passages import Found, put
from onboarding.knowledge.readers import STAFF
from onboarding.knowledge.search import search

SEEDS = range(5)


def figures(session: Session, names: dict[int, str]) -> None:
    for called, questions in (("working", WORKING), ("held out", HELD_OUT)):
        plain, missed = recall(session, questions, names)
        slips = [recall(session, mistyped(questions, seed), names)[0] for seed in SEEDS]
        print(f"{called:<9} recall at 3: {plain:.2f} as typed, {statistics.mean(slips):.2f} mistyped"
              f" (least of {len(slips)} runs {min(slips):.2f})")  # fmt: skip
        if called == "working":
            for one in missed:
                print(f"          missed: {one}")


def asked_again() -> None:
    for called, triples in (("working", AGAIN), ("held out", AGAIN_HELD_OUT)):
        found = again(triples)
        print(f"{called:<9} asked again in other words: {found.offered:.2f} offered,"
              f" {found.counted:.2f} counted by itself, {found.wrong} of {found.others} others"
              " counted wrongly")  # fmt: skip


def crowd(many: int) -> None:
    """Passages of other words, so that the index is not small."""
    texts = [text.split() for _, _, text in LIBRARY.values()]
    for start in range(0, many, 2000):
        with transaction() as session:
            for at in range(start, min(many, start + 2000)):
                one, other = texts[at % len(texts)], texts[(at * 7 + at // 48) % len(texts)]
                text = " ".join(one[:20] + other[10:40]) + f" case{at}"
                put(session, Found("ticket", f"ticket:{at}", f"Case {at}", text, f"/tickets/{at}"))


def main() -> None:
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    with tempfile.TemporaryDirectory() as home:
        os.environ.setdefault("TURNUP_HOME", home)
        app = create_core()
        with app.app_context():
            db.create_all()
            with transaction() as session:
                names = fill(session)
            figures(db.session(), names)
            asked_again()
            if many:
                crowd(many)
                took = []
                for asked, _ in (*HELD_OUT, *mistyped(HELD_OUT, 1)):
                    begin = time.process_time()
                    search(db.session(), STAFF, asked)
                    took.append(time.process_time() - begin)
                took.sort()
                print(f"among {many} passages: processor time, median {took[len(took) // 2] * 1000:.0f} ms,"
                      f" 95% {took[int(len(took) * 0.95)] * 1000:.0f} ms")  # fmt: skip


if __name__ == "__main__":
    main()
