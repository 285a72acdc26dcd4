"""An agent of organism in forty lines: NATS over a plain socket, JSON, and the contract `worker`. It counts words."""
import itertools, json, socket, sys, time

address, namespace, me, *login = sys.argv[1:]  # 127.0.0.1:4222 seedcore-dev counter-1 [user password]
host, port = address.rsplit(':', 1)
sock, numbers = socket.create_connection((host, int(port)), timeout=40), itertools.count(1)
lines = sock.makefile('rb')
options = {'verbose': False, 'pedantic': False, **dict(zip(('user', 'pass'), login))}
sock.sendall(f'CONNECT {json.dumps(options)}\r\nSUB _INBOX.{me}.* 1\r\n'.encode())

def ask(endpoint, **body):
    reply, data = f'_INBOX.{me}.{next(numbers)}', json.dumps({'worker': me, **body})
    sock.sendall(f'PUB {namespace}.svc.worker.{endpoint} {reply} {len(data)}\r\n{data}\r\n'.encode())
    while line := lines.readline():
        verb, *rest = line.split()
        if verb == b'PING':
            sock.sendall(b'PONG\r\n')
        elif verb == b'-ERR':
            sys.exit(line.decode())
        elif verb == b'MSG' and (said := lines.read(int(rest[-1]) + 2)) and rest[0].decode() == reply:
            return json.loads(said)
    sys.exit('the server has closed the connection')

def count(work):
    run, words = {'task_id': work['task_id'], 'epoch': work['epoch']}, 0
    for number, line in enumerate(work['input']['text'].splitlines(), 1):
        words += len(line.split())
        if ask('progress', **run, seq=number, note=f'{words} words so far').get('go') != 'on':
            return ask('finish', **run, status='handed_back')  # it is somebody else's by now
        time.sleep(work['input'].get('pause_ms', 0) / 1000)
    return ask('finish', **run, status='ok', output={'words': words})
text = {'text': {'type': 'string', 'maxLength': 100_000}, 'pause_ms': {'type': 'integer', 'minimum': 0, 'maximum': 5000}}
skill = {'name': 'count_words', 'version': '1.0.0', 'doc': 'Counts the words of a text.', 'idempotent': True,
         'input': {'type': 'object', 'properties': text, 'required': ['text'], 'additionalProperties': False},
         'output': {'type': 'object', 'properties': {'words': {'type': 'integer'}}, 'required': ['words']}}
print(json.dumps(hello := ask('hello', organ_id='utility_organ_1', skills=[skill])), flush=True)
while 'error' not in (said := ask('claim', handle=hello.get('handle', 0), skills=['count_words'], wait_ms=5000)):
    if said['work']:
        print(json.dumps(count(said['work'])), flush=True)
sys.exit(said['error']['message'])  # whoever started it starts it again
