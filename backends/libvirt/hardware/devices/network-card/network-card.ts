import { attribute, child, element } from '../../../xml/document.ts';
import { choice, choiceAt, switchAt, textAt } from '../../bound-fields.ts';
import type { DeviceKind } from '../../device-kind.ts';
import { devicesOf, enumOf, type HardwareContext, isContainer, isQemu, isXen } from '../../hardware-context.ts';
import { freeCardAddress } from './card-address.ts';
import { cardWarnings, modelProblems, notStarted, queueProblems, speedProblems } from './card-consequences.ts';
import { cardModels, virtioFields } from './card-model-fields.ts';
import { cardSourceFields, typeWord } from './card-source-fields.ts';
import { cardTuningFields, tuningProblems } from './card-tuning-fields.ts';
import { cardTrafficFields } from './card-traffic-fields.ts';
import { forTypes } from '../for-types.ts';
import { portForwardProblems, portForwards } from './port-forwards.ts';
import { bootOrder, bootOrderProblems } from '../boot-order.ts';
import { summaryWords } from '../../summary-words.ts';

/** https://libvirt.org/formatdomain.html#network-interfaces */
export const networkCard: DeviceKind = {
  sort: 'device',
  kind: 'network-card',
  group: 'network',
  title: 'Network card',
  help: 'Connects the guest to a network.',
  fits: () => true,
  is: ({ name }) => name === 'interface',
  identity: (card) => attribute(child(card, 'mac'), 'address')?.toLowerCase() ?? null,
  name: (_card, number) => (number === null ? 'Network card' : `Network card ${number}`),
  summary: ({ type, network, bridge, link, model, mac }) =>
    summaryWords([typeWord(type), network ?? bridge ?? link].filter((part) => typeof part === 'string').join(' '), model, mac),
  notes: (card, context) => [...notStarted(attribute(child(card, 'source'), 'network'), context)],
  fields: [
    ...cardSourceFields,
    choiceAt('model', 'model/@type', {
      label: 'Model',
      help: 'What the guest sees. Virtio is by far the fastest; Windows needs a driver for it.',
      unset: 'As the hypervisor likes',
      choices: cardModels,
      fixed: (context) => (isContainer(context) ? 'A container has no card of its own: it sees the host’s end of the cable.' : null),
    }),
    textAt('mac', 'mac/@address', {
      label: 'Hardware address (MAC)',
      unset: 'libvirt makes one',
      maxLength: 17,
      pattern: {
        source: '[0-9a-fA-F][02468aceACE](:[0-9a-fA-F]{2}){5}',
        says: 'Six pairs of hexadecimal digits, like 52:54:00:12:34:56. The second digit is even: others mean many cards at once.',
      },
      suggestions: (context) => [choice(freeCardAddress(context), freeCardAddress(context), 'A new address')],
    }),
    switchAt('plugged', 'link/@state', {
      label: 'Cable plugged in',
      help: 'Pulled out, the guest sees a card without a link.',
      words: ['up', 'down'],
      absent: true,
      live: 'update',
    }),
    bootOrder,
    forTypes(
      ['user'],
      choiceAt('backend', 'backend/@type', {
        label: 'Carried out by',
        unset: 'The hypervisor (slirp)',
        choices: (context) => [
          choice('passt', 'passt', 'Faster, knows IPv6, and can forward ports. It has to be installed on the host.', noPasst(context)),
        ],
      }),
    ),
    forTypes(['user'], portForwards),
    ...cardTrafficFields,
    ...virtioFields(),
    ...cardTuningFields,
  ],
  problems: (values, context) => [
    ...portForwardProblems(values),
    ...speedProblems(values),
    ...queueProblems(values, context),
    ...modelProblems(values),
    ...tuningProblems(values),
    ...bootOrderProblems(values, context),
  ],
  warnings: cardWarnings,
  addition: {
    blank: (context) => {
      const [type, source] = firstSource(context);
      const model = firstModel(context);
      return element(
        'interface',
        { type },
        element('mac', { address: freeCardAddress(context) }),
        source === null ? null : element('source', source),
        model === null ? null : element('model', { type: model }),
      );
    },
    unavailable: () => null,
    live: () => true,
  },
  removal: { live: () => true },
};

function firstModel(context: HardwareContext): string | null {
  if (isContainer(context)) return null;
  const [first] = devicesOf(context.domain).filter(({ name }) => name === 'interface');
  if (first !== undefined) return attribute(child(first, 'model'), 'type');
  return isXen(context) ? null : 'virtio';
}

/** Where most people's cards hang: a network that is there, else a bridge, else what needs neither. */
function firstSource(context: HardwareContext): readonly [string, Readonly<Record<string, string>> | null] {
  const network = context.networks.find(({ active }) => active) ?? context.networks[0];
  if (network !== undefined) return ['network', { network: network.name }];
  const bridge = context.links.find((link) => link.bridge);
  if (bridge !== undefined) return ['bridge', { bridge: bridge.name }];
  return isQemu(context) ? ['user', null] : ['bridge', { bridge: 'br0' }];
}

/** libvirt 10 tells; before, passt was new in 9.0, of which some builds refuse the word, and got usable in 9.2. */
function noPasst(context: HardwareContext): string | null {
  const told = enumOf(context, ['devices', 'interface'], 'backendType');
  if (told !== null) return told.includes('passt') ? null : 'The host does not have it.';
  return context.libvirt < 9_002_000 ? 'The host’s libvirt is too old for it: it takes 9.2 or later.' : null;
}
