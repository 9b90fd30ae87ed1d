import { z } from 'zod';
import type { HardwareChange, HardwarePlan } from '#model/hardware';
import { FieldValues } from '#model/hardware-field';
import { BackendError } from '../errors.ts';
import { fakeKinds } from './fake-device-kinds.ts';
import type { FakeHost } from './fake-host.ts';
import { FakeMachine } from './fake-machine.ts';
import { planFakeChange } from './fake-hardware-plan.ts';

// A definition that is no guest's yet has its machine in a comment, in which no "--" may stand.

const Kept = z.array(
  z.object({ id: z.string(), kind: z.string().nullable(), title: z.string(), next: FieldValues, xml: z.string().nullable() }),
);
const comment = /\n<!-- machine ([^ ]*) -->\n?$/;

/** The machine that the definition describes, which nobody has made. */
export function fakeDraftMachine(host: FakeHost, definition: string): FakeMachine {
  const machine = new FakeMachine(
    {
      guest: { id: 'draft' },
      alive: false,
      starts: 0,
      definition: null,
      changesPending: false,
      disks: [...definition.matchAll(/<source file="([^"]*)"\/>\s*<target dev="([^"]*)" bus="([^"]*)"/g)].map(
        ([, source = '', target = '', bus = '']) => ({
          kind: source.endsWith('.iso') ? 'cdrom' : 'disk',
          source,
          target,
          bus,
          readOnly: false,
        }),
      ),
      about: { nics: [{ mac: '52:54:00:00:00:01', source: 'network default' }] },
    },
    host,
  );
  const kept = comment.exec(definition)?.[1];
  if (kept !== undefined) {
    machine.devices = Kept.parse(JSON.parse(atob(kept))).map(({ kind, ...rest }) => ({
      ...rest,
      kind: fakeKinds.find((one) => one.kind === kind) ?? null,
      running: null,
    }));
  }
  return machine;
}

export function planFakeDraft(host: FakeHost, definition: string, change: HardwareChange): HardwarePlan {
  if (change.kind === 'act' || (change.kind === 'add' && change.values['whence'] === 'new')) {
    throw new BackendError('unsupported', 'That can be done once the guest exists.', {
      remedy: 'Create it first, then change it on its Hardware page.',
    });
  }
  const machine = fakeDraftMachine(host, definition);
  const wish = { change, base: machine.revision, when: 'next-start' } as const;
  const { plan, devices } = planFakeChange(machine, wish, { name: 'draft', persistent: true });
  const kept = devices.map(({ id, kind, title, next, xml }) => ({
    id: id === '' ? `${kind?.kind ?? ''}:new${machine.devices.length}` : id,
    kind: kind?.kind ?? null,
    title,
    next: next ?? {},
    xml,
  }));
  const after = `${definition.replace(comment, '')}\n<!-- machine ${btoa(JSON.stringify(kept))} -->\n`;
  return { ...plan, before: definition, after: plan.objections.length > 0 ? definition : after, commands: [] };
}
