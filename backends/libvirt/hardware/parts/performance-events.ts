import type { FieldValue } from '#model/hardware-field';
import { attribute, child, children, type XmlElement } from '../../xml/document.ts';
import { Affect } from '../../guests/both-definitions.ts';
import { remote } from '../../protocol/remote.ts';
import { choice, choiceField, textField } from '../bound-fields.ts';
import type { BoundField, LiveTarget } from '../device-kind.ts';
import { isQemu } from '../hardware-context.ts';
import { elementRows } from './element-rows.ts';
import { only } from './part-fields.ts';

/** libvirt: virPerfEventType. */
const events = (
  'cpu_cycles instructions cache_references cache_misses branch_instructions branch_misses bus_cycles stalled_cycles_frontend' +
  ' stalled_cycles_backend ref_cpu_cycles cpu_clock task_clock page_faults context_switches cpu_migrations page_faults_min' +
  ' page_faults_maj alignment_faults emulation_faults cmt mbmt mbml'
).split(' ');

const eventsIn = (domain: XmlElement) =>
  new Map(children(child(domain, 'perf'), 'event').map((event) => [attribute(event, 'name') ?? '', attribute(event, 'enabled') === 'yes']));

async function setLive({ host, dom, element: running }: LiveTarget, value: FieldValue): Promise<void> {
  const wanted = new Map((Array.isArray(value) ? value : []).map((row) => [String(row['name']), row['enabled'] === 'yes']));
  const before = eventsIn(running);
  const params = [...new Set([...before.keys(), ...wanted.keys()])]
    .filter((name) => (before.get(name) ?? false) !== (wanted.get(name) ?? false))
    .map((field) => ({ field, type: 'boolean', value: wanted.get(field) ?? false }) as const);
  if (params.length > 0) await host.job(remote.domainSetPerfEvents, { dom, params, flags: Affect.live });
}

/** https://libvirt.org/formatdomain.html#performance-monitoring-events */
export const performanceEvents: readonly BoundField[] = only(
  isQemu,
  elementRows(
    'perf-events',
    { parent: ['perf'], name: 'event', by: ['name'] },
    {
      label: 'Counted by the host',
      help: 'Events of the processor that the host counts for this guest; “virsh domstats --perf” shows them.',
      section: 'Measuring',
      advanced: true,
      columns: (context) => [
        textField(
          'name',
          {
            label: 'Event',
            maxLength: 64,
            pattern: { source: '[a-z_]+', says: 'A name, like cpu_cycles.' },
            suggestions: events.map((name) => choice(name, name.replaceAll('_', ' '))),
          },
          context,
        ),
        choiceField('enabled', { label: 'Counted', choices: [choice('yes', 'Yes'), choice('no', 'No')] }, context),
      ],
      add: { label: 'Count an event', row: { name: 'cpu_cycles', enabled: 'yes' } },
      max: 64,
      live: setLive,
    },
  ),
);
