import type { FieldProblem, FieldValue, FieldValues } from '#model/hardware-field';
import type { MachinePart } from '../device-kind.ts';
import { isContainer, type HardwareContext } from '../hardware-context.ts';
import { summaryWords } from '../summary-words.ts';
import { windowsIn } from './operating-system.ts';
import { processorCount, processorTopology } from './processor-count.ts';
import { processorModel } from './processor-model.ts';

/** https://libvirt.org/formatdomain.html#cpu-allocation, #cpu-model-and-topology */
export const processors: MachinePart = {
  sort: 'part',
  kind: 'processors',
  group: 'machine',
  title: 'Processors',
  help: 'How many processors the guest has, how they are divided, and what it takes them for.',
  fits: (context) => !isContainer(context),
  fields: [...processorCount, ...processorTopology, ...processorModel],
  summary: ({ vcpus, current, mode, model }) => {
    const count = typeof current === 'number' ? `${current} of ${number(vcpus)}` : String(number(vcpus));
    const kind = mode === 'custom' ? model : mode;
    return summaryWords(count, kind);
  },
  problems,
  warnings,
};

const number = (value: FieldValue | undefined): number => (typeof value === 'number' ? value : 1);

function problems(values: FieldValues): FieldProblem[] {
  const { vcpus, current, topology, sockets, dies, cores, threads, mode, model, features } = values;
  const found: FieldProblem[] = [];
  if (typeof current === 'number' && current > number(vcpus)) {
    found.push({ field: 'current', message: `It cannot be more than the guest’s processors, ${number(vcpus)}.` });
  }
  const product = number(sockets) * number(dies) * number(cores) * number(threads);
  if (topology === true && product !== number(vcpus)) {
    found.push({
      field: 'sockets',
      message: `Sockets, dies, cores and threads make ${product} processors, and the guest has ${number(vcpus)}.`,
    });
  }
  if (values['cache'] === 'passthrough' && mode !== 'host-passthrough' && mode !== 'maximum') {
    found.push({ field: 'cache', message: 'The host’s cache goes with the host’s own processor only.' });
  }
  if (mode === 'custom' && typeof model !== 'string') found.push({ field: 'model', message: 'Choose a model.' });
  if (Array.isArray(features)) {
    const names = features.map(({ name }) => name);
    const twice = names.findIndex((name, index) => names.indexOf(name) !== index);
    if (twice >= 0) found.push({ field: 'features', row: twice, column: 'name', message: 'This feature is in the list already.' });
  }
  return found;
}

function warnings(from: FieldValues, to: FieldValues, context: HardwareContext): string[] {
  const found: string[] = [];
  const { cpus } = context.facts;
  const changed = (key: string) => from[key] !== to[key];
  if (changed('vcpus') && number(to['vcpus']) > cpus) {
    found.push(`The host has ${cpus} processors. With more than that the guest is slower than with ${cpus}, and so are the others.`);
  }
  if (windowsIn(context.domain) && (changed('sockets') || changed('vcpus')) && sockets(to) > 2) {
    found.push('Windows editions for desktops use two sockets at most: the processors of the others stay unused.');
  }
  if (changed('mode') && to['mode'] === 'host-passthrough') {
    found.push('With the host’s own processor the guest can move, while it runs, only to hosts with the same one.');
  }
  if (changed('mode') || changed('model')) {
    found.push(
      'The guest sees another processor at its next start. Windows may want to be activated again; saved states do not fit any more.',
    );
  }
  return found;
}

/** Without a topology each processor is a socket. */
const sockets = (values: FieldValues): number => number(values['topology'] === true ? values['sockets'] : values['vcpus']);
