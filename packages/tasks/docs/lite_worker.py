"""A lite worker of SeedCore tasks: it takes messages and hands in answers, the system queue does the rest. The reasons
are in other-languages.md.

    python3 lite_worker.py 127.0.0.1:4222 seedcore-dev pictures
"""
import base64, json, os, sys, threading, time, traceback
from nats_socket import Nats


def answer(task, params):
    return {'length': len(params['text'])}


class LiteWorker:
    def __init__(self, address, ns, name, answer):
        self.nats, self.ns, self.answer = Nats(address), ns, answer
        for lane in ('high', 'normal', 'low'):
            threading.Thread(target=self.pull, args=self.nats.lane(ns, name, lane)).start()

    def pull(self, where, lease_s):
        while True:
            try:
                message = self.nats.request(where, b'{"batch":1,"expires":3000000000}')
                if message.reply:
                    self.take(message, lease_s)
            except Exception:  # the message, if there was one, comes again when its lease is over
                traceback.print_exc()
                time.sleep(1)

    def take(self, message, lease_s):
        id, carrier = message.subject.split('.')[-1], message.headers.get('Sc-Carrier')
        system = f'{self.ns}.task.sys.normal.{id}'
        if carrier is None:  # a plain publish: handed on it comes back with a record
            self.nats.ask(f'{system}.look', message.body, [('Sc-Published-On', message.subject)])
        else:
            record = self.read(f't.{id}')
            if record is not None and record['carrier'] == carrier:
                said = self.work(message, record, lease_s / 3) | dict(carrier=carrier, worker=f'lite-{os.getpid()}')
                self.nats.ask(f'{system}.done', said)  # stored, or an error: then the message comes again
        self.nats.publish(message.reply, b'+ACK')

    def work(self, message, record, beat_s):
        done = threading.Event()

        def beat():
            while not done.wait(beat_s):
                self.nats.publish(message.reply, b'+WPI')

        threading.Thread(target=beat, daemon=True).start()
        try:
            large = record['input_ref'] and self.read(f'i.{record["id"]}.{record["hash"]}')
            return dict(value=self.answer(record, large['params'] if large else record['spec']['params']))
        except Exception as error:
            return dict(error=dict(code=type(error).__name__, message=str(error)))
        finally:
            done.set()

    def read(self, key):
        last = dict(last_by_subj=f'$KV.{self.ns}_tasks.{key}')
        found = self.nats.ask(f'$JS.API.STREAM.MSG.GET.KV_{self.ns}_tasks', last, fine=[10037]).get('message', {})
        return json.loads(base64.b64decode(found.get('data', '')) or 'null')


if __name__ == '__main__':
    LiteWorker(*sys.argv[1:4], answer)
    print('ready', flush=True)
