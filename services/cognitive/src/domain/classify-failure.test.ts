import type { FailureClass, IncidentContext } from '@seedcore/contracts';
import { expect, test } from 'vitest';
import { classifyFailure } from './classify-failure.ts';
import type { KnownIncident } from './known-incident.ts';

const NOW = Date.UTC(2026, 10, 22, 12);
const classOf = (incident: IncidentContext) => classifyFailure(incident, [], NOW);
const minutesAgo = (minutes: number) => new Date(NOW - minutes * 60_000).toISOString();

/** Eight incidents of each class, as programs and people report them. */
const labelled: Record<Exclude<FailureClass, 'unknown'>, (string | IncidentContext)[]> = {
  transient_network: [
    'read ECONNRESET',
    'socket hang up while reading the reply of feed-3',
    'The connection was reset by peer after 312 bytes',
    'write EPIPE: broken pipe',
    'getaddrinfo EAI_AGAIN nats.internal: temporary failure in name resolution',
    { message: 'publish refused', error_code: 'not_connected' },
    'TLS handshake failed, will reconnect',
    'Соединение сброшено при отправке отчёта',
  ],
  timeout: [
    'connect ETIMEDOUT 10.0.0.7:443',
    'no reply within 5000 ms',
    'Request timed out after 30s',
    { message: 'ml.forecast did not come back', error_code: 'deadline_exceeded' },
    'context deadline exceeded while calling billing',
    'The query took too long and was given up after 60 s',
    { message: 'upstream said 504', error_code: '504' },
    'Превышено время ожидания ответа от склада',
  ],
  overload: [
    { message: '429 from ml', error_code: 'overloaded' },
    'worker queue is full, 4096 items waiting',
    'server is too busy, try another instance',
    { message: 'replies are slow', metrics: { cpu: 0.98, queue: 900, queue_limit: 500 } },
    'too many concurrent requests to the renderer',
    'RejectedExecutionException: pool saturated',
    { message: 'call refused', error_code: 'bulkhead_full' },
    'Очередь переполнена, узел перегружен',
  ],
  rate_limit: [
    'You exceeded 60 requests per minute, retry after 12 s',
    'HTTP 429 Too Many Requests',
    { message: 'slow down', error_code: '429' },
    'ThrottlingException: Rate exceeded',
    'daily quota exceeded for project 17',
    { message: 'refused', error_code: 'rate_limited' },
    'RateLimitError: tokens per minute limit reached',
    'Превышена квота: лимит запросов исчерпан',
  ],
  dependency_down: [
    'connect ECONNREFUSED 127.0.0.1:5432',
    'the database is down since 04:12',
    { message: 'no one answered', error_code: 'no_responder' },
    '503 Service Unavailable from inventory',
    'could not connect to server: is it running?',
    'upstream is unavailable, bad gateway',
    { message: 'breaker open', error_code: 'circuit_open', component: 'ml' },
    'Сервис оплаты не отвечает',
  ],
  bad_input: [
    'ValidationError: "values" must be an array',
    'params.url: invalid url',
    { message: '/task/type: expected string, got number', error_code: 'bad_request' },
    'Unexpected token } in JSON at position 42',
    'missing field customer_id',
    'could not parse date "31.02.2026"',
    'ValueError: invalid value for threshold',
    'Некорректный формат даты в строке 4',
  ],
  permission: [
    'EACCES: permission denied, open /var/lib/report',
    'access is denied for user reporter',
    { message: 'publish violation', error_code: 'forbidden' },
    'the API key has expired',
    'Unauthorized: bearer missing',
    { message: 'you cannot see this', error_code: '403' },
    'authentication failed for bucket backups',
    'Недостаточно прав для удаления записи',
  ],
  not_found: [
    'ENOENT: /data/march.csv',
    'agent scout_9 not found',
    'no such table: readings',
    { message: 'gone', error_code: '404' },
    'The requested bucket does not exist',
    'unknown task 01m819eke0m9s346q3d25vt4f5',
    { message: 'nothing listens there', error_code: 'unknown_endpoint' },
    'Файл отчёта не найден',
  ],
  conflict: [
    'wrong last sequence: 812',
    'duplicate key value violates unique constraint "users_mail"',
    'deadlock detected between 2 transactions',
    { message: 'revision mismatch', error_code: '409' },
    'the record was modified by another writer',
    'could not serialize access due to concurrent update',
    'agent id already taken',
    'Запись уже существует',
  ],
  resource_exhausted: [
    'write rejected: no space left on device',
    'ENOSPC',
    'FATAL: JavaScript heap out of memory',
    'EMFILE: too many open files',
    'container was OOMKilled',
    { message: 'cannot allocate 512 MB', metrics: { memory_used: 0.99 } },
    'disk is full on node 2',
    'На устройстве нет места',
  ],
  data_quality: [
    '2 anomalies in 120 points, worst at 2: 5.0',
    'checksum of part 3 differs',
    '14 % missing values in column pressure',
    'readings contain NaN since 03:00',
    'schema changed: column unit disappeared',
    {
      message: 'sensor 4 looks odd',
      anomalies: [{ index: 3, value: 99, score: 12, severity: 'high' }],
      error_class: 'DataError',
    },
    'stale records from feed 9, last one 4 days old',
    'Пропуски в данных датчика',
  ],
  model_output: [
    'the model returned prose instead of JSON',
    'LLM output did not match the schema',
    'completion stopped, finish_reason: length',
    'reply blocked by content filter',
    'assistant refused to answer',
    { message: 'cannot use the reply', error_code: 'invalid_output' },
    'the answer cites a hallucinated file',
    'Модель вернула пустой ответ',
  ],
  logic_defect: [
    "TypeError: Cannot read properties of undefined (reading 'id')",
    'AssertionError: expected 3 to equal 4',
    'division by zero in rate()',
    'invariant broken: epoch went backwards',
    { message: 'something broke', error_code: 'internal' },
    'IndexError: list index out of range',
    'maximum call stack size exceeded',
    'Необработанное исключение в планировщике',
  ],
  configuration: [
    'environment variable NATS_URL is not set',
    'unknown option "replicsa" in config',
    'config file nats.conf line 12',
    { message: 'calls go nowhere', timeline: [{ at: minutesAgo(10), event: 'deployed 1.4.2 with new settings' }] },
    'ConfigurationError: SEEDCORE_NS',
    'missing secret for smtp',
    'feature flag new_router enabled on a host that lacks it',
    'Не задана переменная окружения DATA_DIR, проверьте настройки',
  ],
  cancelled: [
    'AbortError: This operation was aborted',
    'cancelled by user',
    { message: 'stopped', error_code: 'cancelled' },
    'received SIGTERM, leaving',
    'the run was interrupted by the operator',
    'shutting down, task handed back',
    { message: 'client went away', error_code: '499' },
    'Задача отменена пользователем',
  ],
};

