import { expect, test } from 'vitest';
import type { FieldValues } from '#model/hardware-field';
import { MiB } from '#model/quantity';
import { hardwareContext } from '../../../../test/bed/hardware-context.ts';
import { serialize } from '../../xml/document.ts';
import type { MachinePart } from '../device-kind.ts';
import { keyedFields, valuesOf, written } from '../page-fields.ts';
import { hostGroup } from './host-group.ts';
import { placement } from './placement.ts';
import { platformFeatures } from './platform-features.ts';
import { processors } from './processors.ts';
import { security } from './security.ts';
import { systemInformation } from './system-information.ts';

/** The document with these values set; what is set is read back. */
function changed(part: MachinePart, document: string, values: FieldValues, more = {}): string {
  const context = hardwareContext(document, more);
  const fields = keyedFields(part, context);
  const chosen = fields.filter(({ field }) => field.key in values);
  expect(chosen.map(({ field }) => field.key).sort()).toEqual(Object.keys(values).sort());
  const made = written(chosen, context.domain, values, context);
  expect(valuesOf(fields, made, context)).toMatchObject(values);
  return serialize(made);
}

const problemsOf = (part: MachinePart, document: string, values: FieldValues) => part.problems?.(values, hardwareContext(document)) ?? [];

const guest = (type: string, rest = '', arch = 'x86_64') =>
  `<domain type="${type}"><name>a</name><memory>1048576</memory><vcpu>4</vcpu>${rest}<os><type arch="${arch}">hvm</type></os></domain>`;

test('caches and bandwidths of the same processors are one group, which goes with the last of it', () => {
  const values = {
    caches: [
      { group: '0-1', id: 0, level: 3, type: 'both', size: 3 * MiB },
      { group: '0-1', id: 1, level: 3, type: 'both', size: MiB },
    ],
    'cache-monitors': [{ group: '0-1', vcpus: '1', level: 3 }],
    bandwidths: [{ group: '3', id: 0, bandwidth: 60 }],
    'bandwidth-monitors': [{ group: '3', vcpus: '3' }],
  };
  const text = changed(placement, guest('kvm'), values);
  expect(text).toContain(
    '<cputune><cachetune vcpus="0-1"><cache id="0" level="3" type="both" size="3072" unit="KiB"/>' +
      '<cache id="1" level="3" type="both" size="1024" unit="KiB"/><monitor level="3" vcpus="1"/></cachetune>' +
      '<memorytune vcpus="3"><node id="0" bandwidth="60"/><monitor vcpus="3"/></memorytune></cputune>',
  );
  const watched = changed(placement, text, { caches: [], bandwidths: [] });
  expect(watched).toContain('<cputune><cachetune vcpus="0-1"><monitor level="3" vcpus="1"/></cachetune><memorytune vcpus="3"><monitor');
  expect(changed(placement, watched, { 'cache-monitors': [], 'bandwidth-monitors': [] })).toBe(guest('kvm'));
});

test('a rule of scheduling says whom it is for, and how urgent real time is', () => {
  const rule = (of: string, set: string | null, scheduler: string, priority: number | null) => ({ of, set, scheduler, priority });
  const columns = (...schedulers: ReturnType<typeof rule>[]) =>
    problemsOf(placement, guest('kvm'), { schedulers }).map(({ column }) => column);
  expect(columns(rule('vcpu', null, 'batch', null), rule('vcpu', '1', 'fifo', null))).toEqual(['set', 'priority']);
  expect(columns(rule('emulator', null, 'idle', null), rule('emulator', null, 'rr', 1))).toEqual(['of']);
});

test('a container shares what it is told to with others, and has the rights it is told to have', () => {
  const text = changed(hostGroup, guest('lxc'), {
    namespaces: [
      { what: 'sharenet', type: 'netns', value: 'red' },
      { what: 'shareuts', type: 'name', value: 'web' },
    ],
  });
  expect(text).toContain('xmlns:lxc="http://libvirt.org/schemas/domain/lxc/1.0"');
  expect(text).toContain('<lxc:namespace><lxc:sharenet type="netns" value="red"/><lxc:shareuts type="name" value="web"/></lxc:namespace>');
  expect(changed(hostGroup, text, { namespaces: [] })).not.toContain('lxc:namespace');

  const rights = changed(platformFeatures, guest('lxc'), {
    'rights-policy': 'deny',
    rights: [
      { name: 'net_admin', state: 'on' },
      { name: 'mknod', state: 'off' },
    ],
  });
  expect(rights).toContain('<capabilities policy="deny"><net_admin state="on"/><mknod state="off"/></capabilities>');
  expect(changed(platformFeatures, rights, { rights: [{ name: 'mknod', state: 'on' }] })).toContain(
    '<capabilities policy="deny"><mknod state="on"/></capabilities>',
  );
});

