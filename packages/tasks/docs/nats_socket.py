"""As much of NATS as a worker needs, over a socket. The end of the connection is the end of the process."""
import json, os, queue, re, secrets, socket, sys, threading
from types import SimpleNamespace


class Nats:
    def __init__(self, address):
        self.socket = socket.create_connection(address.rsplit(':', 1))
        self.boxes, self.lock = {}, threading.Lock()
        self.send(b'CONNECT {"verbose":false,"headers":true,"no_responders":true}\r\n')
        threading.Thread(target=self.listen, daemon=True).start()

    def send(self, data):
        with self.lock:
            self.socket.sendall(data)

    def listen(self):
        stream = self.socket.makefile('rb')
        for line in stream:
            verb, *words = line.decode().split()
            if verb == 'PING':
                self.send(b'PONG\r\n')
            elif verb == '-ERR':
                print(line.decode(), file=sys.stderr)
            elif verb in ('MSG', 'HMSG'):  # subject, subscription, perhaps a reply subject, sizes
                head = int(words[-2]) if verb == 'HMSG' else 0
                data = stream.read(int(words[-1]) + 2)[:-2]
                headers = dict(re.findall(r'([^\s:]+): *(.*)\r', data[:head].decode()))
                reply = words[2] if len(words) == (5 if verb == 'HMSG' else 4) else ''
                box = self.boxes.pop(words[1], None)
                if box is not None:
                    box.put(SimpleNamespace(subject=words[0], reply=reply, headers=headers, body=data[head:]))
        os._exit(69)

    def publish(self, subject, body=b'', reply='', headers=()):
        head = ('NATS/1.0\r\n' + ''.join(f'{name}: {value}\r\n' for name, value in headers) + '\r\n').encode()
        self.send(f'HPUB {subject} {reply} {len(head)} {len(head) + len(body)}\r\n'.encode() + head + body + b'\r\n')

    def request(self, subject, body=b'', headers=(), wait_s=5):
        """The first answer. Raises queue.Empty when none comes in time, which proves nothing."""
        sid, box = secrets.token_hex(8), queue.SimpleQueue()
        self.boxes[sid] = box
        self.send(f'SUB _INBOX.{sid} {sid}\r\nUNSUB {sid} 1\r\n'.encode())
        self.publish(subject, body, f'_INBOX.{sid}', headers)
        try:
            return box.get(timeout=wait_s)
        finally:
            if self.boxes.pop(sid, None) is not None:
                self.send(f'UNSUB {sid}\r\n'.encode())

    def ask(self, subject, value=b'', headers=(), fine=()):
        """What JetStream answers. Raises OSError for an error, unless its number is a `fine` one."""
        body = value if isinstance(value, bytes) else json.dumps(value, allow_nan=False).encode()
        answer = json.loads(self.request(subject, body, headers).body)
        if 'error' in answer and answer['error'].get('err_code') not in fine:
            raise OSError(f'{subject}: {answer["error"]}')
        return answer

    def lane(self, ns, name, lane):
        """Where one lane of a queue is pulled from, and its lease in seconds; made as usual if it is new."""
        stream, durable, subject = f'SC_{ns}_TASKS', f'{name}_{lane}', f'{ns}.task.{name}.{lane}.*'
        config = dict(durable_name=durable, filter_subject=subject, deliver_policy='all', ack_policy='explicit',
                      ack_wait=30 * 10**9, max_deliver=100, max_ack_pending=1000)
        wanted = dict(stream_name=stream, config=config, action='create')
        self.ask(f'$JS.API.CONSUMER.CREATE.{stream}.{durable}.{subject}', wanted, fine=[10148])  # unless it has others
        found = self.ask(f'$JS.API.CONSUMER.INFO.{stream}.{durable}')
        return f'$JS.API.CONSUMER.MSG.NEXT.{stream}.{durable}', found['config']['ack_wait'] / 1e9
