"""Records of tasks, the truth about them: how they are read and changed, how an attempt begins and how it ends."""
import json, queue, random, secrets, time
from base64 import b64decode
from datetime import datetime, timedelta, timezone

FINAL, MAX_LOST, MAX_ATTEMPTS = ('succeeded', 'failed', 'cancelled', 'expired'), 5, 5
LIVE_TTL, ENDED_TTL = '691200s', '86400s'  # of a record, and of one that has ended
NEVER = '9999-12-31T00:00:00Z'

class NotMine(Exception):
    """This message cannot begin the task; the system queue knows what follows."""

def stamp(ahead_s=0):
    return (datetime.now(timezone.utc) + timedelta(seconds=ahead_s)).isoformat(timespec='milliseconds')[:-6] + 'Z'

def is_past(time):
    return datetime.fromisoformat(time) <= datetime.now(timezone.utc)

def claimed(r, carrier, seq, owner):
    """The record when its next attempt runs. `carrier` and `seq` are those of the message at hand."""
    early, late = not is_past(r.get('not_before', '1970-01-01T00:00:00Z')), is_past(r.get('deadline_at', NEVER))
    if r['carrier'] != carrier or r['state'] in FINAL or r['desired'] != 'run' or early or late:
        raise NotMine
    if r['state'] == 'running':  # delivered again: whoever runs it was not heard of for as long as the lease lasts
        if r['seq'] != seq or r['lost'] + 1 >= MAX_LOST:
            raise NotMine
        r['attempts'][-1] |= dict(outcome='lost', ended_at=stamp())
        r['lost'] += 1
    n, at = r['attempt'] + 1, stamp()
    attempts = [*r['attempts'], dict(n=n, epoch=0, owner=owner, started_at=at)][-20:]
    kept = {name: value for name, value in r.items() if name not in ('not_before', 'progress')}
    begun = dict(state='running', attempt=n, epoch=0, owner=owner, seq=seq, attempts=attempts)
    return dict(started_at=at) | kept | begun

def ended(r, state, outcome, **more):
    """The record after its attempt: `retrying`, or at the end of the task."""
    r['attempts'][-1] |= dict(outcome=outcome, ended_at=stamp()) | ({'error': more['error']} if 'error' in more else {})
    kept = {name: value for name, value in r.items() if name not in ('owner', 'error')}
    return kept | dict(state=state) | (dict(finished_at=stamp()) if state in FINAL else {}) | more

def failed(r, code, message, retryable):
    """The record after an attempt that ended in an error: the next one follows while there are any left."""
    error, spent = dict(code=code[:64], message=message[:400], retryable=retryable), r['spent'] + 1
    if not retryable:
        return ended(r, 'failed', 'error', error=error, spent=spent, dead='not_retryable')
    if spent >= min(MAX_ATTEMPTS, r['spec']['hints'].get('max_attempts', MAX_ATTEMPTS)):
        return ended(r, 'failed', 'error', error=error, spent=spent, dead='attempts_spent')
    delay_ms = min(60_000, 200 + random.uniform(0, 2000 * 4 ** (spent - 1)))
    r['attempts'][-1] |= dict(delay_ms=delay_ms)
    return ended(r, 'retrying', 'error', error=error, spent=spent, not_before=stamp(delay_ms / 1000))

class Records:
    def __init__(self, nats, ns):
        self.nats, self.bucket = nats, f'{ns}_tasks'

    def read(self, key):
        """Revision and value of a key, from the leader."""
        last = dict(last_by_subj=f'$KV.{self.bucket}.{key}')
        found = self.nats.ask(f'$JS.API.STREAM.MSG.GET.KV_{self.bucket}', last, fine=[10037]).get('message', {'seq': 0})
        return found['seq'], json.loads(b64decode(found.get('data', '')) or 'null')

    def put(self, key, value, expect, ttl=LIVE_TTL):
        """Writes unless somebody has since `expect`; a write that names no time to live would keep the key for ever."""
        headers = [('Nats-Expected-Last-Subject-Sequence', expect), ('Nats-TTL', ttl)]
        self.nats.ask(f'$KV.{self.bucket}.{key}', value, headers, fine=[10071, 10164])

    def change(self, id, step):
        """Neither refusal nor silence tells what became of a write: its mark among the newest of the record does."""
        mark, end = secrets.token_hex(3), time.monotonic() + 15
        while time.monotonic() < end:
            rev, r = self.read(f't.{id}')
            if r is None:
                raise NotMine
            if r.get('_v', 1) > 1:
                raise OSError(f'task {id} was written by a newer program')
            if r['state'] == 'running' and r['epoch'] == 0:  # the epoch of an attempt is the revision of its claim
                r['epoch'] = r['attempts'][-1]['epoch'] = rev
            if mark in r.get('_w', []):
                return r
            r = step(r) | dict(updated_at=stamp(), _w=[*r.get('_w', []), mark][-24:])
            r.pop('_h', None)  # a hash of what it was before
            try:
                self.put(f't.{id}', r, rev, ENDED_TTL if r['state'] in FINAL else LIVE_TTL)
            except queue.Empty:
                pass
            time.sleep(random.uniform(0, 0.01))
        raise OSError(f'task {id} is changed without end')
