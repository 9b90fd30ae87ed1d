import type { Choice } from '#model/hardware-field';
import { attribute, element } from '../../xml/document.ts';
import { choice, choiceAt } from '../bound-fields.ts';
import type { DeviceKind } from '../device-kind.ts';
import { summaryWords } from '../summary-words.ts';
import { devicesOf, type HardwareContext, isContainer, isQ35, isX86, isXen } from '../hardware-context.ts';

const actions: readonly Choice[] = [
  choice('reset', 'Reset it', 'As the reset button does.'),
  choice('shutdown', 'Ask it to shut down', 'A guest that hangs may not answer.'),
  choice('poweroff', 'Switch it off'),
  choice('pause', 'Pause it', 'So that somebody can look at it.'),
  choice('dump', 'Write its memory to a file', 'To find out later what went wrong. The guest goes on afterwards.'),
  choice('inject-nmi', 'Send it an interrupt', 'Guests that are set up for it write down why they hang.'),
  choice('none', 'Do nothing'),
];

/** https://libvirt.org/formatdomain.html#watchdog-devices */
export const watchdog: DeviceKind = {
  sort: 'device',
  kind: 'watchdog',
  group: 'other',
  title: 'Watchdog',
  help: 'A clock that the guest has to wind up again and again. When the guest hangs and does not, the host does what is chosen here.',
  fits: (context) => !isContainer(context) && !isXen(context),
  is: ({ name }) => name === 'watchdog',
  identity: () => null,
  name: (_element, number) => (number === null ? 'Watchdog' : `Watchdog ${number}`),
  summary: ({ model, action }) => summaryWords(model, actions.find(({ value }) => value === action)?.label ?? action),
  fields: [
    choiceAt('model', '@model', {
      label: 'Model',
      help: 'The guest needs a driver for it.',
      choices: (context) => modelsOf(context),
    }),
    choiceAt('action', '@action', {
      label: 'When the guest hangs',
      unset: 'Reset it',
      choices: actions,
    }),
  ],
  addition: {
    blank: ({ arch }) => element('watchdog', { model: arch === 's390x' ? 'diag288' : 'i6300esb', action: 'reset' }),
    unavailable: ({ domain, arch, libvirt }) => {
      if (arch !== 's390x' && !isX86({ arch }) && arch !== 'ppc64' && arch !== 'ppc64le') return 'This architecture has none.';
      // libvirt takes several since 9.1, when it also began to show the one that every Q35 has; before, one.
      const there = devicesOf(domain).filter(({ name }) => name === 'watchdog');
      return there.length > 0 && libvirt < 9_001_000 ? 'The guest has one.' : null;
    },
    live: () => true,
  },
  removal: {
    live: (one) => attribute(one, 'model') !== 'itco',
    fixed: (one) => (attribute(one, 'model') === 'itco' ? 'It is part of the chipset.' : null),
  },
};

/** libvirt's qemuValidateDomainWatchdogDef; the chipset's own can be chosen since 9.1. */
function modelsOf(context: HardwareContext): readonly Choice[] {
  if (context.arch === 's390x') return [choice('diag288', 'diag288 (S/390)')];
  const pci = choice('i6300esb', 'i6300ESB (PCI)', 'Linux and most others have a driver.');
  if (!isX86(context)) return [pci];
  const chipset = isQ35(context)
    ? context.libvirt >= 9_001_000
      ? null
      : 'The host’s libvirt is older than 9.1.'
    : 'Only the chipset Q35 has it.';
  return [pci, choice('ib700', 'iB700 (ISA)'), choice('itco', 'iTCO (part of the Q35 chipset)', null, chipset)];
}
