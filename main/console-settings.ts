import { z } from 'zod';
import { ClipboardWays, noWays } from '#model/clipboard';
import { areUsual, ConsoleChoices, usualChoices } from '#model/console-choices';
import { GuestId, type GuestRef } from '#model/guest';
import { HostId } from '#model/host';
import { UsbRule } from '#model/usb-device';
import { BackendError } from '../backends/errors.ts';
import type { KeptFile } from './kept-file.ts';

/** What the person chose for the consoles of one guest. */
export const GuestConsoleSettings = z.object({
  host: HostId,
  guest: GuestId,
  clipboard: ClipboardWays.default(noWays),
  usb: z.array(UsbRule).max(32).default([]),
  // One that cannot be read costs nobody what was allowed.
  choices: ConsoleChoices.catch(usualChoices),
});
export type GuestConsoleSettings = z.infer<typeof GuestConsoleSettings>;

export const consoleSettingsLimits = { guests: 4096, rules: 32 } as const;

type Change = (before: GuestConsoleSettings) => Pick<GuestConsoleSettings, 'clipboard' | 'usb' | 'choices'>;

/** The settings of all guests; one that is not in the file has nothing allowed and nothing remembered. */
export class ConsoleSettings {
  readonly #kept: KeptFile<readonly GuestConsoleSettings[]>;

  constructor(kept: KeptFile<readonly GuestConsoleSettings[]>) {
    this.#kept = kept;
  }

  async of(ref: GuestRef): Promise<GuestConsoleSettings> {
    return find(await this.#kept.read(), ref);
  }

  /** Those of the host that have anything. */
  async ofHost(host: HostId): Promise<readonly GuestConsoleSettings[]> {
    return (await this.#kept.read()).filter((one) => one.host === host);
  }

  /** Rejects as KeptFile.change does, and with 'too-large' for more rules than are kept; then nothing has changed. */
  async change(ref: GuestRef, next: Change): Promise<GuestConsoleSettings> {
    const all = await this.#kept.change((before) => {
      const { clipboard, usb, choices } = next(find(before, ref));
      if (usb.length > consoleSettingsLimits.rules) throw tooMany();
      const others = before.filter((one) => !isOf(one, ref));
      const isEmpty = !clipboard.toGuest && !clipboard.fromGuest && usb.length === 0 && areUsual(choices);
      // What was changed longest ago makes room: it falls back to nothing being allowed.
      return isEmpty
        ? others
        : [...others, { host: ref.host, guest: ref.id, clipboard, usb, choices }].slice(-consoleSettingsLimits.guests);
    });
    return find(all, ref);
  }

  /** For a guest that was deleted. */
  async forgetGuest(ref: GuestRef): Promise<void> {
    if ((await this.#kept.read()).some((one) => isOf(one, ref))) {
      await this.#kept.change((before) => before.filter((one) => !isOf(one, ref)));
    }
  }

  /** For a host that was removed. */
  async forget(host: HostId): Promise<void> {
    if ((await this.ofHost(host)).length === 0) return;
    await this.#kept.change((before) => before.filter((one) => one.host !== host));
  }
}

const isOf = (one: GuestConsoleSettings, { host, id }: GuestRef): boolean => one.host === host && one.guest === id;

function find(all: readonly GuestConsoleSettings[], ref: GuestRef): GuestConsoleSettings {
  return all.find((one) => isOf(one, ref)) ?? { host: ref.host, guest: ref.id, clipboard: noWays, usb: [], choices: usualChoices };
}

const tooMany = (): BackendError =>
  new BackendError('too-large', `At most ${consoleSettingsLimits.rules} USB devices are always given to one guest.`, {
    remedy: 'Take the tick from one that the guest no longer needs.',
  });
