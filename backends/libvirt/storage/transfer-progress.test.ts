import { expect, test } from 'vitest';
import { TransferProgress } from './transfer-progress.ts';

const GiB = 1024 ** 3;

function told(total: number) {
  const steps: [string, number | null][] = [];
  let now = 0;
  const operation = {
    signal: new AbortController().signal,
    report: (step: string, share: number | null) => void steps.push([step, share]),
  };
  const progress = new TransferProgress(operation, 'Uploading', total, () => now);
  const tell = (at: number, done: number) => {
    now = at;
    progress.tell(done);
  };
  return { tell, steps };
}

test('says how much of how much, and from the second time on how fast and how much longer', () => {
  const { tell, steps } = told(4 * GiB);
  tell(0, 0);
  tell(100, 50_000_000);
  tell(1000, 310_000_000);
  tell(2000, 620_000_000);
  expect(steps).toEqual([
    ['Uploading 0 of 4 GiB', 0],
    ['Uploading 0.3 of 4 GiB, 310 MB/s, 13 s left', 310_000_000 / (4 * GiB)],
    ['Uploading 0.6 of 4 GiB, 310 MB/s, 12 s left', 620_000_000 / (4 * GiB)],
  ]);
});

test('the rate is that of the last seconds; one that stands still promises nothing', () => {
  const { tell, steps } = told(4 * GiB);
  for (let second = 0; second <= 10; second += 1) tell(second * 1000, second * 100_000_000);
  for (let second = 11; second <= 15; second += 1) tell(second * 1000, 1_000_000_000);
  expect(steps.at(10)?.[0]).toMatch(/100 MB\/s/);
  expect(steps.at(-1)?.[0]).toBe('Uploading 0.9 of 4 GiB');
});

test('small amounts are told in small units, long times in long ones', () => {
  const { tell, steps } = told(100 * GiB);
  tell(0, 0);
  tell(1000, 5_000_000);
  expect(steps[1]?.[0]).toBe('Uploading 0 of 100 GiB, 5 MB/s, 6 h left');
  const small = told(3000);
  small.tell(0, 1024);
  expect(small.steps[0]?.[0]).toBe('Uploading 1 of 2.9 KiB');
});
