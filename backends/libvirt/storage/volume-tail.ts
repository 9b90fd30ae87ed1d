import type { Operation } from '../../backend.ts';
import { BackendError } from '../../errors.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import type { Volume } from '../protocol/objects.ts';
import { remote } from '../protocol/remote.ts';
import { knowsHoles, onStreamOfItsOwn } from './transfer-session.ts';

// libvirt: VIR_STORAGE_VOL_DOWNLOAD_SPARSE_STREAM.
const SPARSE = 1;
const OPEN_MS = 120_000;

interface Tail {
  readonly vol: Volume;
  /** It is a file, which has holes. */
  readonly files: boolean;
  /** Bytes. */
  readonly from: number;
  readonly size: number;
}

/** Reads a raw volume from there to its end, and rejects with 'in-use' where anything but zeros lies there. Holes are not read. */
export async function requireZeros(host: LibvirtHost, { vol, files, from, size }: Tail, operation: Operation): Promise<void> {
  const length = size - from;
  const flags = files && knowsHoles(host.facts.daemonVersion) ? SPARSE : 0;
  const args = { vol, offset: BigInt(from), length: BigInt(length), flags };
  const { signal } = operation;
  let looked = 0;
  await onStreamOfItsOwn(host, { procedure: remote.storageVolDownload, args, openMs: OPEN_MS, signal }, async (stream) => {
    for (let item = await stream.read(); item !== null; item = await stream.read()) {
      if (item.kind === 'data') {
        const at = item.bytes.findIndex((byte) => byte !== 0);
        if (at >= 0) throw somethingThere(vol.name, from + looked + at);
        stream.giveBack(item.bytes);
      }
      looked += item.kind === 'data' ? item.bytes.length : Number(item.length);
      operation.report('Looking at the end that would be cut off', Math.min(1, looked / length));
    }
    await stream.finish();
  });
}

const somethingThere = (name: string, at: number) =>
  new BackendError('in-use', `“${name}” has data beyond its new end, at byte ${at}. Nothing was changed.`, {
    remedy: 'Make the last partition smaller in the guest first, or choose a larger size.',
  });
