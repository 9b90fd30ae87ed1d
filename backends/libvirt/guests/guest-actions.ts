import type { Guest } from '#model/guest';
import { canGuest, type GuestAction } from '#model/guest-action';
import type { Operation } from '../../backend.ts';
import { BackendError } from '../../errors.ts';
import { traitsOf } from '../host/driver-traits.ts';
import { failedWith } from '../failed-with.ts';
import { asJob } from './guest-job.ts';
import { readGuests } from './guest-reader.ts';
import { explainedStart } from './start-refusal.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import type { Domain } from '../protocol/objects.ts';
import { remote } from '../protocol/remote.ts';

/**
 * Has the host do it; resolves when the host took it. A start waits for hooks and storage and a save writes out the guest's memory: these are
 * jobs, the others are quick. No flag ever binds a guest's life to this program's.
 */
export async function actOn(host: LibvirtHost, dom: Domain, action: GuestAction, operation?: Operation): Promise<void> {
  // Some drivers take without a word what makes no sense: QEMU's resumes a guest that runs.
  await requirePermitted(host, dom, action);
  try {
    await perform(host, dom, action, operation);
  } catch (error) {
    // Another was quicker. Drivers do not agree on an error for that (the test driver's is "internal"): the state itself tells.
    if (!failedWith(error, 'connection-lost', 'outcome-unknown', 'not-found', 'cancelled'))
      await requirePermitted(host, dom, action, error);
    throw error;
  }
}

async function requirePermitted(host: LibvirtHost, dom: Domain, action: GuestAction, cause?: unknown): Promise<void> {
  const [guest] = await readGuests(host, [dom]);
  if (guest === undefined) throw new BackendError('not-found', 'The guest is no longer there.', { cause });
  const permission = canGuest(guest, action);
  if (permission.allowed) return;
  const reason = cause instanceof Error ? cause.message : null;
  throw new BackendError('invalid-state', `${permission.why}.`, { reason, cause });
}

function perform(host: LibvirtHost, dom: Domain, action: GuestAction, operation: Operation | undefined): Promise<unknown> {
  const { shutdownFlags, rebootFlags } = traitsOf(host.facts.hypervisor);
  const save = () => host.job(remote.domainManagedSave, { dom, flags: 0 });
  const calls: Readonly<Record<GuestAction, () => Promise<unknown>>> = {
    start: () => host.job(remote.domainCreateWithFlags, { dom, flags: 0 }).catch(rethrowExplained),
    'shut-down': () => host.quick(remote.domainShutdownFlags, { dom, flags: shutdownFlags }),
    reboot: () => host.quick(remote.domainReboot, { dom, flags: rebootFlags }),
    pause: () => host.quick(remote.domainSuspend, { dom }),
    resume: () => host.quick(remote.domainResume, { dom }),
    save: () => (operation === undefined ? save() : asJob(host, dom, 'Saving', operation, save)),
    'discard-save': () => host.quick(remote.domainManagedSaveRemove, { dom, flags: 0 }),
    'force-off': () => host.quick(remote.domainDestroyFlags, { dom, flags: 0 }),
    reset: () => host.quick(remote.domainReset, { dom, flags: 0 }),
    autostart: () => host.quick(remote.domainSetAutostart, { dom, autostart: 1 }),
    'no-autostart': () => host.quick(remote.domainSetAutostart, { dom, autostart: 0 }),
  };
  return calls[action]();
}

function rethrowExplained(error: unknown): never {
  throw explainedStart(error);
}

const commands: Readonly<Record<GuestAction | 'delete', readonly string[]>> = {
  start: ['start'],
  'shut-down': ['shutdown'],
  reboot: ['reboot'],
  pause: ['suspend'],
  resume: ['resume'],
  save: ['managedsave'],
  'discard-save': ['managedsave-remove'],
  'force-off': ['destroy'],
  reset: ['reset'],
  autostart: ['autostart'],
  'no-autostart': ['autostart', '--disable'],
  delete: ['undefine', '--managed-save', '--snapshots-metadata', '--checkpoints-metadata', '--nvram'],
};

/** The virsh line that does the same, safe to paste into a shell whatever the guest is called. */
export function commandFor(address: string, guest: Pick<Guest, 'id' | 'name'>, action: GuestAction | 'delete'): string {
  const [verb = '', ...options] = commands[action];
  return ['virsh', '-c', address, verb, '--domain', plainName(guest), ...options].map(shellWord).join(' ');
}

/** The name, unless virsh would read it as something else (a number is an id first) or a terminal would not print it as it is. */
function plainName({ id, name }: Pick<Guest, 'id' | 'name'>): string {
  return /^\d+$/.test(name) || /^[-\s]|[\p{C}\p{Zl}\p{Zp}]/u.test(name) ? id : name;
}

/** The guest as one word of a command for virsh or virt-xml. */
export const guestWord = ({ uuid, name }: { readonly uuid: string; readonly name: string }): string =>
  shellWord(plainName({ id: uuid, name }));

const unseen = /[\p{C}\p{Zl}\p{Zp}]/gu;

/**
 * One word for a shell into which a person pastes it. What a terminal obeys instead of showing it (it could end the paste and press Enter), and
 * what makes letters stand elsewhere than they are, is spelled out, as bash, zsh and ksh read it: what one sees is what one pastes.
 */
export function shellWord(word: string): string {
  if (/^[\w%+=:,./@-]+$/.test(word)) return word;
  if (word.search(unseen) < 0) return `'${word.replaceAll("'", `'\\''`)}'`;
  return `$'${word.replaceAll(/['\\]/g, '\\$&').replaceAll(unseen, inBytes)}'`;
}

const inBytes = (character: string): string =>
  [...new TextEncoder().encode(character)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
