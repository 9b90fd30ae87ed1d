import type { Fault, FaultCode } from '#model/fault';
import type { Bridge, Client, Contract } from './define.ts';

/** A call that main refused or that failed; `fault` is what a person reads. */
export class CallError extends Error {
  override readonly name = 'CallError';
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(fault.message);
    this.fault = fault;
  }

  get code(): FaultCode {
    return this.fault.code;
  }
}

/** The contract as functions. `check` parses what comes back too: in development and tests, since both ends ship together. */
export function createClient<C extends Contract>(contract: C, bridge: Bridge, check: boolean): Client<C> {
  const client: Record<string, Record<string, unknown>> = {};
  for (const [groupName, group] of Object.entries(contract)) {
    const members: Record<string, unknown> = {};
    for (const [name, entry] of Object.entries(group)) {
      const channel = `${groupName}.${name}`;
      members[name] =
        entry.kind === 'call'
          ? async (input: unknown) => {
              const reply = await bridge.invoke(channel, input);
              if (!reply.ok) throw new CallError(reply.fault);
              return check ? entry.output.parse(reply.value) : reply.value;
            }
          : (listener: (payload: unknown) => void) =>
              bridge.subscribe(channel, (payload) => listener(check ? entry.payload.parse(payload) : payload));
    }
    client[groupName] = members;
  }
  // The loop above builds exactly the mapped type; TypeScript cannot follow a mapped type through a loop.
  return client as Client<C>;
}
