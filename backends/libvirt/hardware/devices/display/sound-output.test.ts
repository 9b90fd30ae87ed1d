import { expect, test } from 'vitest';
import type { FieldValues } from '#model/hardware-field';
import { hardwareContext, q35Definition } from '../../../../../test/bed/hardware-context.ts';
import { parseXml, serialize } from '../../../xml/document.ts';
import { keyedFields, valuesOf, written } from '../../page-fields.ts';
import { soundOutput } from './sound-output.ts';

const context = hardwareContext(q35Definition);
const fields = keyedFields(soundOutput, context);
const read = (xml: string): FieldValues => valuesOf(fields, parseXml(xml), context);
const changed = (xml: string, values: FieldValues): string =>
  serialize(written(fields, parseXml(xml), { ...read(xml), ...values }, context));

test.each([
  ['none', { timer: 5000, outMixing: 'no', outVoices: 2, outBuffer: 20_000, inBuffer: 30_000 }],
  ['pulseaudio', { outLatency: 15_000, outName: 'sink', outStream: 'guest', inLatency: 10_000, inName: 'source', inStream: 'ear' }],
  ['oss', { outBuffers: 4, inBuffers: 8 }],
  ['jack', { outClient: 'guest', outPorts: 'system:.*', inClient: 'ear', inPorts: 'mic' }],
])('sound that goes to %s keeps its time', (type, values) => {
  const bare = `<audio id="1" type="${type}"/>`;
  const made = changed(bare, values);
  expect(read(made)).toMatchObject(values);
  expect(changed(made, Object.fromEntries(Object.keys(values).map((key) => [key, null])))).toBe(bare);
});

test('what only one sort of output knows is written for no other, and goes with it', () => {
  expect(changed('<audio id="1" type="none"/>', { outLatency: 10, outBuffers: 4, outPorts: 'x' })).toBe('<audio id="1" type="none"/>');
  const made = changed('<audio id="1" type="pulseaudio"/>', { timer: 5000, outLatency: 15_000 });
  expect(changed(made, { type: 'none' })).toBe('<audio id="1" type="none" timerPeriod="5000"/>');
});
