"""A command and all processes that it starts: the memory and the processor time they need."""

import os
import resource
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from training.run.errors import CheckError, one_line

_EVERY = 0.25  # seconds between two looks


@dataclass(frozen=True)
class Seen:
    """What a command printed and needed, from its start to its end.

    Attributes:
        seconds: by the clock.
        cpu_seconds: of all processes together, those that ended on the way as well.
        peak_bytes: the most that all had at one time; what several share counts once.
    """

    out: str
    seconds: float
    cpu_seconds: float
    peak_bytes: int

    @property
    def cpu_use(self) -> float:
        """The part of all cores that was busy."""
        return self.cpu_seconds / self.seconds / (os.cpu_count() or 1)


def watch(command: Sequence[str], environment: Mapping[str, str], log: Path) -> Seen:
    """Run a command to its end; what it says on stderr goes to ``log``.

    Raises:
        CheckError: its exit code is not 0.
    """
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    with log.open("w+", encoding="utf-8") as said:
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=said, text=True, env=dict(environment)
        )
        look = _Look(process.pid)
        out, _ = process.communicate()
        seconds = time.perf_counter() - began
        look.stop()
        if process.returncode:
            said.seek(0)
            last = (said.read().strip().splitlines() or ["nothing"])[-1]
            raise CheckError(f"ended early; it said: {one_line(ValueError(last))}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    waited = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    # The system counts what was waited for to the end, which daemons are not; a look counts
    # daemons, but not what a process did after the last look. Both are too low, never too high.
    return Seen(out, seconds, max(waited, look.cpu_seconds), look.peak_bytes)


class _Look:
    """Looks at a process and those below it, again and again, in a thread."""

    def __init__(self, pid: int) -> None:
        self.peak_bytes = 0
        self._cpu: dict[psutil.Process, float] = {}
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, args=(psutil.Process(pid),))
        self._thread.start()

    @property
    def cpu_seconds(self) -> float:
        return sum(self._cpu.values())

    def stop(self) -> None:
        self._ended.set()
        self._thread.join()

    def _look(self, process: psutil.Process) -> None:
        while not self._ended.wait(_EVERY):
            try:
                below = process.children(recursive=True)
            except psutil.Error:
                continue
            self.peak_bytes = max(self.peak_bytes, sum(map(self._note, (process, *below))))

    def _note(self, one: psutil.Process) -> int:
        """Its share of memory; one that has just ended has none."""
        try:
            times = one.cpu_times()
            self._cpu[one] = times.user + times.system
            memory = one.memory_full_info()
        except psutil.Error:
            return 0
        return getattr(memory, "pss", memory.rss)  # only Linux tells shares
