import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { layoutText } from './layout-text.ts';
import { events, procedures } from './whole-protocol.ts';

const Line = z.union([
  z.strictObject({ number: z.number(), message: z.string() }),
  z.strictObject({
    number: z.number(),
    args: z.string(),
    result: z.string(),
    looks: z.boolean(),
    stream: z.enum(['read', 'write']).optional(),
  }),
]);
const Facts = z.strictObject({
  libvirt: z.literal('11.3.0'),
  programs: z.record(z.string(), z.strictObject({ program: z.number(), procedures: z.record(z.string(), Line) })),
});
/** Made of libvirt's own .x files by read-protocol-facts.mjs. */
const facts = Facts.parse(JSON.parse(readFileSync(new URL('protocol-facts.json', import.meta.url), 'utf8')));
const lines = Object.values(facts.programs).flatMap(({ program, procedures: named }) =>
  Object.entries(named).map(([name, line]) => ({ key: `${program}:${line.number}`, name, line })),
);
const keyOf = ({ program, number }: { readonly program: number; readonly number: number }) => `${program}:${number}`;

/** They pass file descriptors, which Node's sockets cannot. */
const WITH_DESCRIPTORS = [
  'DOMAIN_OPEN_GRAPHICS',
  'DOMAIN_CREATE_XML_WITH_FILES',
  'DOMAIN_CREATE_WITH_FILES',
  'DOMAIN_OPEN_GRAPHICS_FD',
  'DOMAIN_FD_ASSOCIATE',
  'DOMAIN_MONITOR_COMMAND_WITH_FILES',
  'DOMAIN_OPEN_NAMESPACE',
];

describe('beside what libvirt 11.3 says of its protocol', () => {
  test('every procedure is there but those that pass file descriptors, and each once', () => {
    const ours = procedures.map(keyOf);
    expect(new Set(ours).size).toBe(ours.length);
    const missing = lines.filter(({ line, key }) => 'args' in line && !ours.includes(key)).map(({ name }) => name);
    expect(missing).toEqual(WITH_DESCRIPTORS);
    expect(ours).toHaveLength(400);
  });

  test('every event is there, and each once', () => {
    const ours = events.map(keyOf);
    expect(new Set(ours).size).toBe(ours.length);
    expect(new Set(ours)).toEqual(new Set(lines.filter(({ line }) => 'message' in line).map(({ key }) => key)));
    // 53 of the program "remote", one of "qemu".
    expect(ours).toHaveLength(54);
  });

  const byKey = new Map(lines.map((line) => [line.key, line]));

  test('each procedure has its number, name, layout and stream', () => {
    for (const procedure of procedures) {
      const fact = byKey.get(keyOf(procedure));
      const { name, args, result, stream } = procedure;
      expect(name).toBe(fact?.name.toLowerCase().replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase()));
      const way = stream === undefined ? {} : { stream: stream === 'send' ? 'write' : 'read' };
      const { looks: _, ...line } = { looks: null, ...fact?.line };
      expect(line, name).toEqual({ number: procedure.number, args: layoutText(args.layout), result: layoutText(result.layout), ...way });
    }
  });

  test('each event has its layout', () => {
    for (const event of events)
      expect(byKey.get(keyOf(event))?.line, event.name).toMatchObject({ message: layoutText(event.payload.layout) });
  });
});

describe('a call that may be asked again', () => {
  const READS = /(^|[a-z])(Get|List|Lookup|Is|Has|Num|Find|Compare|Baseline|Supports|Current|Peek|Stats|Addresses)([A-Z0-9]|$)/;

  /** What the name does not tell. */
  const READS_BY_OTHER_NAMES = [
    'authList',
    // Logging in and opening leave nothing behind but this connection.
    'authPolkit',
    'authSaslInit',
    'authSaslStart',
    'authSaslStep',
    'connectOpen',
    'connectClose',
    // They translate a text.
    'connectDomainXmlFromNative',
    'connectDomainXmlToNative',
    'storageVolDownload',
    'domainOpenConsole',
    'domainOpenChannel',
    'domainScreenshot',
  ];
  /** "domainSetMemoryStatsPeriod" has "Stats" in its name. */
  const CHANGES = /Set[A-Z]/;
  /** They change what this connection is told, nothing else. */
  const SUBSCRIPTION = /(R|Unr|Der)egister/;

  const isRead = (name: string) =>
    READS_BY_OTHER_NAMES.includes(name) ||
    SUBSCRIPTION.test(name) ||
    (READS.test(`${name[0]?.toUpperCase()}${name.slice(1)}`) && !CHANGES.test(name));

  test('is called so by its name', () => {
    const wrong = procedures.filter(({ name, effect }) => effect !== (isRead(name) ? 'read' : 'mutation'));
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });

  const looks = new Map(lines.map(({ key, line }) => [key, 'args' in line && line.looks]));

  /** libvirt guards them like changes: they ask the guest's agent, look into memory, disks and files, or take a right of their own. */
  const GUARDED_READS = `
    connectGetDomainCapabilities connectCompareHypervisorCpu connectBaselineHypervisorCpu connectDomainXmlToNative
    connectDomainXmlFromNative connectFindStoragePoolSources domainOpenConsole domainOpenChannel
    domainScreenshot storageVolDownload domainGetHostname domainInterfaceAddresses
    domainGetGuestInfo domainGetFsinfo domainGetTime domainGetVcpusFlags
    domainGetGuestVcpus domainAuthorizedSshKeysGet domainMemoryPeek domainBlockPeek
    domainSaveImageGetXmlDesc domainMigrateGetMaxSpeed domainMigrateGetCompressionCache domainMigrateGetMaxDowntime
    networkListAllPorts connectDomainMonitorEventRegister connectDomainMonitorEventDeregister
  `
    .trim()
    .split(/\s+/);

  test('wants no right to change anything, with named exceptions', () => {
    const guarded = procedures.filter((procedure) => procedure.effect === 'read' && looks.get(keyOf(procedure)) === false);
    expect(new Set(guarded.map(({ name }) => name))).toEqual(new Set(GUARDED_READS));
  });

  test('is not called a change where libvirt sees none', () => {
    const harmless = procedures.filter((procedure) => procedure.effect === 'mutation' && looks.get(keyOf(procedure)) === true);
    // libvirt 11.3 wants no more than "domain:read" for it; that it sets is beyond doubt.
    expect(harmless.map(({ name }) => name)).toEqual(['domainSetSchedulerParameters']);
  });
});
