import { rmSync } from 'node:fs';
import { createConnection, createServer, type Socket } from 'node:net';
import { remoteError } from '../../backends/libvirt/protocol/errors.ts';
import { type Procedure, Program } from '../../backends/libvirt/protocol/procedure.ts';
import { remote } from '../../backends/libvirt/protocol/remote.ts';
import { encodePacket, type Packet, PacketDecoder, PacketStatus, PacketType } from '../../backends/libvirt/rpc/packet.ts';
import { XdrWriter } from '../../backends/libvirt/xdr/cursor.ts';

/** What happens to one call: an error instead of it, its connection cut before or after it was done, or no answer ever. */
export type FaultMode = 'error reply' | 'cut before' | 'reply lost' | 'never done, no reply' | 'done, no reply';

export interface Fault {
  readonly mode: FaultMode;
  readonly at: number;
  /** Of which calls the `at`-th is meant; `named`: of those with this name. */
  readonly among: 'all' | 'mutations' | { readonly named: string };
  /** Where it cuts: all connections, and none comes back, as if the app had died there. */
  readonly forGood?: boolean;
}

export interface FaultProxy {
  readonly uri: string;
  /** Begins to count at zero; the `at`-th call suffers, or the `at`-th that changes something. Without a fault all pass. */
  arm(fault?: Fault): void;
  /** From now on these calls are answered with an error, each time. */
  refuse(...names: readonly string[]): void;
  /** The call that suffered since `arm`. */
  readonly spoilt: string | null;
  /** Resolves when everything has been cut for good. */
  readonly fallen: Promise<void>;
  /** The calls since `arm`, by name, in the order in which they came. */
  readonly calls: readonly string[];
  close(): Promise<void>;
}

const names = new Map(Object.entries(remote).map(([name, { number }]) => [number, name]));

/** Whether a call changes something, and so may end as "outcome unknown". */
export function isMutation(name: string): boolean {
  const table: Readonly<Record<string, Pick<Procedure<unknown, unknown>, 'effect'>>> = remote;
  return table[name]?.effect === 'mutation';
}

/** Stands between a client and a real daemon, and spoils one call. */
export async function startFaultProxy(daemonSocket: string, path: string): Promise<FaultProxy> {
  rmSync(path, { force: true });
  let calls: string[] = [];
  let fault: Fault | null = null;
  let spoilt: string | null = null;
  let refused: ReadonlySet<string> = new Set();
  const sockets = new Set<Socket>();
  let isDown = false;
  let fell: () => void = () => undefined;
  const fallen = new Promise<void>((resolve) => (fell = resolve));

  const server = createServer((client) => {
    if (isDown) {
      client.destroy();
      return;
    }
    const daemon = createConnection(daemonSocket);
    const end = () => {
      client.destroy();
      daemon.destroy();
    };
    for (const socket of [client, daemon]) {
      sockets.add(socket);
      socket.on('error', end).on('close', () => {
        sockets.delete(socket);
        end();
      });
    }
    const requests = new PacketDecoder();
    const replies = new PacketDecoder();
    const cut = () => {
      end();
      if (fault?.forGood !== true) return;
      isDown = true;
      for (const socket of sockets) socket.destroy();
      fell();
    };
    let lost: { readonly serial: number; readonly cut: boolean } | null = null;

    client.on('data', (chunk: Buffer) => {
      for (const packet of requests.push(chunk)) {
        const mode = packet.type === PacketType.call && packet.program === Program.remote ? count(packet) : null;
        if (mode === 'cut before') return cut();
        if (mode === 'never done, no reply') continue;
        if (mode === 'error reply') {
          client.write(refusal(packet));
          continue;
        }
        if (mode !== null) lost = { serial: packet.serial, cut: mode === 'reply lost' };
        daemon.write(encodePacket(packet, packet.payload));
      }
    });
    daemon.on('data', (chunk: Buffer) => {
      for (const packet of replies.push(chunk)) {
        if (lost !== null && packet.type === PacketType.reply && packet.serial === lost.serial) {
          if (lost.cut) return cut();
          continue;
        }
        client.write(encodePacket(packet, packet.payload));
      }
    });
  });

  function count({ procedure }: Packet): FaultMode | null {
    const name = names.get(procedure) ?? `procedure ${procedure}`;
    calls.push(name);
    if (refused.has(name)) return 'error reply';
    if (fault === null || spoilt !== null) return null;
    const { among, at } = fault;
    const meant = (call: string) => among === 'all' || (among === 'mutations' ? isMutation(call) : call === among.named);
    if (!meant(name) || calls.filter(meant).length < at) return null;
    spoilt = name;
    return fault.mode;
  }

  await new Promise<void>((resolve) => server.listen(path, resolve));
  return {
    uri: `qemu:///system?socket=${path}`,
    fallen,
    get calls() {
      return calls;
    },
    get spoilt() {
      return spoilt;
    },
    arm(next) {
      calls = [];
      fault = next ?? null;
      spoilt = null;
    },
    refuse(...procedures) {
      refused = new Set(procedures);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

// libvirt: VIR_ERR_OPERATION_FAILED of the QEMU driver.
function refusal(call: Packet): Buffer {
  const writer = new XdrWriter();
  const nothing = { dom: null, str1: null, str2: null, str3: null, int1: -1, int2: -1, net: null };
  remoteError.write(writer, { code: 9, domain: 10, message: 'injected fault', level: 2, ...nothing });
  return encodePacket({ ...call, type: PacketType.reply, status: PacketStatus.error }, writer.finish());
}
