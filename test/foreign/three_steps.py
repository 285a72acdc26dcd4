"""A worker of the chaos tests: three steps per task, each an effect at a receiver that knows keys."""
import os, queue, signal, sys, time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', '..', 'packages', 'tasks', 'docs'))
from full_worker import Worker


def three(task, params):
    def effect(key):
        while True:  # the broker may be away, or the receiver not be heard yet
            try:
                said = task.worker.nats.request('receiver', key.encode(), wait_s=1).body.decode()
                if said:
                    return said
            except queue.Empty:
                pass
            time.sleep(0.1)

    try:
        said = []
        for name in ('fetch', 'score', 'send'):
            said.append(task.step(name, effect))
            time.sleep(params.get('held_ms' if name == params.get('held') else 'ms', 100) / 1000)
        return said
    finally:
        print(f'left {task.id}', flush=True)


worker = Worker(*sys.argv[1:4], {'three': three})
worker.start(slots=int(sys.argv[4]))
signal.signal(signal.SIGTERM, lambda *_: setattr(worker, 'stopping', True))
print('ready', flush=True)
