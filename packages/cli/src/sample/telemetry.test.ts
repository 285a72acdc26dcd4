import { expect, test } from 'vitest';
import { calmPart, committedRecording, readRecording } from './telemetry.ts';

test('the committed recording says what was measured, when, and what was done meanwhile', () => {
  const recording = committedRecording();
  expect(recording.measured).toMatch(/in ms$/);
  expect(Date.parse(recording.recordedAt)).not.toBeNaN();
  expect(recording.values.length).toBeGreaterThan(200);
  expect(recording.incidents).toHaveLength(1);
});

test('the incident shows in the values, and the calm part ends before it', () => {
  const recording = committedRecording();
  const [incident] = recording.incidents;
  const calm = calmPart(recording);
  expect(calm).toHaveLength(incident?.index ?? 0);
  expect(recording.values[incident?.index ?? 0]).toBeGreaterThan(10 * Math.max(...calm));
});

test('a recording without incidents is calm all over', () => {
  const text = '{"measured":"x","recorded_at":"2026-11-22T10:00:00Z","interval_ms":50,"values":[1,2,3]}';
  expect(calmPart(readRecording(text))).toEqual([1, 2, 3]);
});

test.each(['[]', '{}', '{"measured":"x","recorded_at":"t","interval_ms":1,"values":["1"]}'])(
  '%s is no recording',
  (text) => {
    expect(() => readRecording(text)).toThrow(TypeError);
  },
);
