"""One attempt at a task: its lease, which holds while it beats, and its steps, which are not run again."""
import queue, threading, time
from task_records import stamp

MAX_BEATS = 60

class Refuse(Exception):
    """Raised by a handler as Refuse(code, message): an answer; the task fails and is not tried again."""

class Gone(Exception):
    """This attempt is over, whatever its handler still does: cancelled, or another worker has the task."""

class Task:
    """One attempt as its handler sees it; `epoch` is its fencing token."""
    def __init__(self, worker, message, record):
        self.worker, self.message, self.record = worker, message, record
        self.id, self.gen, self.attempt, self.epoch = record['id'], record['gen'], record['attempt'], record['epoch']
        self.over, self.done, self.heard = False, threading.Event(), time.monotonic()

    def held(self, r):
        if r is None or (r['state'], r['gen'], r['attempt']) != ('running', self.gen, self.attempt):
            raise Gone
        return r

    def go_on(self):
        """Nothing may be done any more when the last beat that was answered is too long ago, as after a pause."""
        if self.over or time.monotonic() - self.heard > self.worker.lease_s * 5 / 6:
            raise Gone

    def beat(self):
        """Keeps the lease, so and so often; learns of cancellation and of other claims."""
        try:
            for _ in range(MAX_BEATS):
                if self.done.wait(self.worker.lease_s / 3):
                    return
                try:
                    sent = time.monotonic()
                    self.worker.nats.request(self.message.reply, b'+WPI')
                    if self.held(self.worker.records.read(f't.{self.id}')[1])['desired'] == 'cancel':
                        raise Gone
                    self.heard = sent
                except (queue.Empty, OSError):
                    self.go_on()
        except Gone:
            pass
        self.over = True

    def step(self, name, run):
        """What `run(key)` returned when it first came to its end, in whatever attempt and language that was."""
        self.go_on()
        key = f'm.{self.id}.{self.record["kept"].get(name, self.gen)}.{name}'
        rev, memo = self.worker.records.read(key)
        if memo is None:
            value = run(f'{self.id}/{name}')
            self.go_on()
            self.worker.records.put(key, dict(value=value, at=stamp()), rev)
            _, memo = self.worker.records.read(key)  # the loser of a race takes the winner's
        return memo.get('value')
