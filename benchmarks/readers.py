"""What the survey readers make of the study material, and how fast they read a large survey.

``python -m benchmarks.readers`` prints documents, turns and roles of columns per file of the folder beside the
project, then time and peak memory for 100,000 respondents with 5 open questions. That survey is written with a fixed
seed into a temporary folder; proposing the column map and reading with it run in a process of their own, so that
the peak is theirs alone.
"""

from __future__ import annotations

import csv
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from cjm_research.errors import CjmError
from cjm_research.readers import SURVEY_SUFFIXES, propose_column_map, read_survey

DATA = Path(__file__).parents[1].parent / "shared" / "data"
RESPONDENTS = 100_000
MOST_SECONDS, MOST_MEGABYTES = 20, 1536
HEADINGS = (
    "Отметка времени",
    "Ваш возраст",
    "Город",
    "Какими устройствами пользуетесь? (можно несколько)",
    "Как вы узнали о нас?",
    "Что убедило вас выбрать именно нас?",
    "С какими сложностями вы столкнулись?",
    "Что бы вы улучшили?",
    "Why that score?",
    "Порекомендуете ли вы нас? Оцените от 0 до 10",
)
NON_ANSWERS = ("", "нет", "-", "хз", "всё ок", "n/a")
WORDS = (
    "доставка курьер опоздал приложение зависает дорого цена скидка подруга посоветовала не нашла кнопку оплата карта "
    "support answered slowly app crashed nice price easy order again пакет поддержка молчит выбор удобно быстро долго"
).split()


def write_survey(path: Path, respondents: int) -> None:
    """Write a Google Forms export with answers of 3 to 25 words, a tenth of them saying nothing."""
    chance = random.Random(20261121)  # noqa: S311 – no secrets here
    devices = ("Телефон (iOS, Android)", "Ноутбук", "Да, иногда планшет")

    def answer() -> str:
        if chance.random() < 0.1:
            return chance.choice(NON_ANSWERS)
        return " ".join(chance.choices(WORDS, k=chance.randint(3, 25)))

    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        for number in range(respondents):
            time_said = f"{1 + number % 28:02d}.{1 + number % 12:02d}.2026 {number % 24:02d}:{number % 60:02d}:00"
            chosen = ", ".join(device for device in devices if chance.random() < 0.5)
            closed = [time_said, chance.randint(18, 75), chance.choice(("Тула", "Казань", "Москва")), chosen]
            writer.writerow([*closed, *(answer() for _ in range(5)), chance.randint(0, 10)])


def measure(path: Path) -> str:
    """Propose a map and read a survey; one line with counts, seconds (processor, then wall) and peak memory."""
    clock, begun = time.perf_counter(), time.process_time()
    column_map = propose_column_map(path)
    proposed = time.process_time()
    documents = read_survey(path, path.name, column_map)
    read, wall = time.process_time(), time.perf_counter() - clock
    unit = 2**20 if sys.platform == "darwin" else 2**10
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    turns = sum(len(document.turns) for document in documents)
    return f"{len(documents)} {turns} {proposed - begun:.1f} {read - proposed:.1f} {wall:.1f} {peak:.0f}"


def print_shared() -> None:
    """Documents, turns and roles of every survey beside the project, with the map as proposed."""
    print(f"{'file':44} {'documents':>9} {'turns':>6}  roles")
    for path in sorted(path for path in DATA.rglob("*") if path.parent.name in ("surveys", "spss", "interviews")):
        if path.suffix not in SURVEY_SUFFIXES:
            continue
        column_map = propose_column_map(path)
        roles = ", ".join(
            f"{n} {role}" for role, n in sorted(Counter(r.role for r in column_map.columns.values()).items())
        )
        try:
            documents = read_survey(path, path.name, column_map)
        except CjmError as error:
            print(f"{path.name:44} {'refused':>9} {'':>6}  {roles}\n    {error.problems[0].key}")
            continue
        print(f"{path.name:44} {len(documents):9} {sum(len(d.turns) for d in documents):6}  {roles}")


def main() -> None:
    """Print counts of the shared files, then the measurement of a large survey."""
    if DATA.is_dir():
        print_shared()
    else:
        print(f"{DATA} is not there")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "опрос_100000.csv"
        write_survey(path, RESPONDENTS)
        code = f"from pathlib import Path; from benchmarks.readers import measure; print(measure(Path({str(path)!r})))"
        done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
        documents, turns, proposed, read, wall, peak = done.stdout.split()
        size = path.stat().st_size / 2**20
    print(
        f"\n{RESPONDENTS:,} respondents × 5 open questions, {size:.0f} MB of csv: {documents} documents, {turns} turns"
    )
    print(f"proposing the map {proposed} s + reading {read} s of the processor")
    print(f"{wall} s on the wall (at most {MOST_SECONDS} s)")
    print(f"peak memory {peak} MB (at most {MOST_MEGABYTES} MB)")


if __name__ == "__main__":
    main()
