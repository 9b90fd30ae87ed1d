import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { asRoot, currentCaller } from './privilege.mjs';
import { SetupError, say } from './report.mjs';

const URI = 'qemu:///system';
const WHAT = "start the network 'default'";

/** Defines libvirt's NAT network `default` where there is none, and starts it where it is off. */
export function ensureDefaultNetwork() {
  // Reading needs no authentication, so a desktop user is not asked for a password.
  const info = spawnSync('virsh', ['--readonly', '-c', URI, 'net-info', 'default'], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  });
  if (/^Active: +yes/m.test(info.stdout)) return;
  if (info.status === 0) {
    say("Starting libvirt's network 'default'");
    return virsh('net-start', 'default');
  }
  if (!info.stderr.includes('Network not found')) {
    throw new SetupError(WHAT, info.error?.message ?? info.stderr.trim(), `virsh -c ${URI} net-info default`);
  }
  const xml = defaultNetworkXml(usedAddresses());
  say("Defining and starting libvirt's network 'default' (NAT), which this computer has not got");
  const folder = mkdtempSync(join(tmpdir(), 'guesthouse-network-'));
  try {
    writeFileSync(join(folder, 'default.xml'), xml);
    virsh('net-define', join(folder, 'default.xml'));
  } finally {
    rmSync(folder, { recursive: true });
  }
  virsh('net-autostart', 'default');
  virsh('net-start', 'default');
}

/**
 * libvirt's own definition of it, on the first of its usual ranges that is not in use: inside
 * a guest of another libvirt host the first one is the host's.
 * @param {readonly string[]} used this computer's IPv4 addresses
 */
export function defaultNetworkXml(used) {
  const ranges = Array.from({ length: 79 }, (_, index) => `192.168.${122 + index}`);
  const range = ranges.find((prefix) => !used.some((address) => address.startsWith(`${prefix}.`))) ?? '192.168.122';
  return `<network>
  <name>default</name>
  <forward mode='nat'/>
  <bridge stp='on' delay='0'/>
  <ip address='${range}.1' netmask='255.255.255.0'>
    <dhcp><range start='${range}.2' end='${range}.254'/></dhcp>
  </ip>
</network>
`;
}

function usedAddresses() {
  return Object.values(networkInterfaces()).flatMap((addresses) => (addresses ?? []).map(({ address }) => address));
}

/** @param {string[]} command */
function virsh(...command) {
  const line = ['virsh', '-q', '-c', URI, ...command];
  const [program = '', ...args] = asRoot(line, currentCaller(), WHAT);
  const { status, stderr, error } = spawnSync(program, args, { encoding: 'utf8', stdio: ['inherit', 'ignore', 'pipe'] });
  if (status !== 0) throw new SetupError(WHAT, error?.message ?? stderr.trim(), `as root: ${line.join(' ')}`);
}
