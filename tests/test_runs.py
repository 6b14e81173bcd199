"""Workers as real processes: what the store says when they work, end, are cancelled, or are killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from core.runs import liveness
from core.runs.files import lock_file, log_file
from core.runs.launcher import DIED, NEVER_STARTED, ROOT, Supervisor
from core.runs.queue import ACTIVE, Run, Runs
from core.runs.worker import NO_MEMORY, OUR_FAULT, STOPPED
from core.store.home import Home
from tests.practice_worker import SHOPPERS_ROW

PRACTICE = (
    sys.executable,
    "-c",
    "import sys; sys.path.append('tests'); import practice_worker; practice_worker.main()",
)
WITHIN_S = 20.0  # a loaded machine starts a process slowly; every wait ends as soon as it can


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    home = Home(tmp_path / "home")
    yield home
    for run in Runs(home).list():
        if pid := liveness.holder(lock_file(home, run.id)):
            os.kill(pid, signal.SIGKILL)
    home.close()


@pytest.fixture
def queue(home: Home) -> Runs:
    return Runs(home)


@pytest.fixture
def launch(home: Home, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Supervisor]]:
    """Start supervisors that end with the test; their workers are the practice ones."""
    started: list[Supervisor] = []

    def start(limit: int = 1, command: tuple[str, ...] = PRACTICE) -> Supervisor:
        supervisor = Supervisor(home, limit=limit, command=command)
        supervisor.start()
        started.append(supervisor)
        return supervisor

    yield start
    for run in Runs(home).list():
        Runs(home).cancel(run.id)
    deadline = time.monotonic() + WITHIN_S
    while any(run.is_active for run in Runs(home).list()) and time.monotonic() < deadline:
        time.sleep(0.05)
    for supervisor in started:
        supervisor.stop()
        for child in supervisor._children.values():
            child.wait(WITHIN_S)


def submit(queue: Runs, **settings: Any) -> str:
    return queue.submit("study", "Practice", "shop", settings)


def wait_for(queue: Runs, run_id: str, met: Callable[[Run], bool]) -> Run:
    deadline = time.monotonic() + WITHIN_S
    while not met(run := queue.get(run_id)):
        assert time.monotonic() < deadline, f"still {run.status} ({run.message})"
        time.sleep(0.02)
    return run


def wait_for_end(queue: Runs, run_id: str) -> Run:
    return wait_for(queue, run_id, lambda run: run.status not in ACTIVE)


def wait_for_work(queue: Runs, run_id: str) -> Run:
    return wait_for(queue, run_id, lambda run: run.status == "running" and run.message != "")


def worker_of(home: Home, run_id: str) -> int:
    pid = liveness.holder(lock_file(home, run_id))
    assert pid
    return pid


def test_a_run_goes_from_the_queue_to_its_result(queue: Runs, launch: Callable[..., Supervisor], home: Home) -> None:
    run_id = submit(queue, steps=30)
    launch()

    working = wait_for_work(queue, run_id)
    run = wait_for_end(queue, run_id)

    assert working.facts["device"] == "CPU, 2 cores"
    assert (run.status, run.progress, run.error) == ("done", 1.0, None)
    assert run.facts["epsilon_spent"] == 1.0
    assert (run.out / "result.txt").read_text() == "42"
    assert run.started is not None
    assert run.ended is not None
    assert run.created <= run.started <= run.ended
    assert not lock_file(home, run_id).exists()


def test_a_long_run_says_how_many_seconds_are_left(queue: Runs, launch: Callable[..., Supervisor]) -> None:
    """After 2 s of a run of 200 steps of 20 ms, about 2 s of 4 s are left."""
    run_id = submit(queue, steps=200)
    launch()

    run = wait_for(queue, run_id, lambda run: "seconds_left" in run.facts)

    assert 0 < run.facts["seconds_left"] < 10


def test_runs_wait_for_one_another(queue: Runs, launch: Callable[..., Supervisor]) -> None:
    first, second = submit(queue, steps=50), submit(queue)
    launch(limit=1)

    wait_for_work(queue, first)
    assert queue.get(second).status == "queued"

    ended, next_one = wait_for_end(queue, first), wait_for_end(queue, second)
    assert ended.ended is not None
    assert next_one.started is not None
    assert next_one.started >= ended.ended


def test_the_last_word_before_a_long_silence_is_shown(
    queue: Runs, launch: Callable[..., Supervisor], monkeypatch: pytest.MonkeyPatch
) -> None:
    """“Training hybrid” comes right after another report, and then nothing comes for minutes."""
    monkeypatch.setattr("core.runs.launcher.KILL_AFTER_S", 0.0)
    run_id = submit(queue, steps=1, deaf=True)
    launch()

    assert wait_for(queue, run_id, lambda run: run.message == "deaf").progress == 0.1


def test_a_cancelled_run_stops_at_its_next_report(queue: Runs, launch: Callable[..., Supervisor]) -> None:
    run_id = submit(queue, steps=3000)
    launch()
    wait_for_work(queue, run_id)

    asked = time.monotonic()
    queue.cancel(run_id)
    run = wait_for_end(queue, run_id)

    assert run.status == "cancelled"
    assert time.monotonic() - asked < 3
    assert run.progress < 1
    assert not run.out.exists()


def test_a_cancelled_run_that_never_reports_is_ended_by_force(
    queue: Runs, launch: Callable[..., Supervisor], home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.runs.launcher.KILL_AFTER_S", 0.0)
    run_id = submit(queue, deaf=True)
    launch()
    wait_for(queue, run_id, lambda run: run.message == "deaf")
    pid = worker_of(home, run_id)

    queue.cancel(run_id)

    assert wait_for_end(queue, run_id).status == "cancelled"
    wait_until_gone(pid)


def test_a_killed_worker_leaves_an_interrupted_run_that_can_be_retried(
    queue: Runs, launch: Callable[..., Supervisor], home: Home
) -> None:
    run_id = submit(queue, steps=3000)
    launch()
    wait_for_work(queue, run_id)

    killed = time.monotonic()
    os.kill(worker_of(home, run_id), signal.SIGKILL)
    run = wait_for_end(queue, run_id)

    assert (run.status, run.error) == ("interrupted", DIED)
    assert time.monotonic() - killed < 5
    retried = wait_for_work(queue, queue.retry(run_id))
    assert (retried.attempt, retried.settings) == (2, run.settings)


def test_a_worker_that_is_asked_to_end_says_interrupted_not_cancelled(
    queue: Runs, launch: Callable[..., Supervisor], home: Home
) -> None:
    """The machine goes down: nobody pressed cancel, so the page must offer to go on."""
    run_id = submit(queue, steps=3000)
    launch()
    wait_for_work(queue, run_id)

    os.kill(worker_of(home, run_id), signal.SIGTERM)
    run = wait_for_end(queue, run_id)

    assert (run.status, run.error) == ("interrupted", STOPPED)


def test_a_run_outlives_the_server_and_the_next_one_adopts_it(
    queue: Runs, launch: Callable[..., Supervisor], home: Home
) -> None:
    survivor, victim = submit(queue, steps=100), submit(queue, steps=3000)
    first = launch(limit=2)
    wait_for_work(queue, survivor)
    wait_for_work(queue, victim)
    first.stop()

    os.kill(worker_of(home, victim), signal.SIGKILL)
    assert wait_for_end(queue, survivor).status == "done"
    assert queue.get(victim).status == "running"  # nobody has looked yet
    launch()

    assert wait_for_end(queue, victim).status == "interrupted"


@pytest.mark.parametrize(
    ("end", "sentence"),
    [
        ("user error", "The file has no column UserID; choose the matching column."),
        ("bug", OUR_FAULT),
        ("memory", NO_MEMORY),
    ],
)
def test_a_failure_is_one_sentence(
    queue: Runs, launch: Callable[..., Supervisor], home: Home, end: str, sentence: str
) -> None:
    """What a bug says may quote shoppers: it is in the curator's log, and nowhere else."""
    run_id = submit(queue, end=end)
    launch()

    run = wait_for_end(queue, run_id)

    assert (run.status, run.error) == ("failed", sentence)
    log = log_file(home, run_id)
    assert log.stat().st_mode & 0o077 == 0
    assert (SHOPPERS_ROW in log.read_text()) == (end == "bug")


