"""Work outside the request, in the same process: a backend for Django's tasks framework.

For one server without a worker of its own. The queue lives in memory, so whatever must not be lost
says in the database that it is still to be done, and is found there again.
"""

from __future__ import annotations

import logging
import queue
import threading
from typing import TYPE_CHECKING, Any

import django
from django.db import close_old_connections, transaction
from django.utils.crypto import get_random_string

from staff.acting import Way, acting

if TYPE_CHECKING or django.VERSION >= (6, 0):
    from django.tasks import Task, TaskResult, TaskResultStatus, task, task_backends
    from django.tasks.backends.base import BaseTaskBackend
else:
    from django_tasks import TaskResult, TaskResultStatus, task, task_backends
    from django_tasks.backends.base import BaseTaskBackend
    from django_tasks.base import Task

__all__ = ["BackgroundBackend", "finish", "task"]

log = logging.getLogger(__name__)

MOST_WAITING = 1000


class BackgroundBackend(BaseTaskBackend):
    """Runs tasks one after the other in a thread, once the transaction around them is committed.

    What waits already is not queued again, for it will find whatever is to be done by then.
    `OPTIONS["MOST_WAITING"]` bounds the queue; what finds no room is left out with a warning. A
    task that fails is a line in the log and does not hold up the next one.
    """

    def __init__(self, alias: str, params: dict[str, Any]) -> None:
        super().__init__(alias, params)
        room = self.options.get("MOST_WAITING", MOST_WAITING)
        self._waiting: queue.Queue[TaskResult] = queue.Queue(maxsize=room)
        self._queued: set[str] = set()
        self._lock = threading.Lock()
        self._worker: threading.Thread | None = None

    def enqueue(self, task: Task, args: Any, kwargs: Any) -> TaskResult:
        """Queue the task; nothing of it happens if the transaction around it is rolled back."""
        self.validate_task(task)
        result: TaskResult = TaskResult(
            task=task,
            id=get_random_string(32),
            status=TaskResultStatus.READY,
            enqueued_at=None,
            started_at=None,
            last_attempted_at=None,
            finished_at=None,
            args=list(args),
            kwargs=dict(kwargs),
            backend=self.alias,
            errors=[],
            worker_ids=[],
        )
        transaction.on_commit(lambda: self._put(result))
        return result

    def finish(self, timeout: float = 30) -> bool:
        """Wait until nothing is queued or running; False if it takes too long."""
        done = self._waiting.all_tasks_done
        with done:
            return done.wait_for(lambda: not self._waiting.unfinished_tasks, timeout)

    def _put(self, result: TaskResult) -> None:
        with self._lock:
            if (what := _what(result)) in self._queued:
                return
            try:
                self._waiting.put_nowait(result)
            except queue.Full:
                log.warning("Too much waits to be done; %s is left for later.", result.task.name)
                return
            self._queued.add(what)
        self._start()

    def _start(self) -> None:
        # A process that forked has no thread any more, although it remembers one.
        with self._lock:
            if self._worker is None or not self._worker.is_alive():
                self._worker = threading.Thread(target=self._work, name="tasks", daemon=True)
                self._worker.start()

    def _work(self) -> None:
        while True:
            result = self._waiting.get()
            with self._lock:
                self._queued.discard(_what(result))
            try:
                _run(result)
            finally:
                self._waiting.task_done()


def finish(timeout: float = 60) -> bool:
    """Wait for the tasks that this process has queued, as a command does whose process ends with
    it; False if that takes too long. A worker goes on by itself."""
    backend = task_backends["default"]
    return not isinstance(backend, BackgroundBackend) or backend.finish(timeout)


def _what(result: TaskResult) -> str:
    return f"{result.task.module_path} {result.args!r} {result.kwargs!r}"


def _run(result: TaskResult) -> None:
    """Run one task with database connections of its own; no failure ends the thread."""
    close_old_connections()
    try:
        with acting(way=Way.TASK, place=result.task.name):
            result.task.call(*result.args, **result.kwargs)
    except Exception:
        log.exception("%s failed.", result.task.name)
    finally:
        close_old_connections()
