import { join } from 'node:path';
import type { PrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { type SerialLine, serialLine } from '../bed/serial-line.ts';
import { tinyDomainXml, tinyGuest } from '../bed/tiny-guest.ts';
import { writeFile } from 'node:fs/promises';

/** A running Linux guest whose screen and second console can be made busy. */
export interface ConsoleGuest {
  readonly id: string;
  readonly name: string;
  /** The port of its VNC display at 127.0.0.1. */
  readonly vncPort: number;
  /** Types a line into its shell. */
  type(line: string): void;
  /** Fills the screen with other pixels, as often as the guest can. */
  animate(): void;
  /** Scrolls text over the screen ten times a second, and writes a tenth of a megabyte to the second console as often. */
  scroll(): void;
  /** Resolves when the screen stands still again. */
  rest(): Promise<void>;
  stop(): Promise<void>;
}

const BOOT_MS = 120_000;

/** Its screen is 1024 × 768 at least, and its second console, hvc0, a virtio one. */
export async function startConsoleGuest(daemon: PrivateLibvirtd, name: string): Promise<ConsoleGuest> {
  const log = join(daemon.dir, 'log', `${name}.log`);
  const console = "<console type='pty'><target type='virtio' port='0'/></console>";
  const xml = tinyDomainXml(await tinyGuest(), { name, serialLog: log }).replace('<memballoon', `${console}<memballoon`);
  const file = join(daemon.dir, `${name}.xml`);
  await writeFile(file, xml);
  await daemon.virsh('define', file);
  await daemon.virsh('start', name);
  const line = await serialLine(daemon, name, log);
  await line.until(/login: /, BOOT_MS);
  line.type('root');
  await line.until(/\/root # /, BOOT_MS);
  // A blinking cursor would change the picture while it is to stand still.
  await command(line, 'echo 0 >/sys/class/graphics/fbcon/cursor_blink');
  // Two pictures that differ in every pixel, where they are quick to copy from.
  await command(line, 'mkdir -p /run; for c in 0 1; do dd if=/dev/urandom of=/run/$c bs=32000 count=128 2>/dev/null; done');
  const display = (await daemon.virsh('domdisplay', name)).trim();
  const number = /:(\d+)$/.exec(display)?.[1];
  if (number === undefined) throw new Error(`no VNC port in ${display}`);
  return {
    id: (await daemon.virsh('domuuid', name)).trim(),
    name,
    vncPort: 5900 + Number(number),
    type: (text) => line.type(text),
    animate: () => line.type('while :; do cat /run/0 >/dev/fb0; cat /run/1 >/dev/fb0; done & echo $! >/run/pid'),
    scroll: () => {
      line.type("yes 'All work and no play makes a dull guest, and a line of eighty columns.' | head -c 100000 >/run/text");
      line.type('while :; do head -c 2000 /run/0 | hexdump -C >/dev/tty1; cat /run/text >/dev/hvc0; usleep 100000; done &');
    },
    rest: async () => command(line, 'kill $(cat /run/pid); clear >/dev/tty1'),
    async stop() {
      line.close();
      await daemon.virsh('destroy', name);
      await daemon.virsh('undefine', name);
    },
  };
}

let commands = 0;
/** Resolves when the shell has carried it out. */
async function command(line: SerialLine, text: string): Promise<void> {
  commands += 1;
  line.type(`${text}; echo "done"-${commands}`);
  await line.until(new RegExp(`done-${commands}\\b`), BOOT_MS);
}
