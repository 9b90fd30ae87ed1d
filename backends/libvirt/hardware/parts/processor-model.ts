import type { Choice, Condition, PlainField } from '#model/hardware-field';
import { attribute, child, children, element, path, text, textAt, type XmlElement } from '../../xml/document.ts';
import { withAttributes, withChild, withList, withPath, withTextAt } from '../../xml/edit.ts';
import {
  choice,
  choiceAt,
  choiceField,
  customField,
  listOf,
  numberAt,
  plain,
  type Saying,
  switchAt,
  textAt as wordsAt,
  textField,
} from '../bound-fields.ts';
import type { BoundField } from '../device-kind.ts';
import { isQemu, type HardwareContext } from '../hardware-context.ts';
import { cell, only } from './part-fields.ts';

const SECTION = 'Model';
const custom: readonly Condition[] = [{ field: 'mode', is: ['custom'] }];

const modeSaying: Saying = {
  label: 'Processor',
  help: 'What the guest takes its processors for. The more of the host’s it sees, the quicker it is, and the fewer hosts it can move to.',
  section: SECTION,
  unset: 'The hypervisor’s default',
};

const modes: readonly Choice[] = [
  choice(
    'host-passthrough',
    'The host’s own',
    'Everything that the host’s processor has. Quickest; the guest moves to the same processors only.',
  ),
  choice('host-model', 'Like the host’s', 'The nearest model, with all of the host’s features that it can have.'),
  choice('maximum', 'All that the hypervisor can do', 'Without hardware virtualisation, all that can be emulated.'),
  choice('custom', 'A model', 'The same on every host that has it: for guests that move between hosts.'),
];

function modeChoices({ capabilities }: HardwareContext): Choice[] {
  const known = children(child(capabilities, 'cpu'), 'mode');
  return modes.map((one) => {
    const told = known.find((mode) => attribute(mode, 'name') === one.value);
    const refused = known.length > 0 && attribute(told ?? null, 'supported') !== 'yes';
    return refused ? { ...one, unavailable: 'The host does not offer this for such a guest.' } : one;
  });
}

/** <cpu match="exact"><model> is a model too: the attribute came later. */
const modeIn = (domain: XmlElement): string | null =>
  attribute(child(domain, 'cpu'), 'mode') ?? (path(domain, 'cpu', 'model') === null ? null : 'custom');

function withMode(domain: XmlElement, mode: string | null): XmlElement {
  return withChild(domain, 'cpu', (old) => {
    const cpu = old ?? element('cpu');
    const keepsMigratable = mode === 'host-passthrough' || mode === 'maximum';
    const attributes = { mode, match: mode === 'custom' ? 'exact' : null, check: null, ...(keepsMigratable ? {} : { migratable: null }) };
    const made = withAttributes(cpu, attributes);
    if (mode === 'custom') return made;
    // A model, and with none chosen its features too, are refused beside other modes (libvirt: virCPUDefParseXML).
    const bare = withList(withList(made, ['model'], []), ['vendor'], []);
    return mode === null ? emptied(withList(bare, ['feature'], [])) : bare;
  });
}

const emptied = (cpu: XmlElement): XmlElement | null => (cpu.attributes.size === 0 && children(cpu).length === 0 ? null : cpu);

function modelChoices({ capabilities }: HardwareContext): Choice[] {
  const mode = children(child(capabilities, 'cpu'), 'mode').find((one) => attribute(one, 'name') === 'custom') ?? null;
  const blockers = new Map(
    children(mode, 'blockers').map((one) => [
      attribute(one, 'model'),
      children(one, 'feature').map((feature) => attribute(feature, 'name') ?? ''),
    ]),
  );
  return children(mode, 'model')
    .map((model) => {
      const name = text(model);
      const vendor = attribute(model, 'vendor');
      const old = attribute(model, 'deprecated') === 'yes' ? 'Outdated: a later hypervisor will not have it.' : null;
      return choice(
        name,
        vendor === null || vendor === 'unknown' ? name : `${name} (${vendor})`,
        old,
        unusable(model, blockers.get(name) ?? []),
      );
    })
    .sort((one, other) => one.label.localeCompare(other.label, 'en', { numeric: true }));
}

function unusable(model: XmlElement, lacking: readonly string[]): string | null {
  if (attribute(model, 'usable') !== 'no') return null;
  if (lacking.length === 0) return 'The host’s processor cannot run it.';
  const named = lacking.slice(0, 6).join(', ');
  return `The host’s processor lacks ${lacking.length > 6 ? `${named} and ${lacking.length - 6} more` : named}.`;
}

