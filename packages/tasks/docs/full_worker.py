"""A full worker of SeedCore tasks: the standard library of Python 3.11 and the files beside it; the reasons are in
other-languages.md.

    python3 full_worker.py 127.0.0.1:4222 seedcore-dev letters
"""
import json, os, queue, signal, sys, threading, time, traceback
from nats_socket import Nats
from task_attempt import Gone, Refuse, Task
from task_records import NEVER, NotMine, Records, claimed, ended, failed, is_past

MAX_BYTES = 65536

class Worker:
    def __init__(self, address, ns, name, handlers):
        self.nats, self.ns, self.name, self.handlers, self.stopping = Nats(address), ns, name, handlers, False
        self.records = Records(self.nats, ns)

    def start(self, slots=1):
        """`slots` threads for each lane, so that none waits for another."""
        for lane in ('high', 'normal', 'low') * slots:
            where, self.lease_s = self.nats.lane(self.ns, self.name, lane)
            threading.Thread(target=self.pull, args=[where]).start()

    def is_paused(self):
        _, pause = self.records.read(f'q.{self.name}')
        return pause is not None and not is_past(pause.get('until', NEVER))

    def pull(self, where):
        while not self.stopping:
            try:
                if self.is_paused():
                    time.sleep(1)
                elif (message := self.nats.request(where, b'{"batch":1,"expires":1000000000}')).reply:
                    if self.is_paused():  # since then
                        self.nats.publish(message.reply, b'-NAK {"delay":1000000000}')
                    else:
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
                kept = self.records.read(f'i.{task.id}.{r["hash"]}')[1]
                if 'ref' in kept:
                    raise ValueError('its input is an object of the object store, which this worker does not read')
                params = kept['params']
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
