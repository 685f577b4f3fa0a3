"""The process door: what starts here ends here, and its output stays bounded."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from pathlib import Path

import pytest

from deploymend.errors import BuildEnvironmentError
from deploymend.shell.process import Limits, minimal_environment, run


def alive(pid: int) -> bool:
    """Whether a process still runs; one that waits to be collected by init counts as gone."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not (status.exists() and status.read_text().rpartition(")")[2].split()[0] == "Z")


async def gone(pid: int, seconds: float = 3.0) -> bool:
    """Whether a process ends within some seconds."""
    deadline = time.monotonic() + seconds
    while alive(pid) and time.monotonic() < deadline:
        await asyncio.sleep(0.02)
    return not alive(pid)


async def file_with_pid(path: Path) -> int:
    """The number a started process wrote to a file, once it has."""
    while not (path.exists() and path.read_text().strip()):
        await asyncio.sleep(0.02)
    return int(path.read_text())


async def test_output_and_exit_code(tmp_path: Path) -> None:
    """Both streams come back in order, with the exit code and the folder it ran in."""
    done = await run(["sh", "-c", "pwd; echo two >&2; exit 3"], cwd=tmp_path, timeout_seconds=10)
    assert (done.exit_code, done.output) == (3, f"{tmp_path}\ntwo\n")
    assert not done.ok
    assert not done.timed_out


async def test_separate_stderr(tmp_path: Path) -> None:
    """The standard output can be had alone; the whole output still holds both."""
    done = await run(["sh", "-c", "echo a; echo b >&2"], cwd=tmp_path, timeout_seconds=10, separate_stderr=True)
    assert done.stdout == "a\n"
    assert sorted(done.output.split()) == ["a", "b"]


async def test_signal_is_a_negative_code(tmp_path: Path) -> None:
    """A process ended by a signal reports its number, negative."""
    done = await run(["sh", "-c", "kill -SEGV $$"], cwd=tmp_path, timeout_seconds=10)
    assert done.exit_code == -signal.SIGSEGV


