import { Affect } from '../../../guests/both-definitions.ts';
import { remote } from '../../../protocol/remote.ts';
import { serialize } from '../../../xml/document.ts';
import { withAttributes } from '../../../xml/edit.ts';
import { choice, choiceAt, secretAt, textAt } from '../../bound-fields.ts';
import type { BoundField, LiveTarget } from '../../device-kind.ts';
import { forTypes } from '../for-types.ts';

const section = 'Password';

/** Its end and itself in one: libvirt sets both whenever it sets one (src/qemu/qemu_hotplug.c, qemuDomainChangeGraphicsPasswords). */
async function setNow({ host, dom, element, values }: LiveTarget, value: unknown): Promise<void> {
  if (typeof value !== 'string') return;
  const until = values['validTo'];
  const updated = withAttributes(element, { passwd: value, passwdValidTo: typeof until === 'string' && until !== '' ? until : null });
  await host.job(remote.domainUpdateDeviceFlags, { dom, xml: serialize(updated), flags: Affect.live });
}

/** VNC cuts a password at eight characters (RFC 6143, 7.2.2), SPICE at 60 (SPICE_MAX_PASSWORD_LENGTH). */
export const passwordLimit = (type: unknown): number => (type === 'vnc' ? 8 : 60);

export const passwordFields: readonly BoundField[] = [
  forTypes(['vnc', 'spice', 'rdp'], {
    ...secretAt('password', '@passwd', {
      label: 'Password',
      help: 'Asked of everybody who opens the display. It stands in the guest’s definition for who administers the host. VNC counts eight characters.',
      section,
      unset: 'None',
      maxLength: 60,
      live: setNow,
    }),
    waits: (_context, change) => change !== null && change.to === null,
  }),
  forTypes(
    ['vnc', 'spice'],
    textAt('validTo', '@passwdValidTo', {
      label: 'Valid until',
      help: 'In universal time, like 2030-12-31T23:59:00. Afterwards nobody gets in until there is another.',
      section,
      unset: 'Always',
      advanced: true,
      live: 'update',
      maxLength: 19,
      pattern: { source: String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d`, says: 'Date and time, like 2030-12-31T23:59:00.' },
    }),
  ),
  forTypes(
    ['spice'],
    choiceAt('connected', '@connected', {
      label: 'Who is connected when it changes',
      section,
      advanced: true,
      unset: 'As QEMU likes',
      choices: [choice('keep', 'Stays'), choice('disconnect', 'Is put out'), choice('fail', 'Keeps it from changing')],
    }),
  ),
];
