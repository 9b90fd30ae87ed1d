import type { ConnectOptions, HostConnection } from '../../backends/backend.ts';
import { libvirtBackend } from '../../backends/libvirt/libvirt-backend.ts';
import { openSession } from '../../backends/libvirt/rpc/open-session.ts';
import type { Session } from '../../backends/libvirt/rpc/session.ts';
import { here } from '../../backends/libvirt/transport/local-socket.ts';
import { openRoute } from '../../backends/libvirt/transport/open-route.ts';
import { parseLibvirtUri } from '../../backends/libvirt/transport/uri.ts';
import { nobodyToAsk } from '../../backends/login.ts';

/** For hosts that let everybody in: a question fails the attempt. */
export const unattended = (signal: AbortSignal = new AbortController().signal): ConnectOptions => ({ signal, ask: nobodyToAsk });

export const connectTo = (uri: string): Promise<HostConnection> => libvirtBackend.connect(uri, unattended());

/** One session, without the host around it. Its road holds nothing that would have to be freed. */
export async function openSessionAt(text: string, readOnly = false): Promise<Session> {
  const uri = parseLibvirtUri(text);
  return openSession(await openRoute(uri, { ask: nobodyToAsk, surroundings: here(), readOnly }), uri.name, { readOnly });
}