const modelSaying: Saying = { label: 'Model', section: SECTION, when: custom };
const policies: readonly Choice[] = [
  choice('require', 'Required', 'The guest has it, and does not start where the host lacks it.'),
  choice('optional', 'Where there is', 'The guest has it if the host has.'),
  choice('disable', 'Off', 'The guest does not have it.'),
  choice('force', 'Forced', 'The guest is told that it has it, even where the host lacks it.'),
  choice('forbid', 'Forbidden', 'The guest does not start on a host that has it.'),
];

const cacheSaying: Saying = { label: 'Cache that the guest sees', section: SECTION, advanced: true, unset: 'As the hypervisor likes' };
const caches: readonly Choice[] = [
  choice('passthrough', 'The host’s', 'With the host’s own processor, or all that the hypervisor can do, only.'),
  choice('emulate', 'An invented one'),
  choice('disable', 'None'),
];

const featureColumns = (context: HardwareContext): PlainField[] => [
  textField(
    'name',
    {
      label: 'Feature',
      maxLength: 64,
      pattern: { source: '[A-Za-z0-9._+-]+', says: 'A name, like avx2.' },
      suggestions: featureNames(context).map((name) => choice(name, name)),
    },
    context,
  ),
  choiceField('policy', { label: 'How', choices: policies }, context),
];

function featureNames({ capabilities, hostCapabilities }: HardwareContext): string[] {
  const told = children(child(capabilities, 'cpu'), 'mode').flatMap((mode) => children(mode, 'feature'));
  const host = children(path(hostCapabilities, 'host', 'cpu'), 'feature');
  return [...new Set([...told, ...host].map((feature) => attribute(feature, 'name') ?? ''))].filter(Boolean).sort();
}

const featuresOf = (domain: XmlElement) => children(child(domain, 'cpu'), 'feature');
const nameIn = (feature: XmlElement) => attribute(feature, 'name') ?? '';

function withFeatures(domain: XmlElement, wanted: readonly { readonly name: string; readonly policy: string | null }[]): XmlElement {
  const before = featuresOf(domain);
  const features = wanted.map(({ name, policy }) =>
    withAttributes(before.find((one) => nameIn(one) === name) ?? element('feature', { policy, name }), { policy }),
  );
  return withChild(domain, 'cpu', (old) =>
    old === null && features.length === 0 ? null : withList(old ?? element('cpu'), ['feature'], features),
  );
}

/** Features by which a guest's system closes the holes of speculative execution: virt-manager's list, from the vendors' advisories. */
const mitigating = [
  'spec-ctrl',
  'stibp',
  'ssbd',
  'md-clear',
  'ibpb',
  'amd-ssbd',
  'virt-ssbd',
  'amd-stibp',
  'pschange-mc-no',
  'arch-capabilities',
];

/** Those that the host's processor has, by libvirt's own model of it. */
function mitigationsOn({ capabilities }: HardwareContext): string[] {
  const model = children(child(capabilities, 'cpu'), 'mode').find((mode) => attribute(mode, 'name') === 'host-model') ?? null;
  const has = new Set(
    children(model, 'feature').flatMap((feature) => (attribute(feature, 'policy') === 'require' ? [nameIn(feature)] : [])),
  );
  return mitigating.filter((name) => has.has(name));
}

const mitigations: Saying = {
  label: 'Security mitigations',
  help: 'Gives a model what the host’s processor has against attacks like Spectre. The host’s own processor has them anyway.',
  section: SECTION,
  when: custom,
  fixed: (context) => (mitigationsOn(context).length === 0 ? 'The host’s processor has none that a model could be given.' : null),
};

/**
 * libvirt runs "like the host's" as the model that it came to, and a model with all that the hypervisor made of it (check="full"): of what was
 * asked for, a running guest says nothing any more (libvirt: qemuProcessUpdateCPU).
 */
function asStarted(field: BoundField): BoundField {
  const started = (element: XmlElement, { domain, running }: HardwareContext): boolean => {
    if (element !== running || element === domain || modeIn(element) !== 'custom') return false;
    return (
      modeIn(domain) === 'host-model' || (modeIn(domain) === 'custom' && textAt(domain, 'cpu', 'model') === textAt(element, 'cpu', 'model'))
    );
  };
  return { ...field, read: (element, context) => field.read(started(element, context) ? context.domain : element, context) };
}

