import type { FieldValues } from '../../backends/model/hardware-field.ts';
import { GiB, MiB } from '../../backends/model/quantity.ts';
import { fineTuning } from './fine-tuning.ts';

const noTimer = { present: null, tickpolicy: null, track: null, mode: null, frequency: null };

/** What is set on each page, and what libvirt's own account of it has then. */
export const machineChanges: readonly (readonly [page: string, values: FieldValues, expected: readonly RegExp[]])[] = [
  [
    'overview',
    { title: 'The mail', description: 'Two\nlines', os: 'http://debian.org/debian/12' },
    [/<title>The mail<\/title>/, /<description>Two\nlines<\/description>/, /<libosinfo:os id=["']http:\/\/debian.org\/debian\/12["']\/>/],
  ],
  [
    'processors',
    { vcpus: 4, current: 2, topology: true, sockets: 1, dies: 1, cores: 2, threads: 2 },
    [/<vcpu placement='static' current='2'>4</, /<topology sockets='1' dies='1' cores='2' threads='2'\/>/],
  ],
  [
    'processors',
    { mode: 'custom', model: 'Nehalem', features: [{ name: 'vmx', policy: 'disable' }] },
    [/<cpu mode='custom' match='exact'/, /Nehalem<\/model>/, /<feature policy='disable' name='vmx'\/>/],
  ],
  [
    'processors',
    { mode: 'maximum', migratable: 'off', features: [], cache: 'passthrough' },
    [/<cpu mode='maximum'[^>]* migratable='off'/, /<cache mode='passthrough'\/>/],
  ],
  [
    'memory',
    { memory: 64 * MiB, current: 48 * MiB, ceiling: GiB, slots: 4, 'hard-limit': 4 * GiB, 'soft-limit': GiB, 'swap-limit': 5 * GiB },
    [
      /<maxMemory slots='4' unit='KiB'>1048576</,
      /<memory unit='KiB'>65536</,
      /<currentMemory unit='KiB'>49152</,
      /<hard_limit unit='KiB'>4194304</,
      /<cell id='0' cpus='0-3' memory='65536' unit='KiB'\/>/,
    ],
  ],
  [
    'memory',
    { shared: true, source: 'memfd', allocation: 'immediate', nosharepages: true, discard: true },
    [/<source type='memfd'\/>\s*<access mode='shared'\/>/, /<allocation mode='immediate'\/>/, /<nosharepages\/>/, /<discard\/>/],
  ],
  ['memory', { hugepages: true, pages: [{ size: 2 * MiB, nodeset: '0' }] }, [/<hugepages>\s*<page size='2048' unit='KiB' nodeset='0'\/>/]],
  [
    'placement',
    {
      cpuset: '0',
      pins: [{ vcpu: 1, cpuset: '0' }],
      'emulator-set': '0',
      iothreads: [
        { id: 1, cpuset: '0' },
        { id: 4, cpuset: null },
      ],
      shares: 2048,
      'each-period': 100_000,
      'each-quota': 50_000,
      'all-quota': -1,
      'emulator-quota': 20_000,
      'disk-weight': 500,
    },
    [
      /<vcpu placement='static' cpuset='0'/,
      /<vcpupin vcpu='1' cpuset='0'\/>/,
      /<emulatorpin cpuset='0'\/>/,
      /<iothreads>2</,
      /<iothread id='4'\/>/,
      /<iothreadpin iothread='1' cpuset='0'\/>/,
      /<shares>2048</,
      /<quota>50000</,
      /<weight>500</,
    ],
  ],
  [
    'placement',
    {
      cells: [
        { cpus: '0-1', memory: 32 * MiB, access: 'shared' },
        { cpus: '2-3', memory: 32 * MiB, access: null },
      ],
      'memory-mode': 'preferred',
      'memory-nodes': '0',
      'node-memory': [{ cell: 1, mode: 'strict', nodeset: '0' }],
    },
    [
      /<cell id='1' cpus='2-3' memory='32768'/,
      /<memory mode='preferred' nodeset='0'\/>/,
      /<memnode cellid='1' mode='strict' nodeset='0'\/>/,
    ],
  ],
  [
    'boot',
    { menu: 'yes', 'menu-timeout': 3000, 'reboot-timeout': 500, kernel: '/vmlinuz', initrd: '/initrd', cmdline: 'quiet a=b&c', dtb: null },
    [/<bootmenu enable='yes' timeout='3000'\/>/, /<bios rebootTimeout='500'\/>/, /<kernel>\/vmlinuz</, /<cmdline>quiet a=b&amp;c</],
  ],
  [
    'clock',
    {
      offset: 'timezone',
      timezone: 'Europe/Berlin',
      timers: [
        { ...noTimer, name: 'rtc', tickpolicy: 'catchup', track: 'guest' },
        { ...noTimer, name: 'hpet', present: 'no' },
      ],
      'catch-up': [{ name: 'rtc', threshold: 123, slew: 120, limit: 10_000 }],
    },
    [
      /<clock offset='timezone' timezone='Europe\/Berlin'>/,
      /<timer name='rtc' tickpolicy='catchup' track='guest'>\s*<catchup threshold='123' slew='120' limit='10000'\/>/,
      /<timer name='hpet' present='no'\/>/,
    ],
  ],
  [
    'clock',
    { offset: 'variable', adjustment: '-3600', basis: 'localtime' },
    [/<clock offset='variable' adjustment='-3600' basis='localtime'>/],
  ],
  [
    'features',
    {
      pae: true,
      smm: 'on',
      vmport: 'off',
      pmu: 'off',
      'kvm-hidden': 'on',
      ioapic: 'qemu',
      'hyperv-spinlocks': true,
      'hyperv-vendor_id': true,
    },
    [
      /<pae\/>/,
      /<smm state='on'/,
      /<vmport state='off'\/>/,
      /<hidden state='on'\/>/,
      /<ioapic driver='qemu'\/>/,
      /<spinlocks state='on' retries='8191'\/>/,
    ],
  ],
  [
    'power',
    {
      on_poweroff: 'restart',
      on_reboot: 'restart',
      on_crash: 'preserve',
      on_lockfailure: 'pause',
      'sleep-to-memory': 'no',
      'sleep-to-disk': 'yes',
    },
    [/<on_crash>preserve</, /<on_lockfailure>pause</, /<suspend-to-mem enabled='no'\/>/],
  ],
  [
    'security',
    { labels: [{ model: 'dac', type: 'static', label: '+0:+0', relabel: 'no' }] },
    [/<seclabel type='static' model='dac' relabel='no'>\s*<label>\+0:\+0</],
  ],
  [
    'system-information',
    {
      mode: 'sysinfo',
      entries: [
        { block: 'bios', name: 'vendor', value: 'Attic & Sons' },
        { block: 'system', name: 'serial', value: '42' },
        { block: 'oemStrings', name: null, value: 'anything' },
      ],
    },
    [/<smbios mode='sysinfo'\/>/, /<entry name='vendor'>Attic &amp; Sons</, /<entry>anything</],
  ],
  [
    'emulator-arguments',
    { arguments: [{ value: '-name' }, { value: 'x,debug-threads=on' }], environment: [{ name: 'A', value: 'b' }] },
    [
      /<qemu:arg value='x,debug-threads=on'\/>/,
      /<qemu:env name='A' value='b'\/>/,
      /xmlns:qemu='http:\/\/libvirt.org\/schemas\/domain\/qemu\/1.0'/,
    ],
  ],
  [
    'host-group',
    { partition: '/machine/attic', 'fabric-name': 'attic-1' },
    [/<partition>\/machine\/attic</, /<fibrechannel appid='attic-1'\/>/],
  ],
  ...fineTuning,
];