test('what is handed to the firmware is a text or a file, and leaves the machine’s own entries alone', () => {
  const smbios = '<sysinfo type="smbios"><bios><entry name="vendor">Attic</entry></bios></sysinfo>';
  const text = changed(systemInformation, guest('kvm', smbios), {
    'firmware-files': [
      { name: 'opt/org.example/a', value: 'words', file: null },
      { name: 'opt/org.example/b', value: null, file: '/srv/b' },
    ],
  });
  expect(text).toContain(
    `${smbios}<sysinfo type="fwcfg"><entry name="opt/org.example/a">words</entry><entry name="opt/org.example/b" file="/srv/b"/></sysinfo>`,
  );
  expect(changed(systemInformation, text, { 'firmware-files': [] })).toBe(guest('kvm', smbios));
  const row = { name: 'opt/a', value: 'x', file: '/x' };
  expect(
    problemsOf(systemInformation, guest('kvm'), { 'firmware-files': [row, { ...row, file: null }] }).map(({ column }) => column),
  ).toEqual(['value', 'name']);
});

test('features of POWER and Xen are theirs alone', () => {
  const power = changed(platformFeatures, guest('kvm', '', 'ppc64le'), { cfpc: 'fixed', ibs: 'fixed-na', 'hpt-page': 16 * MiB });
  expect(power).toContain('<hpt><maxpagesize unit="KiB">16384</maxpagesize></hpt>');
  expect(power).toContain('<cfpc value="fixed"/><ibs value="fixed-na"/>');
  const xen = changed(platformFeatures, guest('xen'), { 'xen-passthrough': 'on', 'xen-passthrough-mode': 'share_pt', 'xen-e820': 'on' });
  expect(xen).toContain('<passthrough state="on" mode="share_pt"/>');
});

test('each sort of encrypted memory has what belongs to it, and what belongs to another goes', () => {
  const snp = changed(
    security,
    guest('kvm'),
    { launch: 'sev-snp', 'snp-host-data': 'aG9zdA==', 'snp-author-key': 'yes', 'snp-vcek': 'no' },
    { libvirt: 10_005_000 },
  );
  expect(snp).toContain('<launchSecurity type="sev-snp" authorKey="yes" vcek="no">');
  expect(snp).toContain('<policy>0x00030000</policy><hostData>aG9zdA==</hostData>');
  const tdx = changed(
    security,
    snp,
    { launch: 'tdx', 'tdx-owner': 'b3duZXI=', 'tdx-quotes': '/var/run/tdx-qgs/qgs.socket' },
    { libvirt: 11_006_000 },
  );
  expect(tdx).toContain(
    '<launchSecurity type="tdx"><mrOwner>b3duZXI=</mrOwner><quoteGenerationService path="/var/run/tdx-qgs/qgs.socket"/></launchSecurity>',
  );
  const old = changed(security, guest('kvm'), { launch: 'sev', 'sev-session': 'AQAB' });
  expect(old).toContain('<launchSecurity type="sev"><policy>0x0003</policy><session>AQAB</session></launchSecurity>');
});

test('the main loop has workers, and no fewer at most than at least', () => {
  const values = { 'main-min': 2, 'main-max': 8 };
  const made = changed(placement, guest('kvm'), values);
  expect(made).toContain('<defaultiothread thread_pool_min="2" thread_pool_max="8"/>');
  expect(changed(placement, made, { 'main-min': null, 'main-max': null })).toBe(guest('kvm'));
  expect(problemsOf(placement, guest('kvm'), { 'main-min': 9, 'main-max': 8 })).toMatchObject([{ field: 'main-min' }]);
});

test('a model says whose it is, and whether a lesser one will do', () => {
  const model = guest('kvm', '<cpu mode="custom" match="exact"><model>Haswell</model></cpu>');
  const values = { fallback: 'forbid', 'vendor-id': 'AuthenticAMD' };
  const made = changed(processors, model, values);
  expect(made).toContain('<model fallback="forbid" vendor_id="AuthenticAMD">Haswell</model>');
  expect(changed(processors, made, { fallback: null, 'vendor-id': null })).toBe(model);
  expect(changed(processors, made, { mode: 'host-passthrough' })).toContain('<cpu mode="host-passthrough"/>');
});
