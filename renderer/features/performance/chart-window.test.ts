import { expect, test } from 'vitest';
import { SampleRing } from '../../data/sample-ring.ts';
import { chartWindow } from './chart-window.ts';

const columns = (...seconds: number[]) => {
  const ring = new SampleRing(100);
  for (const second of seconds) {
    ring.push({
      id: '00000000-0000-4000-8000-000000000001',
      at: second * 1000,
      cpu: second / 1000,
      memoryUsed: second,
      memory: 1000,
      diskRead: second * 2,
      diskWrite: second * 3,
      netReceive: 0,
      netSend: 0,
    });
  }
  return ring.columns();
};

test('nothing is drawn of nothing', () => {
  expect(chartWindow(columns(), ['cpu'], 1000)).toEqual([[], []]);
});

test('times become seconds and each measure a list', () => {
  expect(chartWindow(columns(10, 11), ['diskRead', 'diskWrite'], 60_000)).toEqual([
    [10, 11],
    [20, 22],
    [30, 33],
  ]);
});

test('the window begins with the last sample before it', () => {
  expect(chartWindow(columns(1, 2, 3, 4, 5, 6), ['memoryUsed'], 2500)[0]).toEqual([3, 4, 5, 6]);
});

test('a silence is a gap in the line, the usual pace of a list is none', () => {
  expect(chartWindow(columns(10, 13, 43, 44), ['memoryUsed'], 60_000)).toEqual([
    [10, 13, 28, 43, 44],
    [10, 13, null, 43, 44],
  ]);
});
