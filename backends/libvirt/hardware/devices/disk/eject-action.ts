import { BackendError } from '../../../../errors.ts';
import { redefine } from '../../../definitions/redefine.ts';
import { failedWith } from '../../../failed-with.ts';
import { Affect } from '../../../guests/both-definitions.ts';
import { guestWord, shellWord } from '../../../guests/guest-actions.ts';
import { remote } from '../../../protocol/remote.ts';
import { toBackendError } from '../../../to-backend-error.ts';
import { serialize, type XmlElement } from '../../../xml/document.ts';
import { replaced, withChild } from '../../../xml/edit.ts';
import { plain } from '../../bound-fields.ts';
import type { ActionSubject, DeviceAction } from '../../device-kind.ts';
import { sourceKind, sourcePath, withPathSource } from './source-fields.ts';
import { targetOf } from './disk-buses.ts';
import { asDomainDisk } from './disk-users.ts';

// libvirt: VIR_DOMAIN_DEVICE_MODIFY_FORCE.
const FORCE = 4;

const holds = (drive: XmlElement | null) => drive !== null && asDomainDisk(drive) !== null;
const emptied = (drive: XmlElement) => withPathSource(drive, null);

/** Takes the disc out, now and for the next start. */
export const eject: DeviceAction = {
  key: 'eject',
  label: 'Eject',
  help: 'Takes what is in the drive out of it.',
  danger: false,
  offer: ({ guest: { context }, next, running }) => ({
    fields:
      running === null
        ? []
        : [
            {
              ...plain(
                'force',
                {
                  label: 'Even if the guest has locked the drive',
                  help: 'As with the pin beside the tray: what the guest reads from the disc at that moment fails.',
                  live: 'update',
                },
                context,
              ),
              kind: 'toggle',
            },
          ],
    values: running === null ? {} : { force: false },
    unavailable: holds(next) || holds(running) ? null : 'The drive is empty.',
  }),
  plan: ({ guest, next, running }, { force }) => {
    const drive = running ?? next;
    const domain = withEmpty(guest.source.root, next);
    const scope = [
      ...(running === null ? [] : ['--live']),
      ...(guest.persistent ? ['--config'] : []),
      ...(force === true ? ['--force'] : []),
    ];
    const words = ['virsh -c', shellWord(guest.host.address), 'change-media', guestWord(guest.dom)];
    return {
      differences: [
        { what: 'In the drive', from: drive === null ? null : wordsOf(drive), to: null, effect: running === null ? 'next-start' : 'now' },
      ],
      warnings: force === true ? ['What the guest reads from it at that moment fails.'] : [],
      losses: [],
      objections: [],
      commands: [[...words, shellWord(targetOf(drive ?? guest.source.root)), '--eject', ...scope].join(' ')],
      domain,
    };
  },
  async run({ guest, next, running }, { force }, operation) {
    const { host, dom, persistent, source, text } = guest;
    const isLive = running !== null && holds(running);
    if (isLive) {
      operation.report('Ejecting', null);
      const flags = Affect.live | (force === true ? FORCE : 0);
      await host.job(remote.domainUpdateDeviceFlags, { dom, xml: serialize(emptied(running)), flags }).catch((error: unknown) => {
        throw refused(error);
      });
    }
    const domain = withEmpty(source.root, next);
    if (persistent && domain !== source.root) {
      operation.report('Changing the definition', null);
      const changing = redefine(host, dom, text, source.write(domain), { signal: operation.signal });
      if (!isLive) await changing;
      else {
        const why = await changing.then(
          () => null,
          (error: unknown) =>
            `It is out, but its definition still has the disc, which is back at the next start: ${toBackendError(error).message}`,
        );
        return { effect: 'now', why };
      }
    }
    return { effect: 'now', why: null };
  },
};

function withEmpty(domain: XmlElement, drive: ActionSubject['next']): XmlElement {
  if (drive === null || !holds(drive)) return domain;
  return withChild(domain, 'devices', (devices) => devices && replaced(devices, drive, emptied(drive)));
}

const wordsOf = (drive: XmlElement): string => sourcePath(drive) ?? sourceKind(drive);

function refused(error: unknown): unknown {
  if (!(error instanceof BackendError) || failedWith(error, 'connection-lost', 'outcome-unknown', 'cancelled')) return error;
  return new BackendError('in-use', 'The guest did not let the disc go. Nothing was changed.', {
    reason: error.message,
    remedy: 'Unmount or eject it in the guest, or eject it even if the guest has locked the drive.',
    cause: error,
  });
}
