"""A full worker of SeedCore tasks: the standard library of Python 3.11 and two files beside it; the reasons are in
other-languages.md.

    python3 full_worker.py 127.0.0.1:4222 seedcore-dev letters
"""
import json, os, queue, signal, sys, threading, time, traceback
from nats_socket import Nats
from task_records import NEVER, NotMine, Records, claimed, ended, failed, is_past, stamp

MAX_BYTES, MAX_BEATS = 65536, 60

class Refuse(Exception):
    """Raised by a handler as Refuse(code, message): an answer; the task fails and is not tried again."""

class Gone(Exception):
    """This attempt is over, whatever its handler still does: cancelled, or another worker has the task."""

class Task:
    """One attempt as its handler sees it; `epoch` is its fencing token."""
    def __init__(self, worker, message, record):
        self.worker, self.message, self.record, self.over, self.done = worker, message, record, False, threading.Event()
        self.id, self.gen, self.attempt, self.epoch = record['id'], record['gen'], record['attempt'], record['epoch']

    def held(self, r):
        if r is None or (r['state'], r['gen'], r['attempt']) != ('running', self.gen, self.attempt):
            raise Gone
        return r

    def beat(self):
        """Keeps the lease, so and so often; learns of cancellation and of other claims."""
        heard = time.monotonic()
        for _ in range(MAX_BEATS):
            if self.done.wait(self.worker.lease_s / 3):
                return
            try:
                sent = time.monotonic()
                self.worker.nats.request(self.message.reply, b'+WPI')
                if self.held(self.worker.records.read(f't.{self.id}')[1])['desired'] == 'cancel':
                    break
                heard = sent
            except (queue.Empty, OSError):
                if time.monotonic() - heard > self.worker.lease_s * 5 / 6:
                    break
            except Gone:
                break
        self.over = True

    def step(self, name, run):
        """What `run(key)` returned when it first came to its end, in whatever attempt and language that was."""
        key = f'm.{self.id}.{self.record["kept"].get(name, self.gen)}.{name}'
        rev, memo = self.worker.records.read(key)
        if memo is None and not self.over:
            self.worker.records.put(key, dict(value=run(f'{self.id}/{name}'), at=stamp()), rev)
            _, memo = self.worker.records.read(key)  # the loser of a race takes the winner's
        if self.over:
            raise Gone
        return memo.get('value')

class Worker:
    def __init__(self, address, ns, name, handlers):
        self.nats, self.ns, self.name, self.handlers, self.stopping = Nats(address), ns, name, handlers, False
        self.records = Records(self.nats, ns)

    def start(self, slots=1):
        """`slots` threads for each lane, so that none waits for another."""
        for lane in ('high', 'normal', 'low') * slots:
            where, self.lease_s = self.nats.lane(self.ns, self.name, lane)
            threading.Thread(target=self.pull, args=[where]).start()

    def pull(self, where):
        while not self.stopping:
            try:
                _, pause = self.records.read(f'q.{self.name}')
                if pause is not None and not is_past(pause.get('until', NEVER)):
                    time.sleep(1)
                elif (message := self.nats.request(where, b'{"batch":1,"expires":1000000000}')).reply:
                    self.take(message)
            except Exception:  # the message, if there was one, comes again when its lease is over
                traceback.print_exc()
                time.sleep(1)

    def take(self, message):
        parts, id, carrier = message.reply.split('.'), message.subject.split('.')[-1], message.headers.get('Sc-Carrier')
        seq = parts[5 if len(parts) == 9 else 7]  # $JS.ACK.[domain.account.]stream.consumer.deliveries.sequence…
        try:
            owner = f'python-{os.getpid()}'
            r = self.records.change(id, lambda r: claimed(r, carrier or f'seq.{seq}', int(seq), owner))
            r = self.run(Task(self, message, r))
        except NotMine:
            r = None
        except Gone:
            return  # the message is somebody else's
        if r is not None and r['state'] == 'retrying':
            delay = json.dumps(dict(delay=int(r['attempts'][-1]['delay_ms'] * 1e6)))
            return self.nats.publish(message.reply, f'-NAK {delay}'.encode())
        facts = [('Sc-Seq', seq), ('Sc-Carrier', carrier) if carrier else ('Sc-Published-On', message.subject)]
        self.nats.ask(f'{self.ns}.task.sys.normal.{id}.look', message.body, facts)  # the result, above all
        self.nats.publish(message.reply, b'+ACK')

    def run(self, task):
        """Runs the handler and ends the attempt by compare-and-set, which fails once the claim is not the newest."""
        threading.Thread(target=task.beat, daemon=True).start()
        try:
            r, params = task.record, task.record['spec']['params']
            if r['input_ref']:
                params = self.records.read(f'i.{task.id}.{r["hash"]}')[1]['params']
            handler = self.handlers.get(r['type'])
            if handler is None:
                raise Refuse('unknown_type', f'this worker knows {sorted(self.handlers)}')
            value = handler(task, params)
            if len(json.dumps(value)) > MAX_BYTES:
                raise Refuse('result_too_large', f'a result may have {MAX_BYTES} bytes')
            return self.records.change(task.id, lambda r: ended(task.held(r), 'succeeded', 'ok', value=value))
        except (Gone, queue.Empty):
            raise Gone
        except Refuse as no:
            return self.records.change(task.id, lambda r: failed(task.held(r), *no.args, retryable=False))
        except Exception as error:
            why = type(error).__name__, str(error)
            return self.records.change(task.id, lambda r: failed(task.held(r), *why, retryable=True))
        finally:
            task.done.set()

def shout(task, params):
    return {'text': task.step('shout', lambda key: str(params['text']).upper())}

if __name__ == '__main__':
    worker = Worker(*sys.argv[1:4], {'shout': shout})
    worker.start()
    signal.signal(signal.SIGTERM, lambda *_: setattr(worker, 'stopping', True))  # what runs comes to its end
    print('ready', flush=True)
