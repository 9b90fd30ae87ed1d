import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { GuestHardware } from '#model/hardware';
import type { FieldValues } from '#model/hardware-field';
import { hardwareContext } from '../../../test/bed/hardware-context.ts';
import { child, parseXml, type XmlElement } from '../xml/document.ts';
import { replaced, withChild } from '../xml/edit.ts';
import { readSource, type XmlSource } from '../xml/source.ts';
import { describeHardware } from './describe-hardware.ts';
import type { DeviceKind, MachinePart } from './device-kind.ts';
import { foundDevices, foundParts, kindOf } from './found-device.ts';
import type { HardwareContext } from './hardware-context.ts';
import { devicesOf } from './hardware-context.ts';
import { keyedFields, valuesOf, written } from './page-fields.ts';

const root = join(import.meta.dirname, '../../..');
const documentsIn = (folder: string) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.xml'))
    .map((name) => ({ name, text: readFileSync(join(root, folder, name), 'utf8') }));
const documents = [...documentsIn('test/fixtures/hardware'), ...documentsIn('test/fixtures/xml')].filter(({ text }) =>
  text.includes('<domain'),
);

/** Every field written with what was read from it, one after the other. */
function rewritten(kind: DeviceKind | MachinePart, element: XmlElement, context: HardwareContext): XmlElement {
  const fields = keyedFields(kind, context);
  const values: FieldValues = valuesOf(fields, element, context);
  return written(fields, element, values, context);
}

function changed(source: XmlSource, old: XmlElement, by: XmlElement): string {
  return source.write(withChild(source.root, 'devices', (devices) => devices && replaced(devices, old, by)));
}

test('there is one of each sort of guest', () => {
  const kinds = documentsIn('test/fixtures/hardware').map(({ text }) => {
    const domain = parseXml(text);
    return `${domain.attributes.get('type')} ${child(child(domain, 'os'), 'type')?.attributes.get('arch') ?? ''}`;
  });
  expect(new Set(kinds)).toEqual(
    new Set(['kvm x86_64', 'qemu i686', 'qemu aarch64', 'kvm s390x', 'kvm ppc64le', 'lxc x86_64', 'xen ', 'xen x86_64', 'qemu x86_64']),
  );
});

describe.each(documents)('$name', ({ text }) => {
  const source = readSource(text);
  const context = hardwareContext(source.root);
  const devices = foundDevices(source.root, null, true);

  test('every device has a page, and what has no form is shown by its definition', async () => {
    const definition = { source, running: null, persistent: true, revision: 'one', context };
    const { pages } = GuestHardware.parse(await describeHardware(definition, null));
    expect(devices).toHaveLength(devicesOf(source.root).filter(({ name }) => name !== 'emulator').length);
    expect(pages.length).toBe(devices.length + foundParts(context).length);
    expect(new Set(pages.map(({ id }) => id)).size).toBe(pages.length);
    for (const page of pages) if (page.kind === 'unknown') expect(page.xml).not.toBeNull();
    for (const page of pages) expect(page.xml ?? '').not.toContain('open sesame');
  });

  test('what is written as it was read leaves every byte as it was', () => {
    expect(source.write(source.root)).toBe(text);
    for (const { kind, next, id } of devices) {
      if (kind === null || next === null) continue;
      expect(changed(source, next, rewritten(kind, next, context)), id).toBe(text);
    }
    for (const { kind } of foundParts(context)) expect(source.write(rewritten(kind, source.root, context)), kind.kind).toBe(text);
  });

  test('what a form can say is read back, and nothing else of the device goes', () => {
    for (const { kind, next, id } of devices) {
      if (kind === null || next === null) continue;
      const known = next.children.filter((node) => node.kind === 'comment');
      const fields = keyedFields(kind, context);
      const values = valuesOf(fields, next, context);
      for (const { bound, field } of fields) {
        if (field.kind !== 'toggle' || field.fixed !== null) continue;
        const made = bound.write(next, values[field.key] !== true, context);
        const back = bound.write(made, values[field.key] ?? null, context);
        expect(bound.read(back, context), `${id} ${field.key}`).toEqual(values[field.key]);
        expect(made.children.filter((node) => node.kind === 'comment')).toEqual(known);
      }
    }
  });
});

/** Below <devices> in libvirt's schema, as of libvirt 11 (docs/formatdomain); a later one is shown by its definition. */
const elements = (
  'audio channel console controller crypto disk filesystem graphics hostdev hub input interface iommu lease memballoon memory nvram panic' +
  ' parallel pstore redirdev redirfilter rng serial shmem smartcard sound tpm video vsock watchdog'
).split(' ');

/** What the schema of this machine's libvirt names below <devices>, where it is installed. */
function elementsOfSchema(): string[] {
  const file = '/usr/share/libvirt/schemas/domaincommon.rng';
  const schema = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const devices = /<define name="devices">([^]*?)<\/define>/.exec(schema)?.[1] ?? '';
  const called: Readonly<Record<string, string>> = { graphic: 'graphics', memorydev: 'memory' };
  const names = [...devices.matchAll(/<ref name="(\w+)"\/>/g)].map(([, name = '']) => called[name] ?? name);
  return names.filter((name) => name !== 'emulator');
}

test('the list of devices has all that the installed libvirt knows', () => {
  expect(elementsOfSchema().filter((name) => !elements.includes(name))).toEqual([]);
});

test('there is a form for everything that libvirt knows as a device', () => {
  const seen = new Map(documents.flatMap(({ text }) => devicesOf(parseXml(text)).map((device) => [device.name, device] as const)));
  expect(elements.filter((name) => !seen.has(name))).toEqual([]);
  const formless = documents
    .flatMap(({ text }) => devicesOf(parseXml(text)))
    .filter((device) => elements.includes(device.name) && kindOf(device) === null);
  expect([...new Set(formless.map(({ name, attributes }) => `${name} ${attributes.get('type')}`))]).toEqual(['hostdev quantum']);
});