const fields: readonly BoundField[] = [
  customField((context) => choiceField('mode', { ...modeSaying, choices: modeChoices }, context), {
    read: modeIn,
    write: (domain, value) => withMode(domain, typeof value === 'string' ? value : null),
  }),
  customField((context) => choiceField('model', { ...modelSaying, choices: modelChoices }, context), {
    read: (domain) => textAt(domain, 'cpu', 'model'),
    write: (domain, value) => withTextAt(domain, ['cpu', 'model'], typeof value === 'string' ? value : null),
  }),
  choiceAt('fallback', 'cpu/model/@fallback', {
    label: 'Where the hypervisor lacks the model',
    section: SECTION,
    advanced: true,
    when: custom,
    unset: 'The nearest that it has',
    choices: [choice('allow', 'The nearest that it has (said explicitly)'), choice('forbid', 'The guest does not start')],
  }),
  wordsAt('vendor-id', 'cpu/model/@vendor_id', {
    label: 'Maker that the guest sees',
    section: SECTION,
    advanced: true,
    when: custom,
    unset: 'The model’s own',
    maxLength: 12,
    pattern: { source: '[^,]{12}', says: 'Twelve characters without a comma, like GenuineIntel.' },
  }),
  listOf(
    'features',
    {
      label: 'Features',
      help: 'What the processors have beyond the model, or lack.',
      section: SECTION,
      advanced: true,
      when: [{ field: 'mode', is: modes.map(({ value }) => value) }],
      columns: featureColumns,
      add: { label: 'Add a feature', row: { name: '', policy: 'require' } },
      max: 512,
    },
    (domain) => featuresOf(domain).map((feature) => ({ name: nameIn(feature), policy: attribute(feature, 'policy') ?? 'require' })),
    (domain, rows) =>
      withFeatures(
        domain,
        rows.map((row) => ({ name: cell(row, 'name') ?? '', policy: cell(row, 'policy') })),
      ),
  ),
  customField((context) => ({ ...plain('mitigations', mitigations, context), kind: 'toggle' }), {
    read: (domain, context) => {
      const wanted = mitigationsOn(context);
      const present = new Set(featuresOf(domain).flatMap((one) => (attribute(one, 'policy') === 'disable' ? [] : [nameIn(one)])));
      return wanted.length > 0 && wanted.every((name) => present.has(name));
    },
    write: (domain, value, context) => {
      const ours = mitigationsOn(context);
      const others = featuresOf(domain).flatMap((one) =>
        ours.includes(nameIn(one)) ? [] : [{ name: nameIn(one), policy: attribute(one, 'policy') }],
      );
      return withFeatures(domain, [...others, ...(value === true ? ours.map((name) => ({ name, policy: 'require' })) : [])]);
    },
  }),
  switchAt('migratable', 'cpu/@migratable', {
    label: 'Leave out what keeps it on one host',
    help: 'Features that cannot be taken along when the guest moves to another host while it runs.',
    section: SECTION,
    advanced: true,
    when: [{ field: 'mode', is: ['host-passthrough', 'maximum'] }],
    unset: 'Left out',
    words: ['on', 'off'],
  }),
  choiceAt('check', 'cpu/@check', {
    label: 'Checked at the start',
    section: SECTION,
    advanced: true,
    unset: 'As libvirt likes',
    choices: [
      choice('none', 'Not at all', 'What the host lacks is silently missing.'),
      choice('partial', 'In part', 'Before the start only.'),
      choice('full', 'In full', 'The guest does not start without everything asked for.'),
    ],
  }),
  customField((context) => choiceField('cache', { ...cacheSaying, choices: caches }, context), {
    read: (domain) => attribute(path(domain, 'cpu', 'cache'), 'mode'),
    write: (domain, value) =>
      withPath(domain, ['cpu', 'cache'], (old) =>
        typeof value === 'string' ? withAttributes(old ?? element('cache'), { mode: value, level: value === 'emulate' ? 3 : null }) : null,
      ),
  }),
  {
    ...numberAt('physical-bits', 'cpu/maxphysaddr/@bits', {
      label: 'Bits of memory addresses',
      help: 'Guests with much memory and guests that move between hosts may need it said.',
      section: SECTION,
      advanced: true,
      unset: 'As the hypervisor likes',
      min: 32,
      max: 64,
    }),
    write: (domain, value) =>
      withChild(domain, 'cpu', (old) =>
        withChild(old ?? element('cpu'), 'maxphysaddr', (was) =>
          typeof value === 'number' ? withAttributes(was ?? element('maxphysaddr', { mode: 'emulate' }), { bits: value }) : null,
        ),
      ),
    fits: ({ libvirt }) => libvirt >= 8_007_000,
  },
];

export const processorModel: readonly BoundField[] = only(isQemu, ...fields.map(asStarted));
