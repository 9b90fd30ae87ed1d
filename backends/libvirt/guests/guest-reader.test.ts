import { afterEach, expect, test } from 'vitest';
import { connectTo } from '../../../test/bed/unattended-connect.ts';
import { DomainState, ScriptedHost } from '../../../test/fakes/scripted-host.ts';

let scripted: ScriptedHost | undefined;
afterEach(() => scripted?.close());

test('a guest that is on has no saved state, though libvirt still has the file from which it was just started', async () => {
  scripted = await ScriptedHost.start(2);
  scripted.domain(0).saved = true;
  scripted.domain(1).saved = true;
  scripted.domain(1).state = DomainState.running;
  const connection = await connectTo(scripted.uri);
  try {
    expect((await connection.listGuests()).map(({ state, saved }) => ({ state, saved }))).toEqual([
      { state: 'shut-off', saved: true },
      { state: 'running', saved: false },
    ]);
  } finally {
    await connection.close();
  }
});