async def test_environment_is_minimal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of our own environment reaches a process unless it is passed on; a given one is the whole one."""
    monkeypatch.setenv("SOME_TOKEN", "secret")
    done = await run(["env"], cwd=tmp_path, timeout_seconds=10)
    assert "SOME_TOKEN" not in done.output
    done = await run(["env"], cwd=tmp_path, timeout_seconds=10, env={"PATH": os.environ["PATH"], "A": "1"})
    assert "HOME=" not in done.output
    assert "A=1" in done.output
    assert set(minimal_environment()) <= {"PATH", "HOME", "LANG"}


async def test_arguments_are_never_a_shell_string(tmp_path: Path) -> None:
    """Quotes, spaces, dollars and line ends arrive as they are, with limits too."""
    nasty = "a b; $(touch x) 'q' \"r\" \n*"
    for limits in (None, Limits(cpu_seconds=10)):
        done = await run(["printf", "%s", nasty], cwd=tmp_path, timeout_seconds=10, limits=limits)
        assert done.output == nasty
    assert not (tmp_path / "x").exists()


async def test_missing_program(tmp_path: Path) -> None:
    """A program that is not there is named, with what to do; the same when limits wrap it."""
    for limits in (None, Limits(cpu_seconds=1)):
        with pytest.raises(BuildEnvironmentError, match="no-such-program") as caught:
            await run(["no-such-program"], cwd=tmp_path, timeout_seconds=10, limits=limits)
        assert "PATH" in caught.value.next_step


async def test_missing_folder(tmp_path: Path) -> None:
    """A folder that is not there is named."""
    with pytest.raises(BuildEnvironmentError, match="no such folder"):
        await run(["true"], cwd=tmp_path / "nowhere", timeout_seconds=10)


async def test_impossible_arguments(tmp_path: Path) -> None:
    """An argument no process can take (a null byte, one too long) is an error of ours, not a bare OSError."""
    for bad in ("a\0b", "x" * 3_000_000):
        with pytest.raises(BuildEnvironmentError, match="did not start"):
            await run(["printf", bad], cwd=tmp_path, timeout_seconds=10)


async def test_stdin_is_written_and_closed(tmp_path: Path) -> None:
    """Much input arrives whole and ends; without input a reader sees the end at once."""
    done = await run(["wc", "-c"], cwd=tmp_path, timeout_seconds=10, stdin=b"x" * 3_000_000)
    assert done.output.strip() == "3000000"
    assert (await run(["cat"], cwd=tmp_path, timeout_seconds=10)).output == ""


async def test_stdin_nobody_reads(tmp_path: Path) -> None:
    """A process that ends without reading its input ends normally."""
    done = await run(["true"], cwd=tmp_path, timeout_seconds=10, stdin=b"x" * 3_000_000)
    assert done.ok


async def test_lines_as_they_come(tmp_path: Path) -> None:
    """Each line is handed on once, also the last without its end, one with a CR, and a character cut in two."""
    lines: list[str] = []
    script = r"printf 'one\r\ntw'; sleep 0.1; printf 'o\n\303'; sleep 0.1; printf '\244\nlast'"
    await run(["sh", "-c", script], cwd=tmp_path, timeout_seconds=10, on_line=lines.append)
    assert lines == ["one", "two", "ä", "last"]


async def test_endless_line_is_cut(tmp_path: Path) -> None:
    """A line without an end is handed on in pieces, and nothing of it is lost."""
    lines: list[str] = []
    await run(["sh", "-c", "head -c 200000 /dev/zero"], cwd=tmp_path, timeout_seconds=10, on_line=lines.append)
    assert sum(map(len, lines)) == 200_000
    assert max(map(len, lines)) <= 64_000


async def test_output_keeps_head_and_tail(tmp_path: Path) -> None:
    """Too much output keeps its first and last lines whole and says how many bytes are missing."""
    done = await run(["seq", "1", "200000"], cwd=tmp_path, timeout_seconds=30, max_output_bytes=2_000)
    head, note, tail = done.output.partition("bytes left out here]\n")
    assert done.truncated
    assert head.startswith("1\n2\n3\n")
    assert note
    assert tail.endswith("199999\n200000\n")
    kept = done.output.replace(done.output[done.output.index("[") : done.output.index("]\n") + 2], "")
    assert len(kept) <= 2_000
    missing = int(done.output.partition("[")[2].split()[0])
    assert len(kept) + missing == sum(len(str(n)) + 1 for n in range(1, 200_001))


async def test_bad_bytes_are_replaced(tmp_path: Path) -> None:
    """Output that is not UTF-8 is readable and never an error."""
    done = await run(["printf", r"a\377b"], cwd=tmp_path, timeout_seconds=10)
    assert done.output == "a\ufffdb"


async def test_timeout_ends_the_whole_group(tmp_path: Path) -> None:
    """When time is up, the process and its children end, and what was printed so far is kept."""
    script = "sleep 60 & echo $! > pid; echo started; wait"
    done = await run(["sh", "-c", script], cwd=tmp_path, timeout_seconds=1.5)
    assert done.timed_out
    assert not done.ok
    assert done.output == "started\n"
    assert await gone(int((tmp_path / "pid").read_text()))


@pytest.mark.slow
async def test_sigterm_ignored(tmp_path: Path) -> None:
    """A process that ignores SIGTERM is killed a few seconds later, children included."""
    script = "trap '' TERM; (trap '' TERM; sleep 60) & echo $! > pid; sleep 60"
    done = await run(["sh", "-c", script], cwd=tmp_path, timeout_seconds=1.5)
    assert done.timed_out
    assert done.exit_code == -signal.SIGKILL
    assert done.seconds < 15
    assert await gone(int((tmp_path / "pid").read_text()))


async def test_time_to_clean_up(tmp_path: Path) -> None:
    """A process told to stop may still tidy up."""
    script = "trap 'echo tidy; exit 0' TERM; while :; do sleep 0.05; done"
    done = await run(["sh", "-c", script], cwd=tmp_path, timeout_seconds=1.5)
    assert done.timed_out
    assert done.output.endswith("tidy\n")


async def test_grandchild_holding_the_pipe(tmp_path: Path) -> None:
    """A background child that keeps the pipe open does not hang us, and it ends with its parent."""
    done = await run(["sh", "-c", "sleep 60 & echo $! > pid; echo hi"], cwd=tmp_path, timeout_seconds=30)
    assert done.ok
    assert done.output == "hi\n"
    assert done.seconds < 10
    assert await gone(int((tmp_path / "pid").read_text()))


async def test_escaped_grandchild_does_not_hang(tmp_path: Path) -> None:
    """A child in a session of its own that keeps the pipe cannot be ended by group, but we go on."""
    code = "import os,time\nif os.fork()==0:\n os.setsid(); open('pid','w').write(str(os.getpid())); time.sleep(20)"
    done = await run([sys.executable, "-c", code], cwd=tmp_path, timeout_seconds=30)
    assert done.ok
    assert done.seconds < 10
    os.kill(await file_with_pid(tmp_path / "pid"), signal.SIGKILL)


async def test_cancellation_ends_the_group(tmp_path: Path) -> None:
    """Cancelling the caller (Ctrl-C) ends the process and its children before the cancellation goes on."""
    script = "sleep 60 & echo $! > pid; wait"
    task = asyncio.create_task(run(["sh", "-c", script], cwd=tmp_path, timeout_seconds=60))
    pid = await file_with_pid(tmp_path / "pid")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await gone(pid)


async def test_second_cancellation_kills_at_once(tmp_path: Path) -> None:
    """An impatient second Ctrl-C does not leave a stubborn process behind."""
    script = "trap '' TERM; echo $$ > pid; while :; do sleep 1; done"
    task = asyncio.create_task(run(["sh", "-c", script], cwd=tmp_path, timeout_seconds=60))
    pid = await file_with_pid(tmp_path / "pid")
    task.cancel()
    await asyncio.sleep(0.1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await gone(pid)


async def test_start_is_told(tmp_path: Path) -> None:
    """The process id, which is also the group's, is told as soon as it runs."""
    seen: list[int] = []
    done = await run(["sh", "-c", "echo $$"], cwd=tmp_path, timeout_seconds=10, on_start=seen.append)
    assert seen == [int(done.output)]


