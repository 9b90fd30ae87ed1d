import type { FieldValues } from '../../backends/model/hardware-field.ts';
import { MiB } from '../../backends/model/quantity.ts';

/** As in machine-changes.ts, of what few guests need. The machine has four processors and two nodes by then. */
export const fineTuning: readonly (readonly [page: string, values: FieldValues, expected: readonly RegExp[]])[] = [
  [
    'placement',
    {
      schedulers: [
        { of: 'vcpu', set: '0', scheduler: 'fifo', priority: 3 },
        { of: 'vcpu', set: '2', scheduler: 'idle', priority: null },
        { of: 'iothread', set: '4', scheduler: 'batch', priority: null },
        { of: 'emulator', set: null, scheduler: 'rr', priority: 2 },
      ],
      'disk-shares': [
        { path: '/dev/sda', weight: 500, read_iops_sec: null, write_iops_sec: 100, read_bytes_sec: MiB, write_bytes_sec: null },
      ],
    },
    [
      /<vcpusched vcpus='0' scheduler='fifo' priority='3'\/>/,
      /<vcpusched vcpus='2' scheduler='idle'\/>/,
      /<iothreadsched iothreads='4' scheduler='batch'\/>/,
      /<emulatorsched scheduler='rr' priority='2'\/>/,
      /<device>\s*<path>\/dev\/sda<\/path>\s*<weight>500<\/weight>\s*<write_iops_sec>100</,
    ],
  ],
  [
    'placement',
    {
      distances: [
        { from: 0, to: 0, value: 10 },
        { from: 0, to: 1, value: 21 },
        { from: 1, to: 0, value: 21 },
        { from: 1, to: 1, value: 10 },
      ],
      'node-caches': [{ node: 0, level: 1, associativity: 'direct', policy: 'writeback', size: 10, line: 8 }],
      'numa-latency': [{ initiator: 0, target: 0, cache: null, type: 'access', value: 5 }],
      'numa-bandwidth': [{ initiator: 0, target: 0, cache: null, type: 'access', value: 204_800, unit: 'KiB' }],
    },
    [
      /<distances>\s*<sibling id='0' value='10'\/>\s*<sibling id='1' value='21'\/>/,
      /<cache level='1' associativity='direct' policy='writeback'>\s*<size value='10' unit='KiB'\/>\s*<line value='8' unit='B'\/>/,
      /<latency initiator='0' target='0' type='access' value='5'\/>/,
      /<bandwidth initiator='0' target='0' type='access' value='204800' unit='KiB'\/>/,
    ],
  ],
  ['memory', { 'dump-core': 'off' }, [/<memory[^>]* dumpCore='off'/]],
  [
    'placement',
    {
      iothreads: [
        { id: 1, cpuset: '0', least: 2, most: 8 },
        { id: 4, cpuset: null, least: null, most: null },
      ],
    },
    [/<iothread id='1' thread_pool_min='2' thread_pool_max='8'\/>/],
  ],
  [
    'security',
    { labels: [{ model: 'selinux', type: 'dynamic', label: null, base: 'system_u:system_r:svirt_t:s0', relabel: 'yes' }] },
    [/<baselabel>system_u:system_r:svirt_t:s0</],
  ],
  [
    'features',
    {
      'smm-tseg': 48 * MiB,
      'tcg-tb-cache': 256 * MiB,
      'apic-eoi': 'on',
      'kvm-dirty-ring': true,
      'kvm-dirty-ring-size': '8192',
      'perf-events': [
        { name: 'cmt', enabled: 'yes' },
        { name: 'cpu_cycles', enabled: 'no' },
      ],
    },
    [
      /<tseg unit='MiB'>48</,
      /<tb-cache unit='KiB'>262144</,
      /<apic eoi='on'\/>/,
      /<dirty-ring state='on' size='8192'\/>/,
      /<event name='cmt' enabled='yes'\/>/,
      /<event name='cpu_cycles' enabled='no'\/>/,
    ],
  ],
  [
    'system-information',
    {
      generation: true,
      'generation-id': 'c7a5fdbd-cdaf-9455-926a-d65c16db1809',
      'firmware-files': [{ name: 'opt/org.example/words', value: 'a & b', file: null }],
    },
    [/<genid>c7a5fdbd-cdaf-9455-926a-d65c16db1809</, /<sysinfo type='fwcfg'>\s*<entry name='opt\/org.example\/words'>a &amp; b</],
  ],
  [
    'emulator-arguments',
    {
      overrides: [
        { alias: 'ua-net', name: 'x-speed', type: 'unsigned', value: '10' },
        { alias: 'ua-net', name: 'romfile', type: 'remove', value: null },
      ],
      capabilities: [{ what: 'del', name: 'virtio-net.rss' }],
      deprecation: 'omit',
    },
    [
      /<qemu:device alias='ua-net'>\s*<qemu:frontend>\s*<qemu:property name='x-speed' type='unsigned' value='10'\/>/,
      /<qemu:property name='romfile' type='remove'\/>/,
      /<qemu:del capability='virtio-net.rss'\/>/,
      /<qemu:deprecation behavior='omit'\/>/,
    ],
  ],
];

/** What of it is gone when it is taken away again. */
export const ofFineTuning = ['sched ', '/dev/sda', '<perf>', 'genid'];
