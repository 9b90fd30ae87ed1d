import type { Choice, FieldRow } from '#model/hardware-field';
import { attribute, child, children, element, text, textAt as textOf, type XmlElement } from '../../xml/document.ts';
import { withAttributes, withChild, withList, withTextAt } from '../../xml/edit.ts';
import { choice, choiceField, customField, listOf, textField } from '../bound-fields.ts';
import type { MachinePart } from '../device-kind.ts';
import { enumOf, isQemu, isX86, type HardwareContext } from '../hardware-context.ts';
import { summaryWords } from '../summary-words.ts';
import { encryptedMemory, ENCRYPTION as SECTION } from './encrypted-memory.ts';
import { cell, differs, givenAtStart, only } from './part-fields.ts';

function kinds(context: HardwareContext): Choice[] {
  const features = child(context.capabilities, 'features');
  // Since 11.0 the list of what there is; before, an element for each.
  const listed = enumOf(context, ['features', 'launchSecurity'], 'sectype');
  const lacks = (kind: string, name: string): string | null => {
    const has = listed === null ? attribute(child(features, name), 'supported') === 'yes' : listed.includes(kind);
    return has ? null : 'The host’s processor, firmware or hypervisor does not have it, or it is switched off there.';
  };
  const pc = [
    choice('sev', 'AMD SEV', 'The host cannot read the guest’s memory.', lacks('sev', 'sev')),
    choice('sev-snp', 'AMD SEV-SNP', 'Nor change it.', lacks('sev-snp', 'sev-snp')),
    choice('tdx', 'Intel TDX', 'The host can neither read nor change the guest’s memory.', lacks('tdx', 'tdx')),
  ];
  return isX86(context)
    ? pc
    : [choice('s390-pv', 'Secure execution (IBM Z)', 'The host cannot read the guest’s memory.', lacks('s390-pv', 's390-pv'))];
}

const labels = (domain: XmlElement): FieldRow[] =>
  children(domain, 'seclabel').map((one) => ({
    model: attribute(one, 'model'),
    type: attribute(one, 'type'),
    label: textOf(one, 'label'),
    base: textOf(one, 'baselabel'),
    relabel: attribute(one, 'relabel'),
  }));

/** https://libvirt.org/formatdomain.html#security-label, #launch-security */
export const security: MachinePart = {
  sort: 'part',
  kind: 'security',
  group: 'machine',
  title: 'Security',
  help: 'How the host keeps the guest apart from others, and the guest’s memory from the host.',
  fits: ({ hypervisor }) => ['kvm', 'qemu', 'lxc'].includes(hypervisor),
  fields: [
    ...only(
      () => true,
      givenAtStart(
        listOf(
          'labels',
          {
            label: 'Security labels',
            help: 'SELinux, AppArmor and users (DAC), by which the host keeps guests apart. None: the host gives each guest its own.',
            columns: (context) => [
              choiceField(
                'model',
                { label: 'By', unset: 'All', choices: ['selinux', 'apparmor', 'dac', 'none'].map((one) => choice(one, one)) },
                context,
              ),
              choiceField(
                'type',
                {
                  label: 'Label',
                  unset: 'As the host likes',
                  choices: [
                    choice('dynamic', 'Its own, made at each start'),
                    choice('static', 'A given one'),
                    choice('none', 'None', 'The guest is not kept apart.'),
                  ],
                },
                context,
              ),
              textField('label', { label: 'Given', unset: '—', maxLength: 1024, when: [{ field: 'type', is: ['static'] }] }, context),
              textField(
                'base',
                { label: 'From', unset: 'The host’s', maxLength: 1024, when: [{ field: 'type', is: ['dynamic'] }] },
                context,
              ),
              choiceField(
                'relabel',
                { label: 'Files are labelled', unset: 'As the host likes', choices: [choice('yes', 'Yes'), choice('no', 'No')] },
                context,
              ),
            ],
            add: { label: 'Add a label', row: { model: 'selinux', type: 'dynamic', label: null, base: null, relabel: null } },
            max: 4,
          },
          labels,
          (domain, rows) => {
            const before = children(domain, 'seclabel');
            const fresh = rows.map((row, index) => {
              const value = (key: string) => cell(row, key);
              const kept = before.find((one) => attribute(one, 'model') === value('model')) ?? before[index] ?? element('seclabel');
              const made = withAttributes(kept, { type: value('type'), model: value('model'), relabel: value('relabel') });
              const label = value('type') === 'static' ? value('label') : null;
              const labelled = withChild(made, 'label', (old) =>
                label === null ? null : text(old) === label ? old : element('label', {}, label),
              );
              return withTextAt(labelled, ['baselabel'], value('type') === 'dynamic' ? value('base') : null);
            });
            return withList(domain, ['seclabel'], fresh);
          },
        ),
      ),
    ),
    ...only(
      (context) => isQemu(context) && (isX86(context) || context.arch === 's390x'),
      customField(
        (context) =>
          choiceField('launch', { label: 'Memory is encrypted by', section: SECTION, unset: 'Nothing', choices: kinds }, context),
        {
          read: (domain) => attribute(child(domain, 'launchSecurity'), 'type'),
          write: (domain, value) =>
            withChild(domain, 'launchSecurity', (old) => {
              if (typeof value !== 'string') return null;
              // What belongs to another sort does not fit this one. Policies are the vendors' own defaults (libvirt's documentation).
              const fresh = { sev: [element('policy', {}, '0x0003')], 'sev-snp': [element('policy', {}, '0x00030000')] }[value] ?? [];
              return attribute(old, 'type') === value ? old : element('launchSecurity', { type: value }, fresh);
            }),
        },
      ),
    ),
    ...encryptedMemory,
    ...only(
      ({ arch }) => arch === 's390x',
      ...(['aes', 'dea'] as const).map((name) =>
        customField(
          (context) =>
            choiceField(
              `wrap-${name}`,
              {
                label: `Key wrapping: ${name.toUpperCase()}`,
                unset: 'As the host likes',
                choices: [choice('on', 'On'), choice('off', 'Off')],
              },
              context,
            ),
          {
            read: (domain) => attribute(cipherOf(domain, name), 'state'),
            write: (domain, value) =>
              withChild(domain, 'keywrap', (old) => {
                const others = children(old, 'cipher').filter((one) => attribute(one, 'name') !== name);
                const own = typeof value === 'string' ? [element('cipher', { name, state: value })] : [];
                return others.length + own.length === 0 ? null : withList(old ?? element('keywrap'), ['cipher'], [...others, ...own]);
              }),
          },
        ),
      ),
    ),
  ],
  summary: ({ launch, labels: rows }) =>
    summaryWords(launch, Array.isArray(rows) && rows.length > 0 ? rows.map((row) => row['model'] ?? row['type']).join(' and ') : null) ||
    'As the host does for every guest',
  warnings: (from, to) => [
    ...(differs(from, to, 'launch') && typeof to['launch'] === 'string'
      ? [
          'The guest’s system must know of encrypted memory. It can neither be saved nor moved while it runs, and nothing of the host can be passed to it.',
        ]
      : []),
    ...(differs(from, to, 'labels') && Array.isArray(to['labels']) && to['labels'].some((row) => row['type'] === 'none')
      ? ['Without a label nothing keeps a guest that was broken out of from the host’s other guests.']
      : []),
  ],
};

const cipherOf = (domain: XmlElement, name: string) =>
  children(child(domain, 'keywrap'), 'cipher').find((one) => attribute(one, 'name') === name) ?? null;
