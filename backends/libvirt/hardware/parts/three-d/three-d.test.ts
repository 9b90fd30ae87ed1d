import { describe, expect, test } from 'vitest';
import type { PciDevice } from '#model/host-device';
import type { FieldValues } from '#model/hardware-field';
import { hardwareContext } from '../../../../../test/bed/hardware-context.ts';
import { parseXml, serialize } from '../../../xml/document.ts';
import type { HardwareContext } from '../../hardware-context.ts';
import { keyedFields, valuesOf, written } from '../../page-fields.ts';
import { renderNode } from '../../../devices/render-nodes.ts';
import { threeD } from './three-d.ts';

const guest = (devices: string) =>
  `<domain type="kvm"><name>a</name><os><type arch="x86_64" machine="q35">hvm</type></os><devices>${devices}</devices></domain>`;
const vnc = '<graphics type="vnc" port="-1" autoport="yes"><listen type="address" address="127.0.0.1"/></graphics>';
const spice = '<graphics type="spice" port="-1" autoport="yes"><listen type="address" address="127.0.0.1"/></graphics>';
const virtio = '<video><model type="virtio"/></video>';
const node = { path: '/dev/dri/renderD128', parent: 'pci_0000_00_02_0' };
const withNode = { renderNodes: [node] };

function set(document: string, values: FieldValues, more: Partial<HardwareContext> = withNode): string {
  const context = hardwareContext(document, more);
  const fields = keyedFields(threeD, context).filter(({ field }) => field.key in values);
  return serialize(written(fields, context.domain, values, context));
}
const read = (document: string) => valuesOf(keyedFields(threeD, hardwareContext(document)), parseXml(document), hardwareContext(document));

function fieldOf(key: string, document: string, more: Partial<HardwareContext>) {
  const found = keyedFields(threeD, hardwareContext(document, more)).find(({ field }) => field.key === key)?.field;
  if (found === undefined) throw new Error(`no field ${key}`);
  return found;
}

describe('the switch', () => {
  test.each([
    ['VNC', guest(vnc + virtio)],
    ['SPICE', guest(spice + virtio)],
    ['no display', guest(vnc + '<video><model type="virtio" heads="2" primary="yes"/><address type="pci" slot="0x1"/></video>')],
  ])('beside %s lets the host draw off-screen, and the same switch takes it back', (_what, document) => {
    const fast = set(document, { accelerated: true });
    expect(fast).toContain('<acceleration accel3d="yes"/>');
    expect(fast).toContain('<graphics type="egl-headless"/>');
    expect(read(fast)).toEqual({ accelerated: true, 'drawn-by': 'off-screen', card: null });
    expect(set(fast, { accelerated: true })).toBe(fast);
    expect(set(fast, { accelerated: false })).toBe(document);
  });

  test('makes a virtio device of another, without what only that has, and says so', () => {
    const document = guest(`${vnc}<video><model type="qxl" ram="65536" vram="65536" vgamem="16384"/><alias name="ua-v"/></video>`);
    expect(set(document, { accelerated: true })).toContain(
      '<video><model type="virtio"><acceleration accel3d="yes"/></model><alias name="ua-v"/></video>',
    );
    const warnings = threeD.warnings?.({ accelerated: false }, { accelerated: true }, hardwareContext(document, withNode)) ?? [];
    expect(warnings.join(' ')).toMatch(/becomes virtio in place of qxl/);
  });

  test('adds what is not there: a video device, a display to look at it', () => {
    const made = set(guest(''), { accelerated: true });
    expect(made).toContain('<graphics type="vnc" port="-1" autoport="yes"><listen type="address" address="127.0.0.1"/></graphics>');
    expect(made).toContain('<model type="virtio"><acceleration accel3d="yes"/></model>');
  });

  test('uses the card that was chosen', () => {
    const made = set(guest(vnc + virtio), { accelerated: true, card: node.path });
    expect(made).toContain('<graphics type="egl-headless"><gl rendernode="/dev/dri/renderD128"/></graphics>');
    expect(read(made)['card']).toBe(node.path);
    expect(set(made, { accelerated: false, card: null })).toBe(guest(vnc + virtio));
  });
});

