import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { expect, test, vi } from 'vitest';
import { invalidate } from './invalidate.ts';

/** A list on the host, and a page that shows it; answers come when the test lets them. */
function bench() {
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity, retry: false } } });
  const host = { value: 0 };
  const answers: (() => void)[] = [];
  const read = vi.fn(async () => {
    const { value } = host;
    await new Promise<void>((resolve) => answers.push(resolve));
    return value;
  });
  const observer = new QueryObserver(client, { queryKey: ['parts', 'here', 'pools'], queryFn: read });
  const stop = observer.subscribe(() => undefined);
  const settle = () => new Promise((done) => setTimeout(done, 5));
  return { client, host, answers, read, observer, stop, settle };
}

test('what changes while a list is first read is read after it', async () => {
  const { client, host, answers, read, observer, stop, settle } = bench();
  await settle();
  host.value = 1;
  for (let n = 0; n < 20; n++) invalidate(client, ['parts', 'here', 'pools']);
  answers.shift()?.();
  await settle();
  answers.shift()?.();
  await settle();
  expect(read).toHaveBeenCalledTimes(2);
  expect(observer.getCurrentResult().data).toBe(1);
  stop();
});

test('what changes while a list is read again is in it at last, and other keys are left alone', async () => {
  const { client, host, answers, read, observer, stop, settle } = bench();
  await settle();
  answers.shift()?.();
  await settle();
  invalidate(client, ['parts', 'here']);
  await settle();
  host.value = 2;
  invalidate(client, ['parts', 'here']);
  await settle();
  for (const answer of answers.splice(0)) answer();
  await settle();
  expect(observer.getCurrentResult().data).toBe(2);
  expect(read).toHaveBeenCalledTimes(3);
  invalidate(client, ['parts', 'elsewhere']);
  await settle();
  expect(read).toHaveBeenCalledTimes(3);
  stop();
});
