import { expect, test } from 'vitest';
import type { RunProgram } from '../transport/run-program.ts';
import { runHere } from '../transport/run-program.ts';
import { runVirtInspector } from './virt-inspector.ts';

const disks = [{ image: '/disk.qcow2', format: 'qcow2' }];
const { signal } = new AbortController();

test('one whose time has run out says so, why it may be slow, and what to do next', async () => {
  // Ended in truth, by what ends it in truth.
  const sleeping: RunProgram = (_words, stop, options) => runHere(process.env)(['sleep', '600'], stop, options);
  const inspect = (emulated: boolean) => runVirtInspector(sleeping, 'attic', disks, { emulated, signal, patienceMs: 50 });
  await expect(inspect(true)).rejects.toMatchObject({
    code: 'timeout',
    message: 'Looking into the disks on attic was ended: it took longer than a minute.',
    reason: expect.stringContaining('no hardware virtualisation'),
    remedy: expect.stringMatching(/less busy.*by hand it has no limit/),
  });
  await expect(inspect(false)).rejects.toMatchObject({ code: 'timeout', reason: expect.not.stringContaining('no hardware') });
});

test('it has half an hour, and ends with us', async () => {
  let given: Parameters<RunProgram>[2];
  const asked: RunProgram = async (_words, _stop, options) => {
    given = options;
    return { code: null, stdout: '', stderr: '', late: true };
  };
  await expect(runVirtInspector(asked, 'attic', disks, { emulated: false, signal })).rejects.toMatchObject({
    message: expect.stringContaining('longer than 30 minutes'),
  });
  expect(given).toEqual({ patienceMs: 30 * 60_000, tethered: true });
});

test('one that was ended by somebody else is not said to have been slow', async () => {
  const killed: RunProgram = async () => ({ code: null, stdout: '', stderr: '' });
  await expect(runVirtInspector(killed, 'attic', disks, { emulated: false, signal })).rejects.toMatchObject({
    code: 'internal',
    reason: expect.stringContaining('a signal'),
  });
});
