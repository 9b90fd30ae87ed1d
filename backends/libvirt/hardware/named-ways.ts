import { attribute, child, children, descendants, serialize, type XmlElement } from '../xml/document.ts';

/** Something of the host that a definition names by no path. `key` is equal where it is the same. */
export interface Way {
  readonly key: string;
  readonly says: string;
}

/** What a guest reaches, or lets others reach, through the host: see host-places.ts for why. */
export function namedWays(domain: XmlElement): Way[] {
  return [
    ...storageElsewhere(domain),
    ...lines(domain),
    ...children(child(domain, 'devices'), 'graphics').flatMap(screens),
    ...children(child(domain, 'devices'), 'interface').flatMap(cards),
    ...devices(domain),
  ];
}

const way = (says: string, key: string = says): Way => ({ key: `way ${key}`, says });

/** The host's own hypervisor opens it: also what only the host can reach, at 127.0.0.1 or in a network of its own. */
function storageElsewhere(domain: XmlElement): Way[] {
  const sources = descendants(domain, 'source').filter((source) => attribute(source, 'protocol') !== null);
  return sources.map((source) => {
    const protocol = attribute(source, 'protocol') ?? '';
    const servers = children(source, 'host').map((host) =>
      placeOf(attribute(host, 'name') ?? attribute(host, 'socket'), attribute(host, 'port')),
    );
    const name = attribute(source, 'name') ?? '';
    const at = servers.length === 0 ? 'the host’s own servers' : servers.join(' and ');
    const secret = [child(source, 'auth'), child(source, 'identity')].flatMap((one) => (one === null ? [] : [serialize(one)]));
    const said = `what the host is given as “${name}” over ${protocol} by ${at}`;
    return way(said, JSON.stringify([protocol, name, attribute(source, 'query'), servers, secret]));
  });
}

const placeOf = (host: string | null, port: string | null): string => `${host ?? '*'}${port === null ? '' : `:${port}`}`;

/** Serial lines, channels and their like whose other end is a port: one that is opened on the host, or one that the host connects to. */
function lines(domain: XmlElement): Way[] {
  const all = (element: XmlElement): XmlElement[] => [element, ...children(element).flatMap(all)];
  const lined = children(child(domain, 'devices')).flatMap(all);
  const sources = lined.filter(({ name }) => name !== 'interface').flatMap((one) => children(one, 'source'));
  return sources.flatMap((source) => {
    const service = attribute(source, 'service');
    if (service === null) return [];
    const at = placeOf(attribute(source, 'host'), service);
    return [way(attribute(source, 'mode') === 'bind' ? `the host’s port ${at}, which is opened for it` : `what listens at ${at}`)];
  });
}

const loopback = /^(?:127\.\d+\.\d+\.\d+|localhost|::1)$/;

/** Whoever reaches the host sees and uses the guest. A password is no reason not to say so: the page may have set it. */
function screens(graphics: XmlElement): Way[] {
  const own = attribute(graphics, 'listen');
  const listens = children(graphics, 'listen');
  const addresses = [...(own === null ? [] : [own]), ...listens.flatMap((one) => attribute(one, 'address') ?? [])];
  const networks = listens.flatMap((one) =>
    attribute(one, 'type') === 'network' ? [`the network ${attribute(one, 'network') ?? ''}`] : [],
  );
  const open = [...new Set([...addresses.filter((one) => !loopback.test(one)), ...networks])];
  const locked = (attribute(graphics, 'passwd') ?? '') !== '';
  const bus = attribute(graphics, 'address');
  const drawn = attribute(graphics, 'type') === 'egl-headless' || attribute(child(graphics, 'gl'), 'enable') === 'yes';
  return [
    ...open.map((at) => way(`a port of the host at ${at}, by which others see and use its screen`)),
    ...(locked ? [] : open.map((at) => way(`a screen at ${at} that asks nobody for a password`))),
    ...(bus === null ? [] : [way(`the host’s message bus at ${bus}`)]),
    ...(drawn ? [way('the host’s graphics card')] : []),
  ];
}

function cards(card: XmlElement): Way[] {
  const source = child(card, 'source');
  const forwards = children(card, 'portForward').map((one) => way('ports of the host, which are passed on to it', serialize(one)));
  const trusted = attribute(card, 'trustGuestRxFilters') === 'yes' ? [way('what the host’s network card lets in')] : [];
  return [...forwards, ...trusted, ...byType(card, source)];
}

function byType(card: XmlElement, source: XmlElement | null): Way[] {
  const at = placeOf(attribute(source, 'address'), attribute(source, 'port'));
  switch (attribute(card, 'type') ?? '') {
    case 'user':
      // QEMU's own network, and passt, let a guest connect to what listens on the host's loopback, at the address of its gateway.
      return [way('what listens on the host for the host alone')];
    case 'server':
      return [way(`the host’s port ${at}, which is opened for it`)];
    case 'client':
    case 'udp':
    case 'mcast':
      return [way(`a network made of packets to ${at}`)];
    case 'direct':
      return attribute(source, 'mode') === 'passthrough'
        ? [way(`the host’s network card ${attribute(source, 'dev') ?? ''} for itself`)]
        : [];
    case 'ethernet': {
      const target = child(card, 'target');
      return attribute(target, 'managed') === 'no' ? [way(`the host’s network device ${attribute(target, 'dev') ?? ''}`)] : [];
    }
    default:
      return [];
  }
}

/** Through these a guest hears the person, too. */
const hostSound: ReadonlySet<string> = new Set(['alsa', 'coreaudio', 'jack', 'oss', 'pipewire', 'pulseaudio', 'sdl', 'sndio']);

function devices(domain: XmlElement): Way[] {
  const all = child(domain, 'devices');
  const sound = children(all, 'audio').filter((audio) => hostSound.has(attribute(audio, 'type') ?? ''));
  const nvme = descendants(domain, 'disk').filter((disk) => attribute(disk, 'type') === 'nvme');
  // Without a path it is the first that the host has.
  const chips = children(all, 'tpm').filter((tpm) => attribute(child(tpm, 'backend'), 'type') === 'passthrough');
  return [
    ...sound.map((audio) => way('the host’s sound, its microphone included', serialize(audio))),
    ...nvme.map((disk) => way('the host’s own nvme device', serialize(child(disk, 'source') ?? disk))),
    ...chips.map(() => way('the host’s own TPM')),
    ...children(all, 'vsock').map(() => way('what listens on the host for its guests (vsock)')),
    ...children(all, 'shmem').map((one) => way(`the memory that is shared under the name “${attribute(one, 'name') ?? ''}”`)),
  ];
}
