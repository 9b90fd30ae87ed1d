import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { emulatedHostFolder } from '../../build/setup/emulated-systems.mjs';
import { freePort } from './free-port.ts';
import { makeSshClient, type SshClient } from './ssh-client.ts';

const run = promisify(execFile);
// Half a minute on a quiet machine, a whole one under Xen.
const BOOT_MS = 400_000;

export interface EmulatedHostOptions {
  /** What its kernel runs on: by itself, with an IOMMU and QEMU's drivers; or as Xen's dom0. */
  readonly under?: 'nothing' | 'xen';
  /** Arguments for QEMU: what is plugged into it. */
  readonly devices?: readonly string[];
  /** Who may use the client's files, if not we. */
  readonly owner?: { readonly uid: number };
}

/** A whole computer with libvirt, systemd and a kernel that has all drivers, in emulation; it is new at each start. */
export interface EmulatedHost {
  /** For files that its devices are made of. */
  readonly dir: string;
  /** This computer's ssh, which knows the host and has its key. */
  readonly client: SshClient;
  /** `qemu`, `xen`, `lxc`: over ssh, as root. */
  uri(driver: string, more?: string): string;
  /** A command of its shell; what it wrote. Fails when that does. */
  shell(command: string): Promise<string>;
  /** A command of QEMU's monitor, such as `device_add`; what it said. */
  monitor(command: string): Promise<string>;
  stop(): Promise<void>;
}

/** Needs 3 GiB and a processor; the set-up of the long tests has built its disk. It ends with the calling process at the latest. */
export async function startEmulatedHost(options: EmulatedHostOptions = {}): Promise<EmulatedHost> {
  const image = await emulatedHostFolder();
  const dir = await mkdtemp(join(tmpdir(), 'guesthouse-emulated-'));
  const client = await makeSshClient(options.owner);
  const port = await freePort();
  const key = join(client.dir, 'emulated-key');
  await copyFile(join(image, 'key'), key);
  if (options.owner !== undefined) await chown(key, options.owner.uid, -1);
  const [kind = '', publicKey = ''] = (await readFile(join(image, 'host_key.pub'), 'utf8')).split(' ');
  await client.trust(`[127.0.0.1]:${port} ${kind} ${publicKey}`);

  const monitor = join(dir, 'monitor');
  const serial = join(dir, 'serial');
  const words = [
    options.under === 'xen' ? underXen(image) : byItself(image),
    ['-smp', '2', '-m', '3072', '-display', 'none', '-no-reboot'],
    ['-serial', `file:${serial}`, '-monitor', `unix:${monitor},server,nowait`],
    ['-drive', `file=${join(image, 'disk.img')},format=raw,if=virtio,snapshot=on`],
    ['-netdev', `user,id=road,hostfwd=tcp:127.0.0.1:${port}-:22`],
    ['-device', 'virtio-net-pci,netdev=road,mac=52:54:00:00:00:01'],
    options.devices ?? [],
  ].flat();
  // Whatever becomes of us, it goes with us.
  const machine = spawn('setpriv', ['--pdeathsig', 'KILL', 'qemu-system-x86_64', ...words], { stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  machine.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const ended = once(machine, 'close');
  const ssh = ['-i', key, '-p', String(port), '-o', 'BatchMode=yes', '-o', 'LogLevel=ERROR', 'root@127.0.0.1'];
  const shell = async (command: string, timeout = 0) => {
    const options = { maxBuffer: 64 << 20, timeout, killSignal: 'SIGKILL' } as const;
    const { stdout } = await run(join(client.dir, 'bin/ssh'), [...ssh, command], options).catch((error: unknown) => {
      const { exitCode, signalCode } = machine;
      if (exitCode === null && signalCode === null) throw error;
      throw new Error(`the emulated host has ended (${signalCode ?? exitCode}): ${errors}`, { cause: error });
    });
    return stdout;
  };
  const stop = async () => {
    machine.kill('SIGKILL');
    await ended;
    await client.remove();
    await rm(dir, { recursive: true, force: true });
  };
  for (const deadline = Date.now() + BOOT_MS; ; await sleep(500)) {
    const up = await shell('systemctl is-system-running --wait', 60_000).then(
      () => true,
      (error: unknown) => String(error).includes('degraded'),
    );
    if (up) break;
    if (machine.exitCode === null && Date.now() < deadline) continue;
    const why = `${errors}${await readFile(serial, 'utf8').catch(() => '')}`;
    await stop();
    throw new Error(`the emulated host did not come up: ${why.slice(-4000)}`);
  }
  return {
    dir,
    client,
    uri: (driver, more = '') => `${driver}+ssh://root@127.0.0.1:${port}/system?keyfile=${encodeURIComponent(key)}${more}`,
    shell: (command) => shell(command),
    monitor: (command) => tellMonitor(monitor, command),
    stop,
  };
}

/**
 * An IOMMU, so that its devices have groups and VFIO can give them away. Guests in it run by AMD's extension without nested paging: with it, QEMU
 * 7.2 has the kernel crash or hang when one starts, more often than not.
 */
const byItself = (image: string) =>
  [
    ['-machine', 'q35,kernel-irqchip=split', '-accel', 'tcg,thread=multi', '-cpu', 'max,npt=off'],
    ['-device', 'intel-iommu,intremap=off,caching-mode=on'],
    ['-kernel', join(image, 'vmlinuz'), '-initrd', join(image, 'initrd.img')],
    ['-append', 'root=/dev/vda ro console=ttyS0 intel_iommu=on'],
  ].flat();

/** Of the processors that QEMU emulates, newer ones than Nehalem end dom0's kernel. */
const underXen = (image: string) =>
  [
    ['-machine', 'q35', '-accel', 'tcg,thread=multi', '-cpu', 'Nehalem'],
    ['-kernel', join(image, 'xen'), '-append', 'console=com1 com1=115200,8n1 dom0_mem=1536M,max:1536M dom0_max_vcpus=2 noreboot=1'],
    ['-initrd', `${join(image, 'vmlinuz')} root=/dev/vda ro console=hvc0,${join(image, 'initrd.img')}`],
  ].flat();

/** It ends each answer with its prompt. */
async function tellMonitor(path: string, command: string): Promise<string> {
  const socket = connect(path);
  let text = '';
  const untilPrompt = async () => {
    for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
      text += String(chunk);
      if (text.endsWith('(qemu) ')) break;
    }
  };
  try {
    await untilPrompt();
    text = '';
    socket.write(`${command}\n`);
    await untilPrompt();
    return text;
  } finally {
    socket.destroy();
  }
}