test('SPICE draws over a socket alone, and is reached on the host by a port again after it', () => {
  const made = set(guest(spice + virtio), { accelerated: true, 'drawn-by': 'spice' });
  expect(made).toContain('<graphics type="spice"><gl enable="yes"/><listen type="none"/></graphics>');
  expect(made).not.toContain('egl-headless');
  expect(read(made)).toMatchObject({ accelerated: true, 'drawn-by': 'spice' });
  const back = set(made, { accelerated: false });
  expect(back).toContain('type="spice"');
  expect(back).toContain('<listen type="address" address="127.0.0.1"/>');
  expect(back).toContain('autoport="yes"');
  expect(back).not.toContain('<gl');
  expect(set(made, { 'drawn-by': 'off-screen' })).toContain('egl-headless');

  const choice = (document: string, more: Partial<HardwareContext>) => {
    const field = fieldOf('drawn-by', document, { ...withNode, ...more });
    return field.kind === 'choice' ? field.choices.find(({ value }) => value === 'spice')?.unavailable : undefined;
  };
  expect(choice(guest(spice), {})).toBeNull();
  expect(choice(guest(spice), { local: false })).toMatch(/another computer/);
  expect(choice(guest(vnc), {})).toMatch(/no SPICE display/);
});

describe('it says why it cannot', () => {
  const capable = (graphics: string) =>
    parseXml(
      `<domainCapabilities><devices><graphics supported="yes"><enum name="type">${graphics}</enum></graphics>` +
        '<video supported="yes"><enum name="modelType"><value>virtio</value></enum></video></devices></domainCapabilities>',
    );
  const headless = capable('<value>vnc</value><value>egl-headless</value>');
  const why = (more: Partial<HardwareContext>, document = guest(vnc + virtio)) => fieldOf('accelerated', document, more).fixed;

  test.each([
    ['it can', { ...withNode, capabilities: headless }, null],
    ['the host does not tell', { renderNodes: null, capabilities: headless }, null],
    ['no card', { renderNodes: [], capabilities: headless }, /no graphics card.*renderD/],
    ['QEMU without OpenGL', { ...withNode, capabilities: capable('<value>vnc</value>') }, /cannot draw off-screen/],
    ['S/390', { ...withNode, arch: 's390x' }, /architecture/],
  ])('%s', (_what, more, expected) => {
    if (expected === null) expect(why(more)).toBeNull();
    else expect(why(more)).toMatch(expected);
  });

  test('but what is on can always be switched off', () => {
    expect(why({ renderNodes: [] }, set(guest(vnc + virtio), { accelerated: true }))).toBeNull();
  });

  test('NVIDIA’s own driver is warned of', () => {
    const card: PciDevice = {
      kind: 'pci',
      id: node.parent,
      parent: 'computer',
      name: 'GeForce',
      users: [],
      address: '0000:00:02.0',
      class: '030000',
      driver: 'nvidia',
      iommuGroup: 1,
      numaNode: null,
      function: { kind: 'whole' },
      mediatedTypes: [],
    };
    const context = hardwareContext(guest(vnc + virtio), { ...withNode, hostDevices: [card] });
    expect((threeD.warnings?.({ accelerated: false }, { accelerated: true, card: null }, context) ?? []).join(' ')).toMatch(/NVIDIA/);
    const field = fieldOf('card', guest(vnc), { ...withNode, hostDevices: [card] });
    expect(field.kind === 'choice' && field.choices).toMatchObject([
      { value: node.path, label: 'GeForce (/dev/dri/renderD128)', help: 'Driver nvidia' },
    ]);
  });
});

test('of a card’s entries on the host only the one that draws without a screen counts', () => {
  const drm = (type: string, devnode: string) =>
    `<device><name>drm_x</name><path>/sys/x</path><devnode type="dev">${devnode}</devnode><devnode type="link">/dev/dri/by-path/x</devnode><parent>pci_0000_00_02_0</parent><capability type="drm"><type>${type}</type></capability></device>`;
  expect(renderNode(drm('render', '/dev/dri/renderD128'))).toEqual(node);
  expect(renderNode(drm('primary', '/dev/dri/card0'))).toBeNull();
  expect(renderNode(drm('render', '../etc'))).toBeNull();
});