async def test_file_size_limit(tmp_path: Path) -> None:
    """A file cannot grow over the limit."""
    limits = Limits(file_size_bytes=1_000_000)
    done = await run(
        ["dd", "if=/dev/zero", "of=big", "bs=100k", "count=50"], cwd=tmp_path, timeout_seconds=20, limits=limits
    )
    assert not done.ok
    assert (tmp_path / "big").stat().st_size <= 1_000_000


async def test_open_files_and_processes_limits(tmp_path: Path) -> None:
    """The limits on open files and on processes are really set; core files are off."""
    limits = Limits(open_files=77, processes=3333, cpu_seconds=100)
    names = "r.RLIMIT_NOFILE, r.RLIMIT_NPROC, r.RLIMIT_CPU, r.RLIMIT_CORE"
    code = f"import resource as r; print([r.getrlimit(k)[0] for k in ({names})])"
    done = await run([sys.executable, "-c", code], cwd=tmp_path, timeout_seconds=20, limits=limits)
    assert done.output.strip() == "[77, 3333, 100, 0]"


@pytest.mark.slow
async def test_cpu_limit(tmp_path: Path) -> None:
    """A busy loop ends when its processor time is used up."""
    done = await run(
        ["sh", "-c", "while :; do :; done"], cwd=tmp_path, timeout_seconds=60, limits=Limits(cpu_seconds=1)
    )
    assert done.exit_code < 0
    assert not done.timed_out


@pytest.mark.slow
async def test_gigabytes_of_output_stay_bounded(tmp_path: Path) -> None:
    """A gigabyte of output is read to its end while this process grows by little."""
    before = peak_bytes()
    done = await run(["head", "-c", "1000000000", "/dev/zero"], cwd=tmp_path, timeout_seconds=120)
    assert done.ok
    assert done.truncated
    assert peak_bytes() - before < 120_000_000


def peak_bytes() -> int:
    """The most memory this process ever held."""
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
