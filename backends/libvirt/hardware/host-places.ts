/**
 * What may be named in each place of a guest's definition: the one table by which a change is judged. Against whom: the page has been taken
 * over, and so has the guest, so what the page writes into a definition the guest gets. `path`: a file, folder, device or program of the host.
 * `elsewhere`: an address, a port, a pool's volume, a device; judged with all that belongs to it (named-ways.ts, host-grants.ts). `nothing`:
 * nothing of the host, and why. What is not in the table is named where it looks like a path or an address, so that what a later libvirt
 * learns is asked about too.
 *
 * Not a matter of this table: how much of the host a guest may use (memory, processors, weights). That hurts a host, gives away nothing of
 * it, and is undone by stopping the guest.
 */
export type Verdict = 'path' | 'elsewhere' | 'nothing';

interface Judgement {
  readonly is: Verdict;
  readonly why: string;
  /** Places, with white space between: "element", its text, or "element@attribute"; with "parent/" before it, there only; "@attribute": of any element. The longest counts. */
  readonly at: string;
}

const judgements: readonly Judgement[] = [
  {
    is: 'path',
    why: 'The hypervisor opens it for the guest. libvirt does not insist on the first slash, and QEMU runs in the root folder.',
    at: `
      @file @dir @path @evdev @socket @tty @rendernode @xauth @template @logFile @keyfile @agentsock source@dev
      source@master source@slave input@dev output@dev path block char certificate database os/kernel os/initrd os/dtb
      os/loader os/nvram os/shim os/root acpi/table rng/backend`,
  },
  {
    is: 'path',
    why: 'The host runs it, mostly as root.',
    at: 'devices/emulator bootloader bootloader_args script@path downscript@path binary@path',
  },
  { is: 'path', why: 'A device through which the host passes the guest’s packets.', at: 'backend@tap backend@vhost' },
  {
    is: 'elsewhere',
    why: 'Part of an address: of storage on the network, of a line’s other end, of a screen. All of it is one thing that is reached.',
    at: `
      host@name host@port host@transport iqn@name source@name source@query source@tlsHostname source@protocol source@host
      source@service source@mode source@address source@port local@address local@port identity@user identity@group
      identity@username source/snapshot@name auth@username auth/secret@usage graphics@listen graphics@address listen@address
      listen@network portForward@address portForward@dev audio@serverName input@serverName output@serverName`,
  },
  { is: 'elsewhere', why: 'A volume of a pool, judged by who else has it.', at: 'source@pool source@volume' },
  {
    is: 'elsewhere',
    why: 'A device of the host, judged with its whole source.',
    at: 'hostdev/source@name hostdev/source@wwpn source/interface adapter@name adapter@parent interface/target@dev',
  },
  { is: 'elsewhere', why: 'Memory that other guests and the host share under this name.', at: 'shmem@name' },
  {
    is: 'elsewhere',
    why: 'A network. Which one is for the person to see in the form: any new guest could be made there as well, and a network is no device or file. One that hands out devices of the host is judged as those.',
    at: 'source@network source@bridge interface/source@dev source@portgroup source@portgroupid parameters@profileid',
  },
  {
    is: 'elsewhere',
    why: 'What keeps the guest apart from its host, judged as a whole.',
    at: 'seclabel@model seclabel/label seclabel/baselabel seclabel/imagelabel filterref@filter parameter@value',
  },
  {
    is: 'nothing',
    why: 'What the guest finds in itself: names, serial numbers, addresses of its own, where something stands in it.',
    at: `
      name title description entry entry@name disk/serial disk/product disk/vendor vendor_id@value dhCert session os/cmdline
      os/initarg os/initenv clock@timezone ip@address ip@peer route@address route@gateway route@netmask
      filesystem/target@dir disk/target@dev target@port target@address target@name guest@dev guest@actual address@port
      master@startport boot@loadparm mac@address slice@offset cell@cpus`,
  },
  {
    is: 'nothing',
    why: 'Runs in the container, in the folder that is its root.',
    at: 'os/init os/initdir os/inituser os/initgroup',
  },
  {
    is: 'nothing',
    why: 'Names within the definition, or of kinds of hardware.',
    at: `
      alias@name teaming@persistent group_name type@machine cpu/model model@vendor_id cpu/vendor feature@name
      graphics@keymap source@fdgroup cachetune@id source@channel source@startupPolicy`,
  },
  {
    is: 'nothing',
    why: 'A password, or with which one the host opens what is judged itself. It goes to nobody but what is named beside it.',
    at: `
      graphics@passwd graphics@passwdValidTo encryption/secret@usage cookie cookie@name cipher@name cipher@mode cipher@hash
      ivgen@name ivgen@hash`,
  },
  {
    is: 'nothing',
    why: 'How much of the host it may use, and where that is counted.',
    at: 'resource/partition fibrechannel@appid device/path',
  },
  {
    is: 'nothing',
    why: 'The window on the screen of who started the guest by hand, and names in a sound server that is judged itself.',
    at: 'graphics@display @clientName @connectPorts @streamName audio/input@name audio/output@name',
  },
  { is: 'nothing', why: 'Xen’s: which of its domains serves the device. Those are the administrator’s.', at: 'backenddomain@name' },
  {
    is: 'nothing',
    why: 'Held for the cluster’s lock manager by the name of a key; its file is judged.',
    at: 'lease/lockspace lease/key',
  },
];

/** libvirt keeps it for others, and reads nothing of it. */
export const unreadElements: ReadonlySet<string> = new Set(['metadata']);

const verdicts: ReadonlyMap<string, Verdict> = new Map(
  judgements.flatMap(({ at, is }) =>
    at
      .trim()
      .split(/\s+/)
      .map((place) => [place, is] as const),
  ),
);

/** Null: the table does not have it. `attribute` null: of the element's text. */
export function verdictOf(parent: string | null, element: string, attribute: string | null): Verdict | null {
  const own = attribute === null ? element : `${element}@${attribute}`;
  const anywhere = attribute === null ? null : verdicts.get(`@${attribute}`);
  return verdicts.get(`${parent ?? ''}/${own}`) ?? verdicts.get(own) ?? anywhere ?? null;
}

const plain = [/^[\w+-]*$/, /^[\d,^-]*$/, /^\d+\.\d+$/, /^(?:[\da-f]{2}:){5}[\da-f]{2}$/i];

/** A word, a number, a set of them, a network card's address: what no file, host or command is named by in a place that nobody knows. */
export const isPlain = (value: string): boolean => plain.some((form) => form.test(value));
