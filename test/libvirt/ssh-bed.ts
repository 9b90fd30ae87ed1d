import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import { BackendError } from '../../backends/errors.ts';
import { remote } from '../../backends/libvirt/protocol/remote.ts';
import { openSession } from '../../backends/libvirt/rpc/open-session.ts';
import type { Session } from '../../backends/libvirt/rpc/session.ts';
import { here } from '../../backends/libvirt/transport/local-socket.ts';
import { openRoute } from '../../backends/libvirt/transport/open-route.ts';
import type { Route } from '../../backends/libvirt/transport/route.ts';
import { type LibvirtUri, parseLibvirtUri } from '../../backends/libvirt/transport/uri.ts';
import { type AskLogin, type LoginAnswer, type LoginQuestion, nobodyToAsk } from '../../backends/login.ts';
import { type PrivateSshd, type PrivateSshdOptions, SSH_USER, startPrivateSshd } from '../bed/private-sshd.ts';
import { makeSshClient, type SshClient } from '../bed/ssh-client.ts';

/** A person at this computer, with hosts of ssh; all of it ends with `stop`. */
export class SshBed {
  readonly client: SshClient;
  readonly asked: LoginQuestion[] = [];
  readonly #sshds: PrivateSshd[] = [];
  readonly #routes: Route[] = [];

  constructor(client: SshClient) {
    this.client = client;
  }

  async sshd(options?: PrivateSshdOptions): Promise<PrivateSshd> {
    const sshd = await startPrivateSshd(options);
    this.#sshds.push(sshd);
    return sshd;
  }

  /** One that lets this person in by key, and whose key is known. */
  async trusted(options?: PrivateSshdOptions): Promise<{ sshd: PrivateSshd; keyFile: string }> {
    const sshd = await this.sshd(options);
    await this.client.trust(sshd.knownHost);
    const key = await this.client.makeKey(`key-${sshd.port}`);
    await sshd.authorize(key.publicKey);
    return { sshd, keyFile: key.file };
  }

  /** Answers the questions in turn; one more is an error. */
  answering(...answers: LoginAnswer[]): AskLogin {
    return async (question) => {
      this.asked.push(question);
      const answer = answers.shift();
      if (answer === undefined) throw new Error(`unexpected question: ${JSON.stringify(question)}`);
      return answer;
    };
  }

  async route(uri: LibvirtUri, ask: AskLogin = nobodyToAsk): Promise<Route> {
    const environment = { ...process.env, ...this.client.env };
    const route = await openRoute(uri, { ask, surroundings: { ...here(), environment } });
    this.#routes.push(route);
    return route;
  }

  /** Connects and asks the daemon for its name. */
  async connect(text: string, ask?: AskLogin, signal?: AbortSignal): Promise<{ session: Session; route: Route; uri: LibvirtUri }> {
    const uri = parseLibvirtUri(text);
    const route = await this.route(uri, ask);
    const session = await openSession(route, uri.name, signal === undefined ? {} : { signal });
    expect((await session.call(remote.connectGetUri, {})).uri).toMatch(/^qemu:/);
    return { session, route, uri };
  }

  /** The programs that this person's ssh runs, by process id. Those that have ended and wait for their parent have no command line. */
  async programs(): Promise<Map<number, string>> {
    const ours = [this.client.runtime, join(this.client.dir, 'config')];
    const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
    const lines = await Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')));
    const all = ids.map((id, index) => [Number(id), (lines[index] ?? '').replaceAll('\0', ' ')] as const);
    return new Map(all.filter(([, line]) => ours.some((path) => line.includes(path))));
  }

  /** Everything of ours that still is there. */
  async leftovers(): Promise<string[]> {
    return [...(await this.programs()).values(), ...(await readdir(this.client.runtime))];
  }

  async stop(): Promise<void> {
    for (const route of this.#routes) route.close();
    await vi.waitFor(async () => expect(await this.leftovers()).toEqual([]), { timeout: 10_000, interval: 100 });
    await Promise.all(this.#sshds.map((sshd) => sshd.stop()));
    await this.client.remove();
  }
}

export const makeBed = async (): Promise<SshBed> => new SshBed(await makeSshClient());

export const at = (sshd: PrivateSshd, rest = '/system', user = SSH_USER) => `qemu+ssh://${user}@${sshd.authority}${rest}`;

export const byKey = (keyFile: string) => `keyfile=${encodeURIComponent(keyFile)}`;

export const secret = (text: string): LoginAnswer => ({ kind: 'secret', secret: text });

/** What it fails with. */
export async function failure(promise: Promise<unknown>): Promise<BackendError> {
  const error = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error instanceof BackendError) return error;
  throw new Error(`expected a BackendError, not ${String(error)}`, { cause: error });
}

export const runFolder = (libvirtd: { readonly dir: string }) => join(libvirtd.dir, 'run');
