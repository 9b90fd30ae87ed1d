import { switchAt, textAt, type TextSaying } from '../bound-fields.ts';
import type { BoundField } from '../device-kind.ts';
import { type HardwareContext, isQemu, isX86 } from '../hardware-context.ts';
import { only } from './part-fields.ts';

export const ENCRYPTION = 'Encrypted memory';

type Sort = 'sev' | 'sev-snp' | 'tdx';

const saying = (sorts: readonly Sort[], label: string, help: string, more: Partial<TextSaying> = {}): TextSaying => ({
  label,
  help,
  section: ENCRYPTION,
  advanced: true,
  when: [{ field: 'launch', is: [...sorts] }],
  unset: 'Not said',
  ...more,
});
const since = (libvirt: number, ...fields: BoundField[]): BoundField[] => only((context) => context.libvirt >= libvirt, ...fields);

const hex = { pattern: { source: '0x[0-9a-fA-F]{1,16}', says: 'A hexadecimal number, like 0x0001.' } };
const digits = { pattern: { source: String.raw`\d{1,4}`, says: 'A number.' } };
const base64 = { maxLength: 16_384, lines: 3, pattern: { source: '[A-Za-z0-9+/=\\s]+', says: 'Base64.' } };

const amd: readonly Sort[] = ['sev', 'sev-snp'];

const ofAmd: readonly BoundField[] = [
  textAt('sev-policy', 'launchSecurity/policy', saying(amd, 'Policy', 'What the guest’s owner allows the host, in bits.', hex)),
  textAt(
    'sev-bit',
    'launchSecurity/cbitpos',
    saying(amd, 'C-bit', 'Which bit of an address says that it is encrypted.', { ...digits, unset: 'As the host has it' }),
  ),
  textAt(
    'sev-reduced',
    'launchSecurity/reducedPhysBits',
    saying(amd, 'Address bits it costs', 'How much shorter addresses are by it.', { ...digits, unset: 'As the host has it' }),
  ),
  textAt('sev-owner', 'launchSecurity/dhCert', saying(['sev'], 'Owner’s key', 'The guest owner’s Diffie-Hellman key, in Base64.', base64)),
  textAt('sev-session', 'launchSecurity/session', saying(['sev'], 'Owner’s session', 'In Base64.', base64)),
  switchAt('sev-hashes', 'launchSecurity/@kernelHashes', {
    ...saying(amd, 'Kernel is measured', 'What is started directly counts for the owner’s check of the guest too.'),
    unset: 'No',
  }),
  ...since(
    10_005_000,
    textAt(
      'snp-work-around',
      'launchSecurity/guestVisibleWorkarounds',
      saying(['sev-snp'], 'Workarounds of the host', 'In Base64.', base64),
    ),
    textAt(
      'snp-id-block',
      'launchSecurity/idBlock',
      saying(['sev-snp'], 'Identity', 'What the owner expects to be started, in Base64.', base64),
    ),
    textAt('snp-id-auth', 'launchSecurity/idAuth', saying(['sev-snp'], 'Signature of the identity', 'In Base64.', base64)),
    textAt(
      'snp-host-data',
      'launchSecurity/hostData',
      saying(['sev-snp'], 'Word of the host', 'It is in what the guest proves; in Base64.', base64),
    ),
    switchAt('snp-author-key', 'launchSecurity/@authorKey', {
      ...saying(['sev-snp'], 'Signature has an author’s key', 'Beside the key of the identity.'),
      unset: 'No',
    }),
    switchAt('snp-vcek', 'launchSecurity/@vcek', {
      ...saying(['sev-snp'], 'Reports by the chip’s own key (VCEK)', 'Else by the one that the cloud loaded (VLEK).'),
      unset: 'Yes',
    }),
  ),
];

const ofIntel: readonly BoundField[] = since(
  11_006_000,
  textAt('tdx-policy', 'launchSecurity/policy', saying(['tdx'], 'Policy', 'What of TDX the guest uses, in bits.', hex)),
  textAt('tdx-config', 'launchSecurity/mrConfigId', saying(['tdx'], 'Identity of the configuration', 'In Base64.', base64)),
  textAt('tdx-owner', 'launchSecurity/mrOwner', saying(['tdx'], 'Owner', 'In Base64.', base64)),
  textAt('tdx-owner-config', 'launchSecurity/mrOwnerConfig', saying(['tdx'], 'Owner’s configuration', 'In Base64.', base64)),
  textAt(
    'tdx-quotes',
    'launchSecurity/quoteGenerationService/@path',
    saying(['tdx'], 'Prover of the host', 'The socket of the service that signs what the guest proves.', {
      maxLength: 4096,
      pattern: { source: '/.+', says: 'A whole path, from /.' },
      unset: 'None',
    }),
  ),
);

/** https://libvirt.org/formatdomain.html#launch-security */
export const encryptedMemory: readonly BoundField[] = only(
  (context: HardwareContext) => isQemu(context) && isX86(context),
  ...ofAmd,
  ...ofIntel,
);