const cases = Object.entries(labelled).flatMap(([expected, list]) =>
  list.map((one) => ({ expected, incident: typeof one === 'string' ? { message: one } : one })),
);

test('of 120 labelled incidents at least 80 % get their class, 95 % have it among the first three', () => {
  const first = cases.filter(({ expected, incident }) => classOf(incident).class === expected);
  const firstThree = cases.filter(({ expected, incident }) =>
    classOf(incident)
      .ranked.slice(0, 3)
      .some((ranked) => ranked.class === expected && ranked.signs.length > 0),
  );
  expect(cases).toHaveLength(120);
  expect(first.length).toBeGreaterThanOrEqual(96);
  expect(firstThree.length).toBeGreaterThanOrEqual(114);
});

test('one code of weight 4 among 16 classes gives e⁴ / (e⁴ + 15)', () => {
  const found = classOf({ message: 'x', error_code: 'overloaded' });
  expect(found).toMatchObject({ class: 'overload' });
  expect(found.probability).toBeCloseTo(Math.exp(4) / (Math.exp(4) + 15), 12);
});

test('a phrase and a full disk add up: 2.5 + 1.5', () => {
  const found = classOf({ message: 'no space left on device', metrics: { disk_used: 0.99 } });
  expect(found.class).toBe('resource_exhausted');
  expect(found.probability).toBeCloseTo(Math.exp(4) / (Math.exp(4) + 15), 12);
});

test('the probabilities of all classes sum to 1', () => {
  const total = classOf({ message: 'timeout' }).ranked.reduce((sum, { probability }) => sum + probability, 0);
  expect(total).toBeCloseTo(1, 12);
});

test('no rule fires, or none convinces: unknown', () => {
  expect(classOf({ message: 'hm' })).toMatchObject({ class: 'unknown', signs: [] });
  expect(classOf({ message: 'hm', metrics: { cpu: 0.99 } }).class).toBe('unknown');
});

test('past incidents are the prior: 9 of 10 timeouts make (9 + 1) / (10 + 16)', () => {
  const past = (name: FailureClass, i: number, days: number): KnownIncident => ({
    id: `i${i}`,
    text: '',
    class: name,
    component: undefined,
    remedy: undefined,
    outcome: 'unknown',
    atMs: NOW - days * 86_400_000,
    trust: 1,
  });
  const incidents = [...Array(9).keys()].map((i) => past('timeout', i, 1));
  const others = [past('overload', 9, 1), past('overload', 10, 31)];
  const prior = classifyFailure({ message: 'hm' }, [...incidents, ...others], NOW).ranked[0];
  expect(prior?.class).toBe('timeout');
  expect(prior?.probability).toBeCloseTo(10 / 26, 12);
});

test('a change within 15 minutes before the first error speaks for the configuration', () => {
  const changedAt = (minutes: number): IncidentContext => ({
    message: 'calls go nowhere',
    timeline: [
      { at: minutesAgo(minutes), event: 'rolled out 1.4.2' },
      { at: minutesAgo(5), event: 'first error' },
    ],
  });
  expect(classOf(changedAt(19)).signs).toMatchObject([{ rule: 'change', class: 'configuration', weight: 2 }]);
  expect(classOf(changedAt(21)).signs).toEqual([]);
});

test('failing alike each time speaks for a defect or bad input, failing differently for a passing trouble', () => {
  const failing = (...events: string[]): IncidentContext => ({
    message: 'cannot draw chart 7',
    timeline: events.map((event, i) => ({ at: minutesAgo(30 - i), event })),
  });
  const alike = failing('attempt 1 failed: cannot draw chart 7', 'attempt 2 failed: cannot draw chart 8');
  const varied = failing('attempt 1 failed: cannot draw chart 7', 'attempt 2 failed: disk asleep');
  expect(classOf(alike).signs.map(({ class: name, weight }) => [name, weight])).toEqual([
    ['logic_defect', 1],
    ['bad_input', 1],
  ]);
  expect(classOf(varied).signs.map(({ class: name }) => name)).toEqual(['transient_network']);
});

test('the longest input is read in a moment', () => {
  const message = 'no reply within a/b/c 0f0f0f0f0f '.repeat(121).slice(0, 4000);
  const timeline = [...Array(50).keys()].map((i) => ({ at: minutesAgo(i), event: 'error '.repeat(66).slice(0, 400) }));
  expect(classOf({ message, timeline }).class).toBe('timeout');
});