def test_a_worker_that_cannot_start_is_a_failure(queue: Runs, launch: Callable[..., Supervisor]) -> None:
    run_id = submit(queue)
    launch(command=(sys.executable, "-c", "raise SystemExit(1)"))

    run = wait_for_end(queue, run_id)

    assert (run.status, run.error) == ("failed", NEVER_STARTED)


def test_a_worker_that_is_no_program_is_a_failure(queue: Runs, launch: Callable[..., Supervisor]) -> None:
    run_id = submit(queue)
    launch(command=("/no/such/program",))

    assert wait_for_end(queue, run_id).error == NEVER_STARTED


def test_a_worker_that_never_takes_its_lock_is_a_failure(
    queue: Runs, launch: Callable[..., Supervisor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.runs.launcher.START_WITHIN_S", 1.0)
    run_id = submit(queue)
    launch(command=(sys.executable, "-c", "import time; time.sleep(60)"))

    assert wait_for_end(queue, run_id).error == NEVER_STARTED


def test_a_run_has_one_worker_even_when_two_are_started(queue: Runs, home: Home) -> None:
    run_id = submit(queue)
    queue.claim(1)
    with liveness.held(lock_file(home, run_id)) as is_ours:
        second = subprocess.run(
            [*PRACTICE, run_id],
            cwd=ROOT,
            env=os.environ | {"TACT_HOME": str(home.folder)},
            check=False,
            capture_output=True,
        )

    assert is_ours
    assert second.returncode == 1
    assert queue.get(run_id).status == "starting"


def test_a_worker_of_a_run_that_was_given_up_does_nothing(queue: Runs, home: Home) -> None:
    run_id = submit(queue)
    queue.claim(1)
    queue.move(run_id, {"starting"}, "failed")

    late = subprocess.run([*PRACTICE, run_id], cwd=ROOT, env=os.environ | {"TACT_HOME": str(home.folder)}, check=False)

    assert late.returncode == 1
    assert queue.get(run_id).status == "failed"
    assert not queue.get(run_id).out.exists()


def test_the_supervisor_survives_a_look_that_fails(
    queue: Runs, launch: Callable[..., Supervisor], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk or a locked database for a moment must not end background work until the next restart."""
    looks = iter([OSError("disk full")])
    tick = Supervisor.tick

    def tick_or_fail(supervisor: Supervisor) -> None:
        if (error := next(looks, None)) is not None:
            raise error
        tick(supervisor)

    monkeypatch.setattr(Supervisor, "tick", tick_or_fail)
    launch()

    assert wait_for_end(queue, submit(queue)).status == "done"


def wait_until_gone(pid: int) -> None:
    deadline = time.monotonic() + WITHIN_S
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    raise AssertionError(f"process {pid} still lives")
