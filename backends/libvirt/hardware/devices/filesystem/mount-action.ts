import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Operation } from '../../../../backend.ts';
import { BackendError } from '../../../../errors.ts';
import { qemu } from '../../../protocol/qemu.ts';
import { attribute, child, type XmlElement } from '../../../xml/document.ts';
import { textField } from '../../bound-fields.ts';
import type { DeviceAction } from '../../device-kind.ts';
import { devicesOf } from '../../hardware-context.ts';
import type { OpenGuest } from '../../open-guest.ts';
import { mountLine, mountWords, tagOf } from './mount-line.ts';

const AGENT = 'org.qemu.guest_agent.0';
/** An agent that does not answer is one that hangs. */
const ANSWER_SECONDS = 20;
const LOOK_EVERY_MS = 300;
const LOOKS = 100;

/** Mounts the folder in a running Linux guest, by the agent in it. Until the guest's next start only: its own /etc/fstab stays as it is. */
export const mountInGuest: DeviceAction = {
  key: 'mount',
  label: 'Mount in the guest',
  help: 'The guest’s agent mounts it, until the guest is started anew.',
  danger: false,
  offer: ({ guest: { running, context }, running: share }) => {
    if (share === null && running === null) return null;
    return {
      fields: [
        textField(
          'place',
          {
            label: 'At the folder',
            help: 'It is made where it is not there.',
            maxLength: 1024,
            pattern: { source: String.raw`/[^\p{Cc}]+`, says: 'A path in the guest, beginning with a slash.' },
          },
          context,
        ),
      ],
      values: { place: `/mnt/${share === null ? 'share' : tagOf(share).replace(/[^\p{L}\p{N}._-]/gu, '-')}` },
      unavailable: share === null ? 'The running guest does not have it yet.' : hasAgent(running) ? null : 'No agent answers in the guest.',
    };
  },
  plan: ({ guest: { dom }, running: share }, { place }) => ({
    differences: [
      {
        what: `In “${dom.name}”`,
        from: null,
        to: share === null ? null : mountLine(share, typeof place === 'string' ? place : undefined),
        effect: 'now',
      },
    ],
    warnings: [],
    losses: [],
    objections: [],
    commands: [],
  }),
  async run({ guest, running: share }, { place }, operation) {
    const { place: folder } = z.object({ place: z.string() }).parse({ place });
    if (share === null) throw new BackendError('not-found', 'The running guest does not have it.');
    await inGuest(guest, ['mkdir', '-p', folder], operation);
    await inGuest(guest, mountWords(share, folder), operation);
    return { effect: 'now', why: null };
  },
};

function hasAgent(running: XmlElement | null): boolean {
  const channels = running === null ? [] : devicesOf(running).filter(({ name }) => name === 'channel');
  return channels.some(
    (one) => attribute(child(one, 'target'), 'name') === AGENT && attribute(child(one, 'target'), 'state') === 'connected',
  );
}

const Started = z.object({ return: z.object({ pid: z.number().int() }) });
const Status = z.object({
  return: z.object({
    exited: z.boolean(),
    exitcode: z.number().int().optional(),
    'err-data': z
      .string()
      .max(1024 * 1024)
      .optional(),
  }),
});

/** Runs a program in the guest. Rejects with what it wrote where it fails. https://qemu-project.gitlab.io/qemu/interop/qemu-ga-ref.html */
async function inGuest(guest: OpenGuest, [program = '', ...words]: readonly string[], operation: Operation): Promise<void> {
  operation.signal.throwIfAborted();
  operation.report(`Running “${program}” in the guest`, null);
  const { pid } = (await ask(guest, Started, 'guest-exec', { path: program, arg: words, 'capture-output': true })).return;
  for (let look = 0; look < LOOKS; look += 1) {
    const { exited, exitcode, 'err-data': said } = (await ask(guest, Status, 'guest-exec-status', { pid })).return;
    if (exited && exitcode === 0) return;
    if (exited) throw failed(program, said);
    await sleep(LOOK_EVERY_MS);
  }
  throw new BackendError('timeout', `“${program}” in the guest does not come to its end.`);
}

async function ask<T>({ host, dom }: OpenGuest, answer: z.ZodType<T>, execute: string, args: unknown): Promise<T> {
  const cmd = JSON.stringify({ execute, arguments: args });
  const { result } = await host.job(qemu.domainAgentCommand, { dom, cmd, timeout: ANSWER_SECONDS, flags: 0 });
  const parsed = answer.safeParse(result === null ? null : JSON.parse(result));
  if (!parsed.success) throw new BackendError('protocol', 'The guest’s agent gave an answer that makes no sense.', { cause: parsed.error });
  return parsed.data;
}

function failed(program: string, said: string | undefined): BackendError {
  const words = said === undefined ? '' : Buffer.from(said, 'base64').toString('utf8').trim().slice(0, 500);
  return new BackendError('internal', `“${program}” failed in the guest.`, { reason: words === '' ? null : words });
}
