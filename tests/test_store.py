"""The store of decisions: what is acknowledged stays, nothing is ever changed, on SQLite and PostgreSQL alike."""

from __future__ import annotations

import math
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from cjm_research.errors import CjmError
from cjm_research.history import holding
from cjm_research.store import schema
from cjm_research.store.database import Database
from cjm_research.store.decision import Decision
from cjm_research.store.decisions import DecisionStore
from cjm_research.tables import DECISIONS, to_csv
from tests import postgres

ROOT = Path(__file__).parents[1]
NewStore = Callable[[], DecisionStore]


def decide(code: str = "pain.price", coder: str = "anna", **fields: object) -> Decision:
    """A decision on the first words of a transcript."""
    shared = {"segment_id": "s1", "transcript_id": "а/b.txt", "start": 0, "end": 5, "quote": "Words", "after": " here"}
    return Decision(**shared | {"coder": coder, "code": code, "verdict": "accept"} | fields)  # type: ignore[arg-type]


def key(raised: pytest.ExceptionInfo[CjmError]) -> str:
    """Key of the only problem."""
    [problem] = raised.value.problems
    assert problem.text("ru") != problem.text("en")
    return problem.key


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """URL of a database on a PostgreSQL server of its own."""
    reason = postgres.missing()
    if reason:
        pytest.skip(reason)
    with postgres.server() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def new_store(request: pytest.FixtureRequest, tmp_path: Path) -> NewStore:
    """Opens the same empty store again and again, on either kind of database."""
    if request.param == "sqlite":
        return lambda: DecisionStore(tmp_path / "папка с пробелом %20" / "decisions.db")
    url, study = request.getfixturevalue("postgresql"), f'online "grocery" {uuid.uuid4().hex[:8]}'
    return lambda: DecisionStore(url, study)


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path) -> None:
    (tmp_path / "папка с пробелом %20").mkdir()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Path of an SQLite store that is not there yet."""
    return tmp_path / "decisions.db"


def ids(store: DecisionStore) -> list[str]:
    """Ids of all rows, in order."""
    return store.load()["decision_id"].tolist()


def test_what_was_saved_is_read_back(new_store: NewStore) -> None:
    """Text of every kind, missing numbers and order survive; another opening sees the same."""
    odd = decide(quote="é 👩🏽‍🚒 '\"%s\n", before="", memo="\ufeff–\x00\ud83d", value=-1.5)
    assert new_store().load().empty
    saved = new_store().save([decide(), odd, decide("stage.use", "борис")])
    found = new_store().load()
    assert found["decision_id"].tolist() == saved
    assert found.columns.tolist() == DECISIONS.names
    assert found["quote"].tolist()[1] == odd.quote
    assert found["memo"].tolist()[1] == "\ufeff–?"
    assert found["value"].map(math.isnan).tolist() == [True, False, True]
    assert found["coder"].tolist() == ["anna", "anna", "борис"]
    assert len(set(found["time"])) == 3
    assert found["time"].tolist() == sorted(found["time"])


def test_saving_again_adds_nothing(new_store: NewStore) -> None:
    """The same decision under the same id is kept once, in one call or several; with other content it is refused."""
    one, two = decide(), decide("pain.delay")
    store = new_store()
    assert store.save([one, one]) == [one.decision_id] * 2
    before = to_csv(DECISIONS, store.load())
    store.save([one])
    assert to_csv(DECISIONS, store.load()) == before
    changed = decide("pain.quality", decision_id=one.decision_id)
    with pytest.raises(CjmError) as raised:
        store.save([two, changed])
    assert key(raised) == "store.repeated_id"
    assert to_csv(DECISIONS, store.load()) == before


def test_nothing_can_be_changed_or_deleted(new_store: NewStore) -> None:
    """The database itself refuses updates, deletions and replacements, whoever asks."""
    store = new_store()
    [identifier] = store.save([decide()])
    before = to_csv(DECISIONS, store.load())
    for statement in (
        "UPDATE decisions SET code = 'pain.delay'",
        "UPDATE decisions SET memo = 'x' WHERE decision_id = :id",
        "DELETE FROM decisions WHERE decision_id = :id",
        "DELETE FROM decisions",
    ):
        with pytest.raises(DBAPIError, match="only ever added"):
            store._database.write(lambda c, s=statement: c.execute(text(s), {"id": identifier} if ":id" in s else {}))
    assert to_csv(DECISIONS, store.load()) == before


def test_replacing_and_truncating_are_refused_too(file: Path, request: pytest.FixtureRequest) -> None:
    """SQLite's INSERT OR REPLACE and PostgreSQL's TRUNCATE are no way around."""
    store = DecisionStore(file)
    store.save([decide()])
    with closing(sqlite3.connect(file)) as plain, pytest.raises(sqlite3.IntegrityError, match="only ever added"):
        plain.execute("INSERT OR REPLACE INTO decisions SELECT * FROM decisions")
    assert len(store.load()) == 1
    team = DecisionStore(request.getfixturevalue("postgresql"), "truncated")
    team.save([decide()])
    with pytest.raises(DBAPIError, match="only ever added"):
        team._database.write(lambda connection: connection.exec_driver_sql("TRUNCATE decisions"))
    assert len(team.load()) == 1


def test_undo_and_redo_add_rows(new_store: NewStore) -> None:
    """Each undo and redo is a row of its own; what holds is as before; a second undo of the same adds nothing."""
    store = new_store()
    first, second = store.save([decide(), decide("pain.delay")])

    def codes() -> list[str]:
        return holding(store.load())["code"].tolist()

    store.undo(first, "anna")
    store.undo(first, "борис")
    assert codes() == ["pain.delay"]
    assert store.load()["undoes"].tolist() == ["", "", first]
    assert store.load()["quote"].tolist() == ["Words"] * 3
    store.redo(first, "anna")
    store.redo(first, "anna")
    assert codes() == ["pain.price", "pain.delay"]
    assert [store.undo_last("anna"), store.undo_last("anna"), store.undo_last("anna")] == [second, first, ""]
    assert [store.redo_last("anna"), store.redo_last("anna"), store.redo_last("anna")] == [first, second, ""]
    assert (store.undo_last("борис"), store.redo_last("борис")) == ("", "")
    with pytest.raises(CjmError) as raised:
        store.undo(str(uuid.uuid4()), "anna")
    assert key(raised) == "store.unknown_decision"


def test_who_decides_anew_has_nothing_to_redo(new_store: NewStore) -> None:
    """As in every editor, a decision after an undo takes the redo away, but the undone one stays in the list."""
    store = new_store()
    store.save([decide()])
    store.undo_last("anna")
    store.save([decide("pain.delay")])
    assert store.redo_last("anna") == ""
    assert len(store.load()) == 3


def test_a_copy_holds_all_and_is_made_once(new_store: NewStore, tmp_path: Path) -> None:
    """A backup is one file with every row, ids and times included; an existing file is never overwritten."""
    store = new_store()
    store.save([decide(), decide("pain.delay", value=2.0)])
    store.undo_last("anna")
    path = tmp_path / "copies" / "копия.db"
    assert store.backup(path) == 3
    assert [file.name for file in path.parent.iterdir()] == ["копия.db"]
    assert to_csv(DECISIONS, DecisionStore(path).load()) == to_csv(DECISIONS, store.load())
    with pytest.raises(CjmError) as raised:
        store.backup(path)
    assert key(raised) == "store.exists"


def test_stores_are_united_without_repeats(new_store: NewStore, tmp_path: Path) -> None:
    """Merging both ways gives the same list in the same order; merging again adds nothing."""
    here, there = new_store(), DecisionStore(tmp_path / "anna.db")
    here.save([decide()])
    there.merge(here)
    here.save([decide("pain.delay"), decide("pain.quality")])
    there.save([decide("stage.use", "борис")])
    there.undo(ids(here)[0], "борис")
    assert here.merge(there) == 2
    assert there.merge(here) == 2
    assert here.merge(there) == there.merge(here) == 0
    assert to_csv(DECISIONS, here.load()) == to_csv(DECISIONS, there.load())
    assert holding(here.load())["code"].tolist() == ["pain.delay", "pain.quality", "stage.use"]


def test_a_row_changed_by_hand_is_not_merged(file: Path, tmp_path: Path) -> None:
    """Another content under a known id is told, and nothing of the other file is taken."""
    one, store, other = decide(), DecisionStore(file), DecisionStore(tmp_path / "other.db")
    store.save([one])
    other.save([decide(memo="changed", decision_id=one.decision_id), decide("pain.delay")])
    with pytest.raises(CjmError) as raised:
        store.merge(other)
    assert key(raised) == "store.repeated_id"
    assert len(store.load()) == 1


def test_the_order_outlives_a_clock_that_is_set_back(file: Path) -> None:
    """After a row from the future, new decisions still come after it."""
    store = DecisionStore(file)
    store.save([decide()])
    with closing(sqlite3.connect(file)) as plain:
        row = list(plain.execute("SELECT * FROM decisions").fetchone())
        row[:2] = [str(uuid.uuid4()), "2999-12-31T23:59:59.999999Z"]
        plain.execute(f"INSERT INTO decisions VALUES ({','.join('?' * len(row))})", row)  # noqa: S608
        plain.commit()
    [last] = store.save([decide("pain.delay")])
    assert ids(store)[-1] == last
    assert store.load()["time"].tolist()[-1] == "3000-01-01T00:00:00.000000Z"


def test_a_decision_has_to_be_whole() -> None:
    """An id that is no UUID, no name, an unknown verdict, an undo of nothing: each is told."""
    for fields, expected in (
        ({"decision_id": "7"}, "store.bad_id"),
        ({"coder": " \x00"}, "store.no_coder"),
        ({"verdict": "maybe"}, "store.bad_verdict"),
        ({"verdict": "undo"}, "store.bad_verdict"),
        ({"undoes": str(uuid.uuid4())}, "store.bad_verdict"),
    ):
        with pytest.raises(CjmError) as raised:
            decide(**fields)  # type: ignore[arg-type]
        assert key(raised) == expected


def test_reading_makes_no_file(file: Path) -> None:
    """Looking at a study without decisions leaves its folder as it is; checking, too."""
    store = DecisionStore(file)
    assert store.load().empty
    store.check()
    assert list(file.parent.glob("decisions*")) == []


def test_many_threads_save_at_once(new_store: NewStore) -> None:
    """Eight threads with one store: every decision is there, none twice, order of each thread kept."""
    store, saved = new_store(), dict[int, list[str]]()

    def work(number: int) -> None:
        saved[number] = [store.save([decide(coder=f"t{number}")])[0] for _ in range(12)]

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = store.load()
    for number, expected in saved.items():
        assert found.loc[found["coder"] == f"t{number}", "decision_id"].tolist() == expected
    assert len(found) == 96


def test_a_store_of_version_1_is_brought_up(file: Path) -> None:
    """Its decisions are read as they are; the first saving takes the missing steps and keeps them."""
    database = Database(file)
    database.write(lambda connection: schema.upgrade(connection, "", to=1))
    old = dict.fromkeys(DECISIONS.names, "x") | {"start": 0, "end": 1, "value": None, "undoes": ""}
    old |= {"decision_id": str(uuid.uuid4()), "verdict": "accept", "time": "2026-01-01T00:00:00.000000Z"}
    database.write(lambda connection: connection.execute(schema.decisions.insert().values(old)))
    store = DecisionStore(file)
    assert ids(store) == [old["decision_id"]]
    assert database.read(lambda connection: schema.version_of(connection, "")) == 1
    [new] = store.save([decide()])
    assert database.read(lambda connection: schema.version_of(connection, "")) == schema.NEWEST
    assert ids(store) == [old["decision_id"], new]
    with pytest.raises(DBAPIError, match="only ever added"):
        database.write(lambda connection: connection.exec_driver_sql("DELETE FROM decisions"))


def test_a_store_of_a_newer_program_is_left_alone(new_store: NewStore) -> None:
    """Neither read nor written: what the newer form means is not known here."""
    store = new_store()
    store.save([decide()])
    store._database.write(lambda connection: connection.exec_driver_sql("INSERT INTO cjm_store VALUES (99)"))
    for use in (store.load, lambda: store.save([decide()]), lambda: store.undo_last("anna")):
        with pytest.raises(CjmError) as raised:
            use()
        assert key(raised) == "store.newer"


@pytest.mark.parametrize("content", [b"PK\x03\x04 not a database at all, but a text of some length" * 40, b"x"])
def test_another_file_is_no_store(file: Path, content: bytes) -> None:
    """A file of another kind under the name is told and stays as it is."""
    file.write_bytes(content)
    for use in (DecisionStore(file).load, lambda: DecisionStore(file).save([decide()])):
        with pytest.raises(CjmError) as raised:
            use()
        assert key(raised) == "store.damaged"
    assert file.read_bytes() == content


def test_another_database_is_no_store(file: Path) -> None:
    """A database of another program gets no tables of ours."""
    with closing(sqlite3.connect(file)) as plain:
        plain.execute("CREATE TABLE notes (text)")
    for use in (DecisionStore(file).load, lambda: DecisionStore(file).save([decide()])):
        with pytest.raises(CjmError) as raised:
            use()
        assert key(raised) == "store.foreign"


def test_a_damaged_file_is_told_and_a_copy_brings_all_back(file: Path, tmp_path: Path) -> None:
    """Pages overwritten: told by the check; the file stays; the copy merged into a new one is complete."""
    store, copy = DecisionStore(file), tmp_path / "copy.db"
    store.save([decide(memo="m" * 500) for _ in range(200)])
    store.backup(copy)
    expected = to_csv(DECISIONS, store.load())
    data = bytearray(file.read_bytes())
    data[8192 : len(data) - 4096] = b"\xa5" * (len(data) - 12288)
    file.write_bytes(data)
    for use in (store.check, store.load):
        with pytest.raises(CjmError) as raised:
            use()
        assert key(raised) == "store.damaged"
    assert file.read_bytes() == bytes(data)
    file.rename(tmp_path / "damaged.db")
    assert store.merge(DecisionStore(copy)) == 200
    assert to_csv(DECISIONS, store.load()) == expected


def test_a_file_cut_short_is_told(file: Path) -> None:
    """Half a file, as a full disk or a broken copy leaves it, is never taken for an empty store."""
    store = DecisionStore(file)
    store.save([decide(memo="m" * 500) for _ in range(200)])
    file.write_bytes(file.read_bytes()[:20000])
    with pytest.raises(CjmError) as raised:
        store.check()
    assert key(raised) == "store.damaged"


def test_an_empty_file_is_an_empty_store(file: Path) -> None:
    """What a crash before the first saving leaves is no damage."""
    file.touch()
    assert DecisionStore(file).load().empty
    assert len(DecisionStore(file).save([decide()])) == 1


def test_a_full_database_loses_nothing_that_was_acknowledged(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When SQLite finds no room, the saving fails as a whole; what was saved before is there, and later goes on."""
    store = DecisionStore(file)
    saved = store.save([decide()])
    opened = store._database._open_to_write

    def small() -> sqlite3.Connection:
        connection = opened()
        connection.execute("PRAGMA max_page_count=12")
        return connection

    full = DecisionStore(file)
    full._database._writer = full._database._sqlite(small, "BEGIN IMMEDIATE")
    with pytest.raises(CjmError) as raised:
        full.save([decide(memo="m" * 3000) for _ in range(50)])
    assert key(raised) == "store.full"
    assert ids(store) == saved
    saved += store.save([decide()])
    assert ids(store) == saved
    store.check()


