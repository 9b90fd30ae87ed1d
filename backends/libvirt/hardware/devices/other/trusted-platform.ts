import type { Choice, FieldProblem } from '#model/hardware-field';
import { attribute, child, children, element } from '../../../xml/document.ts';
import { withAttributes, withChild } from '../../../xml/edit.ts';
import { choice, choiceAt, choiceField, customField, presenceAt, switchAt, textAt } from '../../bound-fields.ts';
import type { BoundField, DeviceKind } from '../../device-kind.ts';
import { devicesOf, enumOf, type HardwareContext, isQemu, isX86, offered, supports } from '../../hardware-context.ts';
import { summaryWords } from '../../summary-words.ts';
import { forValues } from '../for-values.ts';
import { withoutForeignParts, type KnownParts } from '../known-parts.ts';

const backends = [
  choice('emulator', 'Emulated by the host', 'A program of the host (swtpm) keeps what is in it, in a folder of the guest’s own.'),
  choice('passthrough', 'That of the host', 'The guest gets the host’s own TPM, and nobody else has it meanwhile.'),
  choice('external', 'Another program', 'An emulator that somebody else runs, at a socket.'),
];

/** What only one backend's element can say (libvirt's schema, "tpm-backend"). */
const backendParts: KnownParts = {
  emulator: ['@version', '@persistent_state', '@debug', 'encryption', 'active_pcr_banks', 'source'],
  passthrough: ['@version', 'device'],
  external: ['source'],
};

const at = 'backend/@type';
const emulated = (bound: BoundField) => forValues('backend', at, ['emulator'], bound);

const backend: BoundField = customField(
  (context) =>
    choiceField(
      'backend',
      { label: 'What is behind it', choices: offered(backends, enumOf(context, ['devices', 'tpm'], 'backendModel')) },
      context,
    ),
  {
    read: (tpm) => attribute(child(tpm, 'backend'), 'type'),
    write: (tpm, value) =>
      typeof value !== 'string' || value === attribute(child(tpm, 'backend'), 'type')
        ? tpm
        : withChild(tpm, 'backend', (old) =>
            withoutForeignParts(withAttributes(old ?? element('backend'), { type: value }), backendParts, value),
          ),
  },
);

/** Which architecture has which: libvirt's qemuValidateDomainDeviceDefTPM. */
function models(context: HardwareContext): readonly Choice[] {
  const told = enumOf(context, ['devices', 'tpm'], 'model');
  const all = [
    choice('tpm-crb', 'CRB', 'The newer one, for TPM 2.0. Windows 11 takes it.'),
    choice('tpm-tis', 'TIS', 'The older one, which all systems know.'),
    choice('tpm-spapr', 'sPAPR', 'Of POWER machines.'),
    choice('spapr-tpm-proxy', 'sPAPR proxy', 'The host’s own TPM, for a guest that starts guests itself.'),
  ];
  const fit = isX86(context) ? ['tpm-crb', 'tpm-tis'] : context.arch.startsWith('ppc64') ? ['tpm-spapr', 'spapr-tpm-proxy'] : ['tpm-tis'];
  return offered(
    all.filter(({ value }) => (told ?? fit).includes(String(value))),
    told,
  );
}

const banks: readonly BoundField[] = ['sha1', 'sha256', 'sha384', 'sha512'].map((name) => {
  const inner = presenceAt(`bank-${name}`, name, {
    label: `Measures with ${name.toUpperCase()}`,
    section: 'Banks switched on at its first start',
    advanced: true,
  });
  return {
    ...inner,
    read: (tpm, context) => inner.read(child(child(tpm, 'backend'), 'active_pcr_banks') ?? element('active_pcr_banks'), context),
    write: (tpm, value, context) =>
      withChild(tpm, 'backend', (old) =>
        withChild(old ?? element('backend'), 'active_pcr_banks', (now) => {
          const made = inner.write(now ?? element('active_pcr_banks'), value, context);
          return children(made).length === 0 ? null : made;
        }),
      ),
  };
});

