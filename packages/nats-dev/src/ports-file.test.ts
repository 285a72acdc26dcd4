import { expect, test } from 'vitest';
import { parsePortsFile, parseRoutePort } from './ports-file.ts';

const text = `{
    "nats": [
        "nats://127.0.0.1:39635"
    ],
    "monitoring": [
        "http://127.0.0.1:39273"
    ]
}
`;

test('both addresses are read', () => {
  expect(parsePortsFile(text)).toEqual({ url: 'nats://127.0.0.1:39635', monitorUrl: 'http://127.0.0.1:39273' });
});

test('a file that is still being written says nothing', () => {
  for (let length = 0; length < text.trimEnd().length; length++) {
    expect(parsePortsFile(text.slice(0, length))).toBeUndefined();
  }
});

test('a member of a cluster writes its route port as well', () => {
  expect(parseRoutePort('{ "nats": ["nats://127.0.0.1:1"], "cluster": [ "nats://127.0.0.1:35233" ] }')).toBe(35233);
  expect(parseRoutePort(text)).toBeUndefined();
});
