import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { GuestHardware, HardwarePlan } from '#model/hardware';
import { hardwareContext } from '../../../test/bed/hardware-context.ts';
import { attributeValue } from '../xml/document.ts';
import { readSource } from '../xml/source.ts';
import { describeHardware } from './describe-hardware.ts';
import { hostGrants } from './host-grants.ts';
import { knowsNothing } from '../../../test/fakes/unknowing-host.ts';
import type { OpenDefinition } from './open-guest.ts';
import { planChange } from './plan-change.ts';

// A definition is written by whoever may define guests on a host: none may keep the page of the guest from being shown.

function opened(text: string): OpenDefinition {
  const source = readSource(text);
  return { source, persistent: true, running: null, revision: 'r', context: hardwareContext(source.root) };
}
const pagesOf = async (text: string) => GuestHardware.parse(await describeHardware(opened(text), null)).pages;

test('names that every object of JavaScript has are names like others', async () => {
  for (const name of ['constructor', 'toString', '__proto__']) {
    const pages = await pagesOf(
      `<domain type="lxc"><name>${name}</name><memory unit="${name}">1</memory><devices><controller type="${name}" index="0"/><disk device="${name}"><target dev="${name}" bus="${name}"/></disk>
       <filesystem type="ram"><source usage="1" units="${name}"/></filesystem><graphics type="${name}"/><hostdev type="${name}" mode="${name}"/><${name}/></devices></domain>`,
    );
    expect(pages.map(({ id }) => id).join()).toContain(name);
  }
});

test('numbers that are none, or more than any, are none', async () => {
  for (const number of ['NaN', 'Infinity', '1e308', '-1e400', '9'.repeat(400)]) {
    const pages = await pagesOf(
      `<domain type="kvm"><name>a</name><memory unit="T">${number}</memory><currentMemory unit="TiB">${number}</currentMemory><vcpu current="${number}">${number}</vcpu>
       <cpu><topology sockets="${number}" cores="${number}" threads="${number}"/></cpu><iothreads>${number}</iothreads><cputune><vcpupin vcpu="${number}" cpuset="0-${number}"/></cputune>
       <devices><filesystem type="ram"><source usage="${number}" units="G"/></filesystem><filesystem type="mount"><idmap><uid start="${number}" target="${number}" count="${number}"/></idmap></filesystem>
       <memory model="dimm"><target><size unit="G">${number}</size></target></memory></devices></domain>`,
    );
    expect(pages.length).toBeGreaterThan(5);
  }
});

/** The same numbers each time. Source: Park and Miller, "Random number generators: good ones are hard to find". */
function seeded(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

const nonsense = [
  '',
  '-1',
  '1e308',
  '0x',
  '0-4294967295',
  '^0',
  'a,b',
  'constructor',
  'Infinity',
  '\u202Eabc',
  'a\nb',
  '/etc/shadow',
  '1.5',
  'x'.repeat(3000),
];
const folder = 'test/fixtures/hardware';

test('real definitions with nonsense in any of their places are shown, planned and judged', { timeout: 120_000 }, async () => {
  const documents = readdirSync(folder).map((name) => readFileSync(`${folder}/${name}`, 'utf8'));
  const random = seeded(7);
  const pick = <T>(all: readonly T[]): T | undefined => all[Math.floor(random() * all.length)];
  for (let round = 0; round < 20; round += 1) {
    let text = pick(documents) ?? '';
    for (let change = 0; change < 6; change += 1) {
      const place = pick([...text.matchAll(/(?<=[^s]=)"[^"<]*"|(?<=[^s]=)'[^'<]*'|(?<=>)[^<>\s]+(?=<\/)/g)]);
      if (place === undefined || /xmlns:\w+=?$/.test(text.slice(0, place.index))) continue;
      const value = attributeValue(pick(nonsense) ?? '');
      text = `${text.slice(0, place.index)}${/^["']/.test(place[0]) ? `"${value}"` : value}${text.slice(place.index + place[0].length)}`;
    }
    const definition = opened(text);
    const { pages } = GuestHardware.parse(await describeHardware(definition, null));
    const removable = pages.find(({ removal }) => removal !== null);
    if (removable === undefined) continue;
    const { plan, change } = planChange(definition, { change: { kind: 'remove', device: removable.id }, when: 'next-start' });
    HardwarePlan.parse(plan);
    expect(await hostGrants(definition.source.root, change.domain, knowsNothing)).toEqual([]);
  }
});

test('others have their turn while a guest of a thousand devices is described', { timeout: 120_000 }, async () => {
  let turns = 0;
  let done = false;
  const count = (): void => {
    turns += 1;
    if (!done) setImmediate(count);
  };
  setImmediate(count);
  const disks = Array.from(
    { length: 1000 },
    (_, index) => `<disk><source file="/pool/${index}"/><target dev="vd${index}" bus="virtio"/></disk>`,
  );
  const { pages } = await describeHardware(opened(`<domain type="kvm"><name>a</name><devices>${disks.join('')}</devices></domain>`), null);
  done = true;
  expect(pages.length).toBeGreaterThan(1000);
  expect(turns).toBeGreaterThan(3);
});
