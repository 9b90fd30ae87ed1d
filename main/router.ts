import type { z } from 'zod';
import type { Call, Caller, Contract, Handlers, Reply } from '#contract/define';
import type { FaultCode } from '#model/fault';
import { BackendError, faultOf } from '../backends/errors.ts';
import { CallLimits } from './call-limits.ts';
import { checkInput } from './input-limits.ts';

export interface RouterOptions {
  log(line: string): void;
  readonly limits?: CallLimits;
  /** Parses what handlers return as well: in tests only, since both ends ship together. */
  readonly checkOutputs?: boolean;
}

/** Answers one message. Never rejects. */
export type Router = (channel: unknown, args: readonly unknown[], caller: Caller) => Promise<Reply>;

type Route = { readonly call: Call; handle(input: unknown, caller: Caller): Promise<unknown> };

/** Turns a contract and what implements it into the one function that every message of every window goes through. */
export function createRouter<C extends Contract>(contract: C, handlers: Handlers<C>, options: RouterOptions): Router {
  const routes = routesOf(contract, handlers);
  const limits = options.limits ?? new CallLimits();
  const unknownCalls = new Set<string>();

  const answer = async (channel: unknown, args: readonly unknown[], caller: Caller): Promise<unknown> => {
    const route = typeof channel === 'string' ? routes.get(channel) : undefined;
    if (route === undefined) {
      const shown = JSON.stringify(typeof channel === 'string' ? channel.slice(0, 80) : typeof channel);
      // A window that asks for calls that do not exist is broken or hostile: say so once each, and never without end.
      if (unknownCalls.size < 100 && !unknownCalls.has(shown)) {
        unknownCalls.add(shown);
        options.log(`window ${caller.window} asked for an unknown call: ${shown}`);
      }
      throw new BackendError('unknown-call', 'Guesthouse has no such call.');
    }
    if (!route.call.roles.includes(caller.role)) throw new BackendError('bad-role', 'This window may not do that.');
    const verdict = checkInput(args, route.call.largest);
    if (!verdict.ok) throw new BackendError(verdict.code, verdict.why);
    const input = route.call.input.safeParse(verdict.input);
    if (!input.success) throw refusalOf(input.error);
    const value = await route.handle(input.data, caller);
    return options.checkOutputs === true ? route.call.output.parse(value) : value;
  };

  return async (channel, args, caller) => {
    const call = limits.enter(caller.window);
    if (call === null) return { ok: false, fault: faultOf(new BackendError('busy', 'This window asks for too much at once.')) };
    try {
      return { ok: true, value: await answer(channel, args, caller) };
    } catch (error) {
      if (!(error instanceof BackendError)) options.log(`${String(channel)} failed: ${described(error)}`);
      return { ok: false, fault: faultOf(error) };
    } finally {
      call.leave();
    }
  };
}

/** A Map, because `routes['constructor']` of a plain object would find something. */
function routesOf<C extends Contract>(contract: C, handlers: Handlers<C>): ReadonlyMap<string, Route> {
  const routes = new Map<string, Route>();
  for (const [groupName, group] of Object.entries(contract)) {
    for (const [name, entry] of Object.entries(group)) {
      if (entry.kind !== 'call') continue;
      const implementation: unknown = Reflect.get(handlers, groupName);
      const handler: unknown =
        typeof implementation === 'object' && implementation !== null ? Reflect.get(implementation, name) : undefined;
      if (typeof handler !== 'function') throw new TypeError(`${groupName}.${name} has no handler`);
      routes.set(`${groupName}.${name}`, {
        call: entry,
        handle: async (input, caller) => Reflect.apply(handler, implementation, [input, caller]),
      });
    }
  }
  return routes;
}

/** Fields whose refusal has a code of its own, because a person can put a name right and cannot put a wrong type right. */
const codeOfField: ReadonlyMap<PropertyKey | undefined, FaultCode> = new Map([
  ['name', 'bad-name'],
  ['token', 'bad-token'],
]);

/** Parts of an address, and the files that go with it, of which a window holds tokens. */
const FILES_OF_ADDRESS = /^(keyFile|certificates)$/;
const PARTS_OF_ADDRESS = /^(host|user|port|uri)$/;

function addressRefusal(path: readonly PropertyKey[]): BackendError | null {
  const [, part] = path.slice(path.indexOf('address')).map(String);
  if (!path.includes('address') || part === undefined) return null;
  if (FILES_OF_ADDRESS.test(part))
    return new BackendError('bad-token', 'The file must be chosen again.', { remedy: 'Choose it once more.' });
  if (!PARTS_OF_ADDRESS.test(part)) return null;
  const what = { host: 'The host', user: 'The user', port: 'The port' }[part] ?? 'The address';
  return new BackendError('bad-uri', `${what} cannot be used.`, { remedy: 'Check it for characters that do not belong there.' });
}

function refusalOf(error: z.ZodError): BackendError {
  const issue = error.issues[0];
  if (issue === undefined) return new BackendError('bad-input', 'The message was refused.');
  const ofAddress = addressRefusal(issue.path);
  if (ofAddress !== null) return ofAddress;
  const own = error.issues.every((other) => other.code === 'invalid_format' || other.code === 'custom')
    ? codeOfField.get(issue.path.at(-1))
    : undefined;
  if (own === 'bad-token') return new BackendError(own, 'The installation medium must be chosen again.');
  if (own !== undefined) return new BackendError(own, 'This name cannot be used.', { remedy: `${issue.message}.` });
  const where = issue.path.length === 0 ? 'The message' : `The field “${issue.path.join('.')}”`;
  return new BackendError('bad-input', `${where} was refused.`, { reason: issue.message });
}

function described(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
