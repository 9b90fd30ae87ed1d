import { vi } from 'vitest';
import type { HostConnection } from '../../backends/backend.ts';
import { type EmulatedHost, type EmulatedHostOptions, startEmulatedHost } from './emulated-host.ts';
import { connectTo } from './unattended-connect.ts';

/** An emulated host, and our connection to its libvirt. */
export interface EmulatedBench {
  readonly host: EmulatedHost;
  readonly connection: HostConnection;
  /** A guest of firmware alone, emulated within the emulation, with places for devices; its id. */
  define(name: string, devices?: string): Promise<string>;
  stop(): Promise<void>;
}

const PORTS = "<controller type='pci' model='pcie-root-port'/>".repeat(10);

/** Over ssh, as root. */
export async function startEmulatedBench(options: EmulatedHostOptions = {}): Promise<EmulatedBench> {
  const host = await startEmulatedHost(options);
  // libvirt asks QEMU first what it can do, which on a busy machine takes longer than our calls wait.
  await host.shell('virsh -c qemu:///system version');
  for (const [name, value] of Object.entries(host.client.env)) vi.stubEnv(name, value);
  const bench: EmulatedBench = {
    host,
    connection: await connectTo(host.uri('qemu')),
    async define(name, devices = '') {
      await host.shell(`cat >/root/${name}.xml <<'END'
<domain type='qemu'><name>${name}</name><memory unit='MiB'>64</memory><vcpu>1</vcpu><os><type arch='x86_64' machine='q35'>hvm</type></os>
<devices><controller type='pci' model='pcie-root'/>${PORTS}<controller type='usb' model='qemu-xhci'/><video><model type='vga'/></video>${devices}</devices></domain>
END
virsh define /root/${name}.xml`);
      return (await host.shell(`virsh domuuid ${name}`)).trim();
    },
    async stop() {
      await bench.connection.close();
      vi.unstubAllEnvs();
      await host.stop();
    },
  };
  return bench;
}
