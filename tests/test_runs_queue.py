"""The run table: who may change what, and when."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import select

from core.errors import NotFound, RunCancelled, SettingsError
from core.runs.queue import Runs
from core.store.home import Home
from core.store.schema import run_events


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    home = Home(tmp_path / "home")
    yield home
    home.close()


@pytest.fixture
def queue(home: Home) -> Runs:
    return Runs(home)


def submit(queue: Runs, title: str = "A study") -> str:
    return queue.submit("study", title, "shop", {"repeats": 2})


def test_a_submitted_run_waits_with_everything_it_was_given(queue: Runs, home: Home) -> None:
    run = queue.get(submit(queue, "Spring"))

    assert (run.kind, run.title, run.dataset, run.settings) == ("study", "Spring", "shop", {"repeats": 2})
    assert (run.status, run.attempt, run.progress, run.facts) == ("queued", 1, 0.0, {})
    assert run.is_active
    assert run.out == home.runs_folder / run.id


def test_a_run_that_is_not_there_is_said_so_in_a_sentence(queue: Runs) -> None:
    with pytest.raises(NotFound, match="not there any more"):
        queue.get("nothing")


def test_runs_are_claimed_in_the_order_of_asking(queue: Runs) -> None:
    first, second = submit(queue), submit(queue)

    claimed = [queue.claim(2), queue.claim(2)]

    assert [run.id for run in claimed if run] == [first, second]
    assert {run.status for run in claimed if run} == {"starting"}


def test_no_run_is_claimed_beyond_the_limit(queue: Runs) -> None:
    first, second = submit(queue), submit(queue)
    queue.claim(1)

    assert queue.claim(1) is None

    queue.move(first, {"starting"}, "done")
    claimed = queue.claim(1)
    assert claimed is not None
    assert claimed.id == second


def test_each_run_is_claimed_once_by_any_number_of_launchers(home: Home, queue: Runs) -> None:
    """Two servers on one home must not train the same model twice: noise drawn twice is paid twice."""
    submitted = {submit(queue) for _ in range(20)}

    with ThreadPoolExecutor(4) as pool:
        claimed = list(pool.map(lambda _: Runs(home).claim(100), range(40)))

    ids = [run.id for run in claimed if run]
    assert len(ids) == len(set(ids)) == 20
    assert set(ids) == submitted


def test_cancelling_a_waiting_run_ends_it_at_once(queue: Runs) -> None:
    run_id = submit(queue)

    queue.cancel(run_id)

    run = queue.get(run_id)
    assert run.status == "cancelled"
    assert run.ended is not None
    assert queue.claim(1) is None


def test_cancelling_a_running_run_asks_its_worker(queue: Runs) -> None:
    run_id = submit(queue)
    queue.claim(1)
    queue.move(run_id, {"starting"}, "running")
    queue.publish(run_id, 0.5, "half", {})

    queue.cancel(run_id)

    assert queue.get(run_id).status == "cancelling"
    with pytest.raises(RunCancelled):
        queue.publish(run_id, 0.6, "more", {})
    assert queue.get(run_id).message == "half"


@pytest.mark.parametrize("end", ["done", "failed", "interrupted", "cancelled"])
def test_what_has_ended_stays_as_it_ended(queue: Runs, end: str) -> None:
    """A worker that was given up and still lives must not write into the run any more."""
    run_id = submit(queue)
    queue.claim(1)
    queue.move(run_id, {"starting"}, end)  # type: ignore[arg-type]

    queue.cancel(run_id)

    assert not queue.move(run_id, {"running", "cancelling"}, "done")
    with pytest.raises(RunCancelled):
        queue.publish(run_id, 0.9, "from beyond", {})
    assert queue.get(run_id).status == end


def test_a_report_shows_progress_message_facts_and_a_heartbeat(queue: Runs) -> None:
    run_id = submit(queue)
    queue.claim(1)
    queue.move(run_id, {"starting"}, "running")
    before = queue.get(run_id).heartbeat

    queue.publish(run_id, 0.25, "hybrid at ε 1", {"device": "CPU, 2 cores"})

    run = queue.get(run_id)
    assert (run.progress, run.message, run.facts) == (0.25, "hybrid at ε 1", {"device": "CPU, 2 cores"})
    assert before is not None
    assert run.heartbeat is not None
    assert run.heartbeat > before


def test_a_retry_is_a_new_attempt_of_the_same_in_a_fresh_folder(queue: Runs) -> None:
    """A draw into the old folder would mix two draws of noise, of which the statement knows one."""
    old = queue.get(submit(queue, "Spring"))
    queue.cancel(old.id)

    new = queue.get(queue.retry(old.id))

    assert (new.kind, new.title, new.dataset, new.settings) == (old.kind, old.title, old.dataset, old.settings)
    assert (new.status, new.attempt) == ("queued", 2)
    assert new.out == old.out.with_name(new.id)
    assert queue.get(old.id).status == "cancelled"


@pytest.mark.parametrize("status", ["queued", "running", "done"])
def test_only_what_ended_without_a_result_can_be_retried(queue: Runs, status: str) -> None:
    run_id = submit(queue)
    queue.move(run_id, {"queued"}, status)  # type: ignore[arg-type]

    with pytest.raises(SettingsError, match=f"is {status}"):
        queue.retry(run_id)


def test_an_end_is_told_until_it_was_seen(queue: Runs) -> None:
    ended, waiting = submit(queue), submit(queue)
    queue.cancel(ended)
    assert [run.id for run in queue.unseen_ends()] == [ended]

    queue.mark_seen(ended, waiting)

    assert queue.unseen_ends() == []
    queue.cancel(waiting)
    assert queue.unseen_ends() == []  # seen is seen


def test_the_list_begins_with_the_newest(queue: Runs) -> None:
    ids = [submit(queue) for _ in range(3)]

    assert [run.id for run in queue.list()] == ids[::-1]
    assert [run.id for run in queue.list(1)] == ids[-1:]
    assert queue.list(kind="import") == []


def test_the_history_of_a_run_is_kept(queue: Runs, home: Home) -> None:
    run_id = submit(queue)
    queue.claim(1)
    queue.move(run_id, {"starting"}, "failed", error="No.")

    with home.engine.connect() as connection:
        rows = connection.execute(select(run_events.c.event, run_events.c.detail).order_by(run_events.c.id)).all()

    assert [tuple(row) for row in rows] == [("queued", ""), ("starting", ""), ("failed", "No.")]
