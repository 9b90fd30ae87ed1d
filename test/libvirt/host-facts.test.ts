import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { connectTo } from '../bed/unattended-connect.ts';

const run = promisify(execFile);

/** As dmidecode writes what a computer's firmware says: the tests' computer may have none that says anything. */
const firmware = `Processor Information
\tSocket Designation: AM4
\tType: Central Processor
\tFamily: Zen
\tManufacturer: Advanced Micro Devices, Inc.
\tVersion: AMD Ryzen 7 5800X 8-Core Processor
\tExternal Clock: 100 MHz
`;

test.each([
  ['is called what its firmware calls it', `cat <<'end'\n${firmware}end\n`, 'AMD Ryzen 7 5800X 8-Core Processor'],
  ['has no name where the firmware says nothing', 'exit 1\n', null],
])('the processor of a host %s', async (_, script, model) => {
  const daemon = await startPrivateLibvirtd();
  onTestFinished(() => daemon.stop());
  const program = join(daemon.dir, 'dmidecode');
  await writeFile(program, `#!/bin/sh\n${script}`, { mode: 0o755 });
  // Its path is compiled in, and it is asked once, at the start.
  const [enter, ...words] = daemon.enter;
  await run(enter, [...words, 'mount', '--bind', program, '/usr/sbin/dmidecode']);
  await daemon.crash();
  await daemon.revive();
  const connection = await connectTo(daemon.uri);
  onTestFinished(() => connection.close());
  expect(connection.facts).toMatchObject({ hypervisor: 'QEMU', cpuModel: model });
});
