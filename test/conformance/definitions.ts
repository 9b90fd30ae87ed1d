import { expect, test } from 'vitest';
import type { Definitions, HostConnection } from '../../backends/backend.ts';
import { DefinitionOutcome, GuestDefinition, ObjectDefinition } from '../../backends/model/definition.ts';
import { DefinitionOutlook } from '../../backends/model/deleted-guest.ts';
import type { GuestId } from '../../backends/model/guest.ts';
import { quietOperation } from '../bed/quiet-operation.ts';
import { wish } from './networks.ts';

/** A guest that no host has. */
const nobody: GuestId = '00000000-0000-4000-8000-00000000dead';
const never = new AbortController().signal;

/** What every backend whose guests have definitions must do with them. The guest has its own back afterwards. */
export function describeDefinitions(
  connectionOf: () => HostConnection,
  connect: (readOnly: boolean) => Promise<HostConnection>,
  guestOf: () => GuestId,
): void {
  const of = ({ definitions }: HostConnection): Definitions => {
    if (definitions === null) throw new Error('the host has no definitions');
    return definitions;
  };
  const change = (definitions: Definitions, from: GuestDefinition, by: (text: string) => string) =>
    definitions.define(guestOf(), { text: by(from.text), base: from.revision, validate: true }, never);
  const titled = (text: string) => text.replace('</uuid>', '</uuid>\n  <title>Another</title>');
  const described = (text: string) => text.replace('</uuid>', '</uuid>\n  <description>In words</description>');

  const tried = (name: string, body: (definitions: Definitions, original: GuestDefinition) => Promise<void>) =>
    test(`definitions: ${name}`, async () => {
      const definitions = of(connectionOf());
      const original = GuestDefinition.parse(await definitions.read(guestOf()));
      try {
        await body(definitions, original);
      } finally {
        const now = await definitions.read(guestOf());
        if (now.revision !== original.revision) await change(definitions, now, () => original.text);
      }
    });

  tried('one is read, changed and read again, and the old one takes its place', async (definitions, original) => {
    expect(original.text).toContain(`<uuid>${guestOf()}</uuid>`);
    expect(await definitions.read(guestOf())).toEqual(original);
    const { now, outcome } = DefinitionOutcome.parse(await change(definitions, original, titled));
    expect(outcome).toBe('defined');
    expect(now.text).toContain('<title>Another</title>');
    expect(now.revision).not.toBe(original.revision);
    expect(await definitions.read(guestOf())).toEqual(now);
    const back = await change(definitions, now, () => original.text);
    expect(back.now.revision).toBe(original.revision);
  });

  tried('what somebody else has changed meanwhile is not written over', async (definitions, original) => {
    const other = await connect(false);
    await change(of(other), original, titled);
    await expect(change(definitions, original, described)).rejects.toMatchObject({ code: 'conflict' });
    const { now } = await change(definitions, await definitions.read(guestOf()), described);
    expect(now.text).toContain('Another');
    expect(now.text).toContain('In words');
    await other.close();
  });

  tried('white space and comments make no other definition', async (definitions, original) => {
    const { now } = await change(definitions, original, (text) => text.replace('</name>', '</name>\n\n  <!-- a word -->'));
    expect(now.revision).toBe(original.revision);
  });

  tried('what is none of this guest is refused', async (definitions, original) => {
    for (const broken of [
      (text: string) => text.replace(guestOf(), nobody),
      (text: string) => text.replace(/<name>[^<]*/, '<name>somebody else'),
      (text: string) => text.replace(/<\/domain>\s*$/, ''),
      () => '<network/>',
      () => '',
    ]) {
      await expect(change(definitions, original, broken)).rejects.toMatchObject({ code: 'invalid-definition' });
    }
    await expect(definitions.read(nobody)).rejects.toMatchObject({ code: 'not-found' });
    expect(await definitions.read(guestOf())).toEqual(original);
  });

  tried('what a guest has is found by its definition, and one that is there is not defined again', async (definitions, original) => {
    const [outlook, ...rest] = await definitions.outlooks([original.text]);
    expect(rest).toEqual([]);
    expect(DefinitionOutlook.parse(outlook).disks.every(({ found }) => found !== 'gone')).toBe(true);
    await expect(definitions.defineAgain(guestOf(), original.text, 'another name')).rejects.toMatchObject({ code: 'exists' });
    await expect(definitions.defineAgain(nobody, original.text, 'another name')).rejects.toMatchObject({ code: 'invalid-definition' });
    expect(await definitions.read(guestOf())).toEqual(original);
  });

  tried('who only looks reads it, and may not change it', async (_definitions, original) => {
    const looking = await connect(true);
    expect(await of(looking).read(guestOf())).toEqual(original);
    await expect(change(of(looking), original, titled)).rejects.toMatchObject({ code: 'permission' });
    await looking.close();
  });

  test('definitions: a network’s is changed over what it was, and over nothing else', async () => {
    const { networks } = connectionOf();
    const definitions = of(connectionOf());
    if (networks === null) throw new Error('the host has no networks');
    const made = wish(await networks.surroundings());
    const object = { kind: 'network', id: await networks.create(made, { start: false, autostart: false }, quietOperation()) } as const;
    try {
      const original = ObjectDefinition.parse(await definitions.readObject(object));
      const wished = (text: string, base: string) => ({ text, base, validate: true });
      const changed = original.text.replace('</uuid>', '</uuid>\n  <mtu size="1400"/>');
      const { now, outcome } = DefinitionOutcome.parse(await definitions.defineObject(object, wished(changed, original.revision)));
      expect(outcome).toBe('defined');
      expect(now.text).toContain('1400');
      await expect(definitions.defineObject(object, wished(changed, original.revision))).rejects.toMatchObject({ code: 'conflict' });
      await expect(definitions.defineObject(object, wished('', now.revision))).rejects.toMatchObject({ code: 'invalid-definition' });
      await definitions.defineObject(object, wished(original.text, now.revision));
      expect((await definitions.readObject(object)).revision).toBe(original.revision);
      await expect(definitions.readObject({ kind: 'network', id: nobody })).rejects.toMatchObject({ code: 'not-found' });
    } finally {
      await networks.act(object.id, 'delete');
    }
  });
}
