import { expect, test } from 'vitest';
import type { HostConnection } from '../../backends/backend.ts';
import { BackendError } from '../../backends/errors.ts';
import { isDisplay } from '../../backends/model/guest-console.ts';
import type { TrialHost } from './backend.ts';
import { Reader, within } from './bytes.ts';
import { codeOf } from './code-of.ts';

interface Trial {
  connection(): HostConnection;
  host(): Pick<TrialHost, 'guest' | 'terminal'>;
  /** The guest, which is off, is started, and forced off; both say when it is so. */
  start(): Promise<void>;
  forceOff(): Promise<void>;
}

/** What every backend must do that shows consoles. */
export function describeConsoles({ connection, host, start, forceOff }: Trial): void {
  test('has no console of a guest that is off', async () => {
    const { consoles } = await connection().describeGuest(host().guest);
    for (const { name } of consoles) {
      expect(await codeOf(connection().openConsole(host().guest, name, { force: false }))).toBe('invalid-state');
    }
    for (const console of consoles.filter(isDisplay)) {
      expect(await codeOf(connection().viewerFile(host().guest, console.name))).toBe('invalid-state');
    }
    expect(await codeOf(connection().openConsole(host().guest, 'no such console', { force: false }))).toBe('not-found');
    expect(await codeOf(connection().viewerFile(host().guest, 'no such console'))).toBe('not-found');
  });

  test('shows the guest’s display', async () => {
    const { consoles } = await connection().describeGuest(host().guest);
    const display = consoles.find(isDisplay);
    expect(display !== undefined).toBe(connection().abilities.graphicalConsole);
    if (display === undefined) return;
    await start();
    const stream = await connection().openConsole(host().guest, display.name, { force: false });
    const reader = new Reader(stream);
    const greeting = await reader.until(/^RFB \d{3}\.\d{3}\n/);
    // RFC 6143: the viewer answers with its own version, and is told the ways to authenticate.
    await stream.write(Buffer.from(greeting.slice(0, 12), 'latin1'));
    // One is offered: none is needed. Whoever gets the stream has been let in already.
    expect(await reader.until(/[^]{2}/)).toBe('\u0001\u0001');
    await stream.close();
    await stream.close();
    await reader.end();
    const file = await connection().viewerFile(host().guest, display.name);
    expect(file).toMatch(/^\[virt-viewer\]\ntype=(vnc|spice)\n/);
    expect(file).toMatch(/\ndelete-this-file=1\n$/);
    const terminal = consoles.find((console) => !isDisplay(console));
    if (terminal !== undefined) expect(await codeOf(connection().viewerFile(host().guest, terminal.name))).toBe('unsupported');
    await forceOff();
  });

  test('carries a terminal both ways, to one at a time', async () => {
    const { terminal } = host();
    expect(terminal !== null).toBe(connection().abilities.serialConsole);
    if (terminal === null) return;
    await start();
    const stream = await connection().openConsole(host().guest, terminal.name, { force: false });
    const reader = new Reader(stream);
    if (terminal.awaits !== null) await reader.until(terminal.awaits, 60_000);
    await stream.write(Buffer.from(terminal.type));
    await reader.until(terminal.answer);

    expect(await codeOf(connection().openConsole(host().guest, terminal.name, { force: false }))).toBe('console-busy');
    const taken = await connection().openConsole(host().guest, terminal.name, { force: true });
    await within(
      reader.end().catch((error: unknown) => expect(error).toBeInstanceOf(BackendError)),
      1000,
      'the end of the console that was taken over',
    );
    const again = new Reader(taken);
    await taken.write(Buffer.from(terminal.type));
    await again.until(terminal.answer);
    await taken.close();
    await again.end();

    const third = await connection().openConsole(host().guest, terminal.name, { force: false });
    const last = new Reader(third);
    await forceOff();
    await last.end();
  });
}
