import { expect, test } from 'vitest';
import { type AccelerationFacts, findAcceleration } from './acceleration.ts';
import { parseXml } from '../xml/document.ts';

interface Given {
  arch?: string;
  types?: readonly string[];
  cpu?: string;
  local?: boolean;
  files?: Readonly<Record<string, string>>;
}

function facts({ arch = 'x86_64', types = ['qemu', 'kvm'], cpu = '', local = true, files = {} }: Given): AccelerationFacts {
  const domains = types.map((type) => `<domain type='${type}'/>`).join('');
  return {
    capabilities: parseXml(
      `<capabilities><host><cpu><arch>${arch}</arch>${cpu}</cpu></host>` +
        `<guest><os_type>hvm</os_type><arch name='i686'>${domains}</arch></guest>` +
        `<guest><os_type>hvm</os_type><arch name='${arch}'>${domains}</arch></guest></capabilities>`,
    ),
    local,
    read: async (file) => files[file] ?? null,
    exists: async (file) => file in files,
  };
}

const cpuinfo = (flags: string) => ({
  '/dev/kvm': '',
  '/proc/cpuinfo': `model name : x\nflags\t\t: fpu ${flags} sse2\nbugs : vmx_is_no_flag\n`,
});

test.each([
  ['vmx', { files: cpuinfo('vmx') }, 'kvm'],
  ['svm', { files: cpuinfo('svm') }, 'kvm'],
  ['neither vmx nor svm', { files: cpuinfo('vmxx') }, 'firmware-only'],
  ['kvm_pvm although vmx is shown', { files: { ...cpuinfo('vmx'), '/sys/module/kvm_pvm': '' } }, 'firmware-only'],
  ['an Arm host', { arch: 'aarch64', files: { '/proc/cpuinfo': 'Features : fp asimd\n' } }, 'kvm'],
  ['no KVM offered', { types: ['qemu'], files: cpuinfo('vmx') }, 'none'],
  ['KVM for another architecture only', { arch: 's390x', types: [] }, 'none'],
  ['a remote Intel host without vmx', { local: false, cpu: '<vendor>Intel</vendor><feature name="ss"/>' }, 'firmware-only'],
  ['a remote Intel host with vmx', { local: false, cpu: '<vendor>Intel</vendor><feature name="vmx"/>' }, 'kvm'],
  ['a remote AMD host', { local: false, cpu: '<vendor>AMD</vendor>' }, 'kvm'],
] as const)('%s', async (_name, given, kind) => {
  expect((await findAcceleration(facts(given))).kind).toBe(kind);
});

test('without /dev/kvm the reason names it', async () => {
  const found = await findAcceleration(facts({ types: ['qemu'] }));
  expect(found.kind === 'none' && found.reason).toContain('/dev/kvm');
});

test('what libvirt does not say of a host elsewhere is left open, and this computer is not asked instead', async () => {
  const elsewhere = facts({ local: false, files: { ...cpuinfo('vmx'), '/sys/module/kvm_pvm': '' } });
  const touched: string[] = [];
  const found = await findAcceleration({
    ...elsewhere,
    read: async (file) => (touched.push(file), null),
    exists: async (file) => touched.push(file) > 0,
  });
  expect(found).toEqual({ kind: 'kvm', doubt: expect.stringContaining('does not say') });
  expect(await findAcceleration(facts({ local: false, types: ['qemu'] }))).toEqual({
    kind: 'none',
    reason: 'libvirt does not offer KVM on this host.',
  });
  expect(touched).toEqual([]);
});