/** https://libvirt.org/formatdomain.html#tpm-device */
export const trustedPlatform: DeviceKind = {
  sort: 'device',
  kind: 'tpm',
  group: 'other',
  title: 'TPM',
  help: 'A chip that keeps keys: Windows 11 asks for one, and disk encryption can use it.',
  fits: (context) => isQemu(context) && supports(context, 'devices', 'tpm'),
  is: ({ name }) => name === 'tpm',
  identity: () => null,
  name: (_tpm, number) => (number === null ? 'TPM' : `TPM ${number}`),
  summary: ({ backend: chosen, version, model }) => {
    const behind = backends.find(({ value }) => value === chosen)?.label ?? chosen;
    return summaryWords(typeof version === 'string' ? `TPM ${version}` : '', behind, model);
  },
  fields: [
    backend,
    choiceAt('model', '@model', { label: 'Model', unset: 'As libvirt likes', choices: models }),
    emulated(
      choiceAt('version', 'backend/@version', {
        label: 'Version',
        unset: 'As libvirt likes (2.0 on most machines)',
        choices: (context) =>
          offered(
            [choice('2.0', '2.0', 'Windows 11 asks for it.'), choice('1.2', '1.2', 'For older systems; only with the model TIS.')],
            enumOf(context, ['devices', 'tpm'], 'backendVersion'),
          ),
      }),
    ),
    emulated(
      switchAt('persistent', 'backend/@persistent_state', {
        label: 'Kept when the guest has no definition',
        help: 'For guests that exist only while they run: what is in the TPM is not deleted at their end.',
        unset: 'No',
        advanced: true,
      }),
    ),
    emulated(
      textAt('secret', 'backend/encryption/@secret', {
        label: 'Encrypted with the secret',
        help: 'The UUID of one of libvirt’s secrets: its passphrase protects what is kept. It can only be chosen before the TPM’s first start.',
        unset: 'Not encrypted',
        advanced: true,
        pattern: { source: '[0-9a-fA-F]{8}(?:-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}', says: 'The UUID of a secret.' },
      }),
    ),
    ...banks.map(emulated),
    forValues(
      'backend',
      at,
      ['passthrough'],
      textAt('device', 'backend/device/@path', {
        label: 'Device of the host',
        unset: '/dev/tpm0',
        maxLength: 4096,
        pattern: { source: '/dev/.*', says: 'A device of the host, like /dev/tpm0.' },
      }),
    ),
    forValues('backend', at, ['external'], socket()),
  ],
  problems: ({ model, version }): FieldProblem[] =>
    model === 'tpm-crb' && version === '1.2' ? [{ field: 'version', message: 'The model CRB is for TPM 2.0 only.' }] : [],
  warnings: (from, to) => {
    if (!('backend' in from)) return to['backend'] === 'passthrough' ? [hostsOwn] : [];
    const other = ['backend', 'version', 'secret'].some((key) => from[key] !== to[key]);
    return [
      ...(other
        ? ['The guest will find another TPM, without the keys of the old one. What was encrypted with those asks for its recovery key.']
        : []),
      ...(to['backend'] === 'passthrough' && from['backend'] !== 'passthrough' ? [hostsOwn] : []),
    ];
  },
  addition: {
    blank: (context) =>
      element(
        'tpm',
        { model: models(context)[0]?.value?.toString() },
        element('backend', { type: 'emulator', version: context.arch === 'x86_64' ? '2.0' : null }),
      ),
    // Only a proxy may be beside another one (qemuDomainDefTPMsPostParse).
    unavailable: ({ domain }) => (devicesOf(domain).some(({ name }) => name === 'tpm') ? 'The guest has one.' : null),
    live: () => false,
  },
  removal: { live: () => false },
};

const hostsOwn =
  'The guest gets the host’s own TPM, with all keys in it. If the host’s disks are unlocked by it, that may not work any more.';

/** <source type="unix" mode="connect" path="…"/>: libvirt wants all of it said. */
function socket(): BoundField {
  const path = textAt('socket', 'backend/source/@path', {
    label: 'Socket',
    maxLength: 107,
    pattern: { source: '/.{1,106}', says: 'The whole path of a socket.' },
  });
  return {
    ...path,
    write: (tpm, value) =>
      typeof value === 'string' && value !== ''
        ? withChild(tpm, 'backend', (old) =>
            withChild(old ?? element('backend'), 'source', (source) =>
              withAttributes(source ?? element('source', { type: 'unix', mode: 'connect' }), { path: value }),
            ),
          )
        : tpm,
  };
}
