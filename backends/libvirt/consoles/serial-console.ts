import { setTimeout as sleep } from 'node:timers/promises';
import type { ByteStream } from '../../byte-stream.ts';
import { BackendError } from '../../errors.ts';
import { traitsOf } from '../host/driver-traits.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import { ErrorCode } from '../protocol/errors.ts';
import type { Domain } from '../protocol/objects.ts';
import { remote } from '../protocol/remote.ts';
import { LibvirtError } from '../rpc/libvirt-error.ts';
import type { Session } from '../rpc/session.ts';
import type { Stream } from '../rpc/stream.ts';
import { toBackendError } from '../to-backend-error.ts';

/** How long `close` waits for the daemon to say that the console is free again. */
const GOODBYE_MS = 500;

/** `isFirst`: of the guest's terminals. */
export interface Terminal {
  readonly name: string;
  readonly isFirst: boolean;
}

/** A guest's terminal, over a connection of its own: its bytes may stop flowing without holding up anything else. */
export async function openSerialConsole(host: LibvirtHost, dom: Domain, { name, isFirst }: Terminal, force: boolean): Promise<ByteStream> {
  const { consoleFlags, namedConsoles } = traitsOf(host.facts.hypervisor);
  if (!namedConsoles && !isFirst) {
    throw new BackendError('unsupported', 'Of a guest with several consoles, this host opens the first one only.', {
      remedy: 'Open the first one, or use “xl console” on the host.',
    });
  }
  const session = await host.openSession();
  try {
    const flags = force ? consoleFlags.force : consoleFlags.safe;
    const { stream } = await session.openStream(remote.domainOpenConsole, { dom, devName: namedConsoles ? name : null, flags });
    return new SerialConsole(session, stream);
  } catch (error) {
    session.close();
    throw force ? toBackendError(error) : busyOr(error);
  }
}

/** Refusing a second opener is the only operation that fails here without `force`: by this daemon's own table, or by a lock file. */
function busyOr(error: unknown): BackendError {
  if (error instanceof LibvirtError && error.code === ErrorCode.operationFailed) {
    return new BackendError('console-busy', 'This console is open somewhere else.', {
      reason: error.text,
      remedy: 'Close it there, or take it over.',
      cause: error,
    });
  }
  return toBackendError(error);
}

class SerialConsole implements ByteStream {
  readonly #session: Session;
  readonly #stream: Stream;
  #closed = false;

  constructor(session: Session, stream: Stream) {
    this.#session = session;
    this.#stream = stream;
  }

  async *read(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      yield* this.#stream.bytes();
    } catch (error) {
      // Our own close is an end, not a failure.
      if (!this.#closed) throw toBackendError(error);
    } finally {
      this.#session.close();
    }
  }

  async write(bytes: Uint8Array): Promise<void> {
    try {
      await this.#stream.write(bytes);
    } catch (error) {
      throw toBackendError(error);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    // In order, so that the console can be opened again at once; but a daemon that does not answer keeps nobody.
    await Promise.race([this.#stream.abort(), sleep(GOODBYE_MS, undefined, { ref: false })]);
    this.#session.close();
  }
}