_FILL = """
import sys
from pathlib import Path
import resource, signal
from cjm_research.errors import CjmError
from cjm_research.store.decision import Decision
from cjm_research.store.decisions import DecisionStore
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
store = DecisionStore(Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
try:
    while True:
        print(*store.save([Decision("anna", "s1", "a.txt", 0, 1, "x", "pain.price", "accept", memo="m" * 5000)]))
except CjmError as error:
    print(error.problems[0].key)
"""


def test_a_disk_that_takes_no_more_loses_nothing_that_was_acknowledged(file: Path) -> None:
    """The system itself refuses to let the file grow: told, and every acknowledged decision is there."""
    done = subprocess.run([sys.executable, "-c", _FILL, file], cwd=ROOT, capture_output=True, text=True, check=True)
    *acknowledged, problem = done.stdout.split()
    assert problem in ("store.full", "store.disk")
    assert len(acknowledged) > 5
    store = DecisionStore(file)
    store.check()
    assert ids(store) == acknowledged


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that a user without rights can reach."""
    folder = Path(tempfile.mkdtemp(prefix="cjm-"))
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


def test_a_folder_without_the_right_to_write_can_be_read(open_folder: Path) -> None:
    """From an archive or a share decisions are read; saving says what is wrong and what to do."""
    file = open_folder / "decisions.db"
    store = DecisionStore(file)
    saved = store.save([decide()])
    assert ids(store) == saved
    file.chmod(0o444)
    open_folder.chmod(0o555)
    as_root = os.geteuid() == 0
    if as_root:  # root may write anywhere
        os.seteuid(65534)
    try:
        assert ids(store) == saved
        for use in (lambda: store.save([decide()]), lambda: DecisionStore(open_folder / "new.db").save([decide()])):
            with pytest.raises(CjmError) as raised:
                use()
            assert key(raised) == "store.read_only"
    finally:
        if as_root:
            os.seteuid(0)
    assert ids(store) == saved


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    """Saving below a folder that is gone is no crash."""
    with pytest.raises(CjmError) as raised:
        DecisionStore(tmp_path / "gone" / "decisions.db").save([decide()])
    assert key(raised) == "store.read_only"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("decisions on my server", "store.bad_url"),
        ("mysql://user@server/db", "store.bad_url"),
        ("sqlite:///a.db", "store.bad_url"),
        ("postgresql+nothing://user@server/db", "store.bad_url"),
        ("postgresql+asyncpg://user@server/db", "store.no_driver"),
    ],
)
def test_an_address_that_cannot_be_is_told(url: str, expected: str) -> None:
    """A misspelled address, another kind of database, a missing driver."""
    with pytest.raises(CjmError) as raised:
        DecisionStore(url, "study")
    assert key(raised) == expected


def test_a_server_that_does_not_answer_is_told_without_the_password() -> None:
    """No password is shown, whatever fails."""
    store = DecisionStore("postgresql+psycopg://me:secret@127.0.0.1:9/db?connect_timeout=2", "study")
    for use in (store.load, lambda: store.save([decide()])):
        with pytest.raises(CjmError) as raised:
            use()
        assert key(raised) == "store.unreachable"
        assert "secret" not in raised.value.text("en")
        assert "127.0.0.1" in raised.value.text("ru")


def test_studies_in_one_database_do_not_mix(postgresql: str) -> None:
    """Two studies of a team share a server and see only their own decisions."""
    one, two = (DecisionStore(postgresql, study) for study in ("one", "two"))
    one.save([decide()])
    assert two.load().empty
    two.save([decide("pain.delay"), decide("pain.quality")])
    assert (len(one.load()), len(two.load())) == (1, 2)
