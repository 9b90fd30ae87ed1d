import { openSession } from '../../backends/libvirt/rpc/open-session.ts';
import { here } from '../../backends/libvirt/transport/local-socket.ts';
import { openRoute } from '../../backends/libvirt/transport/open-route.ts';
import { parseLibvirtUri } from '../../backends/libvirt/transport/uri.ts';
import { nobodyToAsk } from '../../backends/login.ts';

/** A program of its own, which a test kills: it holds a session at the address that it is given. */
const uri = parseLibvirtUri(process.argv[2] ?? '');
const route = await openRoute(uri, { ask: nobodyToAsk, surroundings: here() });
await openSession(route, uri.name);
process.stdout.write('connected\n');
