import { execFile, spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { PrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { startGuesthouse } from './our-window.ts';
import { PYTHON, script } from './python.ts';
import { median, printRow } from './row.ts';
import { installScreenMeter } from './screen-meter.ts';

const run = promisify(execFile);
const ROUNDS = 5;
const SETTLED_MS = 3000;
const WATCH_MS = 8000;
const NAME = 'talks';
/** A container whose only program writes lines of eighty columns as fast as they are taken; it sees the host's own files. */
const CONTAINER = `<domain type='lxc'><name>${NAME}</name><memory unit='MiB'>64</memory><vcpu>1</vcpu>
  <os><type>exe</type><init>/bin/busybox</init><initarg>yes</initarg>
  <initarg>All work and no play makes a dull guest, and a line of as good as eighty columns.</initarg></os>
  <devices><console type='pty'/></devices></domain>`;

/**
 * B13: text, through the whole path to the terminal, beside virsh, which draws nothing. From a container, since an emulated guest writes less
 * than either can take, and QEMU drops what is not taken in time (hw/char/virtio-console.c).
 */
export async function benchConsoleText(daemon: PrivateLibvirtd): Promise<void> {
  const file = join(daemon.dir, `${NAME}.xml`);
  const uri = `lxc:///system?socket=${daemon.socket}`;
  const virshUri = uri.replace('lxc:', 'lxc+unix:');
  const virsh = async (...args: string[]) => (await run('virsh', ['-c', virshUri, ...args])).stdout.trim();
  await writeFile(file, CONTAINER);
  await virsh('define', file);
  await virsh('start', NAME);
  try {
    const id = await virsh('domuuid', NAME);
    const figures: Record<'ours' | 'virsh' | 'waits', number[]> = { ours: [], virsh: [], waits: [] };
    for (let round = 0; round < ROUNDS; round += 1) {
      const { rate, longestWait } = await readByOurs(uri, id);
      figures.ours.push(rate);
      figures.waits.push(longestWait);
      figures.virsh.push(await readByVirsh(virshUri));
    }
    const shape = { unit: 'MB/s', runs: ROUNDS };
    const against = { name: 'virsh console into a pty', value: median(figures.virsh) };
    printRow({ ...shape, name: "B13 a container's text to the screen", value: median(figures.ours), against });
    const name = 'B13 longest that the window did not answer meanwhile';
    printRow({ name, unit: 'ms', runs: ROUNDS, value: median(figures.waits), against: { name: 'the bar', value: 100 } });
  } finally {
    await virsh('destroy', NAME);
    await virsh('undefine', NAME);
  }
}

async function readByOurs(uri: string, id: string) {
  const ours = await startGuesthouse(uri);
  try {
    await installScreenMeter(ours.page);
    await ours.page.getByText(NAME, { exact: true }).first().waitFor();
    await ours.page.evaluate((guest) => (location.hash = `/hosts/local/guests/${guest}/console`), id);
    await ours.page.locator('.xterm').first().waitFor();
    await pause(SETTLED_MS);
    return await ours.page.evaluate(readText, WATCH_MS);
  } finally {
    await ours.stop();
  }
}

/** In the page: MB of text a second, and the longest that a timer had to wait meanwhile, ms. */
async function readText(span: number): Promise<{ rate: number; longestWait: number }> {
  const began = performance.now();
  const { bytes } = window.screenMeter;
  let last = began;
  let longestWait = 0;
  while (last - began < span) {
    await new Promise((resolve) => setTimeout(resolve, 4));
    const now = performance.now();
    longestWait = Math.max(longestWait, now - last);
    last = now;
  }
  return { rate: (window.screenMeter.bytes - bytes) / 1000 / (last - began), longestWait };
}

/** Resolves to MB/s. */
async function readByVirsh(uri: string): Promise<number> {
  const reader = spawn(PYTHON, [script('virsh-console.py'), uri, NAME, String(SETTLED_MS), String(WATCH_MS)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface(reader.stdout)) return Number(line) / 1e6;
  throw new Error('virsh console ended before its time');
}
