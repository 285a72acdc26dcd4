import { type FailureClass, failureClass, type IncidentContext } from '@seedcore/contracts';

/** One rule that spoke for a class: how loudly, and on what. */
export type Sign = {
  readonly rule: string;
  readonly class: FailureClass;
  readonly weight: number;
  readonly quote: string;
};

/** A code of the mesh says it outright. */
const CODE_WEIGHT = 4;
/** The name of an error or a status of HTTP. */
const NAME_WEIGHT = 3;

const codes: Partial<Record<FailureClass, readonly string[]>> = {
  transient_network: ['not_connected'],
  timeout: ['timeout', 'deadline_exceeded'],
  overload: ['overloaded', 'bulkhead_full', 'throttled'],
  rate_limit: ['rate_limited'],
  dependency_down: ['no_responder', 'unavailable', 'circuit_open', 'draining'],
  bad_input: ['bad_request'],
  permission: ['forbidden'],
  not_found: ['unknown_endpoint'],
  logic_defect: ['internal', 'bad_reply', 'cycle_refused'],
  cancelled: ['cancelled'],
};

const names: Partial<Record<FailureClass, readonly string[]>> = {
  transient_network: [
    'ECONNRESET',
    'ECONNABORTED',
    'EPIPE',
    'ENETUNREACH',
    'EHOSTUNREACH',
    'EAI_AGAIN',
    'ConnectionResetError',
    'SocketError',
  ],
  timeout: ['408', '504', 'ETIMEDOUT', 'ESOCKETTIMEDOUT', 'TimeoutError', 'DeadlineExceeded', 'ReadTimeout'],
  overload: ['QueueFull', 'RejectedExecutionException', 'BackpressureError'],
  rate_limit: ['429', 'TooManyRequests', 'RateLimitError', 'RateLimitExceeded', 'ThrottlingException'],
  dependency_down: [
    '502',
    '503',
    'ECONNREFUSED',
    'ENOTFOUND',
    'ConnectionRefusedError',
    'ServiceUnavailable',
    'NoServersError',
  ],
  bad_input: [
    '400',
    '422',
    'ValidationError',
    'ZodError',
    'SyntaxError',
    'ValueError',
    'InvalidArgument',
    'IllegalArgumentException',
  ],
  permission: ['401', '403', 'EACCES', 'EPERM', 'PermissionError', 'AccessDenied', 'Unauthorized', 'Forbidden'],
  not_found: ['404', '410', 'ENOENT', 'NotFoundError', 'FileNotFoundError', 'NoSuchKey', 'NoSuchElementException'],
  conflict: [
    '409',
    '412',
    'EEXIST',
    'ConflictError',
    'OptimisticLockError',
    'DuplicateKeyError',
    'SerializationFailure',
  ],
  resource_exhausted: [
    '507',
    'ENOSPC',
    'ENOMEM',
    'EMFILE',
    'ENFILE',
    'EDQUOT',
    'OOMKilled',
    'OutOfMemoryError',
    'MemoryError',
  ],
  data_quality: ['DataError', 'DataQualityError', 'SchemaMismatch', 'ChecksumError'],
  model_output: ['invalid_output', 'OutputParserException', 'OutputParserError', 'ModelOutputError', 'content_filter'],
  logic_defect: [
    '500',
    'TypeError',
    'ReferenceError',
    'RangeError',
    'AssertionError',
    'NullPointerException',
    'KeyError',
    'IndexError',
    'SIGSEGV',
  ],
  configuration: [
    'ConfigError',
    'ConfigurationError',
    'ERR_MODULE_NOT_FOUND',
    'EX_CONFIG',
    'MissingEnvironmentVariable',
  ],
  cancelled: ['499', 'AbortError', 'CancelledError', 'SIGTERM', 'SIGINT', 'KeyboardInterrupt'],
};

const wordsOf = (text: string): Set<string> => new Set(text.match(/[A-Za-z_][A-Za-z0-9_]*/g) ?? []);

/** Signs in codes of the mesh and names of errors, each rule at most once. */
export function namedSigns(incident: IncidentContext): Sign[] {
  const stated = [incident.error_code, incident.error_class].filter((text) => text !== undefined);
  const firstLine = incident.stack?.split('\n', 1)[0] ?? '';
  const words = wordsOf(`${incident.message} ${firstLine} ${stated.join(' ')}`);
  const given = new Set(stated);
  return [
    ...signs(codes, (code) => given.has(code), { kind: 'code', weight: CODE_WEIGHT }),
    ...signs(names, (name) => given.has(name) || words.has(name), { kind: 'name', weight: NAME_WEIGHT }),
  ];
}

function signs(
  table: Partial<Record<FailureClass, readonly string[]>>,
  present: (word: string) => boolean,
  { kind, weight }: { kind: string; weight: number },
): Sign[] {
  return failureClass.options.flatMap((failure) => {
    const found = table[failure]?.find(present);
    return found === undefined ? [] : [{ rule: `${kind}.${failure}`, class: failure, weight, quote: found }];
  });
}
