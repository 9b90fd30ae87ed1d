import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { createConnection, createServer } from 'node:net';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';
import { createVolumeTransfers } from '../../backends/libvirt/storage/volume-transfers.ts';
import { openHost, type OpenHost } from '../../backends/libvirt/host/open-host.ts';
import type { VolumeTransfers } from '../../backends/backend.ts';
import { unattended } from '../bed/unattended-connect.ts';
import { quietOperation } from '../bed/quiet-operation.ts';

export const run = promisify(execFile);

/** Transfers on a connection without the listening of a whole backend. */
export async function openTransfers(uri: string, patienceMs?: number): Promise<{ host: OpenHost; transfers: VolumeTransfers }> {
  const host = await openHost(uri, unattended(), async () => undefined);
  return { host, transfers: createVolumeTransfers(host, patienceMs === undefined ? {} : { patienceMs }) };
}

/** An operation that keeps its steps, and can be cancelled when one comes. */
export function watched(onStep: (step: string, progress: number | null) => void = () => undefined) {
  const controller = new AbortController();
  const steps: string[] = [];
  const operation = quietOperation({
    signal: controller.signal,
    report: (step, progress) => {
      steps.push(step);
      onStep(step, progress);
    },
  });
  return { operation, steps, cancel: () => controller.abort() };
}

export async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) if (chunk instanceof Buffer) hash.update(chunk);
  return hash.digest('hex');
}

/** Bytes that the file takes on its disk. */
export async function allocated(path: string): Promise<number> {
  return (await stat(path)).blocks * 512;
}

/** A file of this size with data at these places only. */
export async function sparseFile(path: string, size: number, pieces: readonly { at: number; bytes: Uint8Array }[]): Promise<void> {
  const file = await open(path, 'w');
  for (const { at, bytes } of pieces) await file.write(bytes, 0, bytes.length, at);
  await file.truncate(size);
  await file.close();
}

/** A road to the daemon that counts its connections, and the bytes both ways. */
export async function countingRoad(
  daemonSocket: string,
  path: string,
): Promise<{ uri: string; bytes(): number; connections(): number; close(): void }> {
  let bytes = 0;
  let connections = 0;
  const server = createServer((client) => {
    connections += 1;
    const daemon = createConnection(daemonSocket);
    for (const [from, to] of [
      [client, daemon],
      [daemon, client],
    ] as const) {
      from.on('data', (chunk) => (bytes += chunk.length));
      from.on('error', () => to.destroy());
      from.pipe(to);
    }
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return { uri: `qemu:///system?socket=${path}`, bytes: () => bytes, connections: () => connections, close: () => server.close() };
}

/**
 * For the rest of the test, or until `move`, this process's files stand still in one operation, as on a disk that does not answer; in reads only
 * from `from` on. `stands` resolves when the first one does.
 */
export async function stillDisk(operation: 'read' | 'writev' | 'sync', from = 0): Promise<{ stands: Promise<void>; move(): void }> {
  const probe = await open('/dev/null');
  const handles: unknown = Object.getPrototypeOf(probe);
  await probe.close();
  if (typeof handles !== 'object' || handles === null) throw new Error('file handles have no common prototype');
  const original: unknown = Reflect.get(handles, operation);
  if (typeof original !== 'function') throw new Error(`file handles have no ${operation}`);
  let reached = () => undefined as void;
  let release = () => undefined as void;
  const stands = new Promise<void>((resolve) => (reached = resolve));
  const moving = new Promise<void>((resolve) => (release = resolve));
  Reflect.set(handles, operation, async function still(this: unknown, ...words: unknown[]): Promise<unknown> {
    if (Number(words[3] ?? 0) >= from) {
      reached();
      await moving;
    }
    return Reflect.apply(original, this, words);
  });
  const move = () => {
    Reflect.set(handles, operation, original);
    release();
  };
  onTestFinished(move);
  return { stands, move };
}
