import { constants, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { ReadStream } from 'node:tty';
import type { PrivateLibvirtd } from './private-libvirtd.ts';

/** A running guest's serial line, read and typed to without libvirt's streams, which are under test. */
export interface SerialLine {
  /** Resolves to all that was written so far, once it matches. */
  until(pattern: RegExp, timeoutMs: number): Promise<string>;
  type(line: string): void;
  close(): void;
}

/** @param log the file given to `tinyDomainXml` as `serialLog`, as seen from outside the daemon */
export async function serialLine(daemon: PrivateLibvirtd, name: string, log: string): Promise<SerialLine> {
  const path = (await daemon.virsh('ttyconsole', name)).trim();
  const terminal = new ReadStream(openSync(path, constants.O_RDWR | constants.O_NOCTTY));
  // QEMU takes nothing from a pseudo-terminal that nobody holds, and stops the guest at one
  // that is held and not read.
  terminal.resume();
  return {
    async until(pattern, timeoutMs) {
      const deadline = Date.now() + timeoutMs;
      for (;;) {
        const text = await readFile(log, 'latin1').catch(() => '');
        if (pattern.test(text)) return text;
        if (Date.now() > deadline) throw new Error(`no ${pattern} on the serial line of ${name}:\n${text.slice(-2000)}`);
        await sleep(100);
      }
    },
    type: (line) => void terminal.write(`${line}\r`),
    close: () => void terminal.destroy(),
  };
}
