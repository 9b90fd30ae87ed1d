import type { z } from 'zod';
import type { Fault } from '#model/fault';
import type { GuestRef } from '#model/guest';
import type { HostId } from '#model/host';

/**
 * Which of our windows may make a call or hear an event. A console window can do with its guests what a console is for; a confirmation window
 * can answer its question and nothing else.
 */
export type Role = 'app' | 'console' | 'confirmation';

export interface Call<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  readonly kind: 'call';
  readonly roles: readonly Role[];
  /** What `input` may measure: bytes of text, numbers and (only here) binary data. Without it, the limit of all calls, and no binary data. */
  readonly largest?: number;
  readonly input: I;
  readonly output: O;
}
export interface Event<P extends z.ZodType = z.ZodType> {
  readonly kind: 'event';
  readonly roles: readonly Role[];
  readonly payload: P;
  /** What of it a console window is told; null: nothing. Without it, everything. */
  part?(payload: z.infer<P>, own: Own): z.infer<P> | null;
}

/** What a console window has: the guests whose consoles are in it. */
export interface Own {
  /** As in ConsolePlace. */
  readonly place: number;
  holds(guest: GuestRef): boolean;
  /** Whether one of its guests is on that host. */
  reaches(host: HostId): boolean;
}
export type Group = Readonly<Record<string, Call | Event>>;
export type Contract = Readonly<Record<string, Group>>;

/** A question from a window to main, with one plain object in and one value out; the app's windows alone may ask it unless `roles` says more. */
export function call<I extends z.ZodType, O extends z.ZodType>(input: I, output: O, ...roles: readonly Role[]): Call<I, O> {
  return { kind: 'call', roles: roles.length === 0 ? ['app'] : roles, input, output };
}
/** The same with binary data in its input, at most `largest` bytes of everything. */
export function callWithBytes<I extends z.ZodType, O extends z.ZodType>(
  input: I,
  output: O,
  largest: number,
  ...roles: readonly Role[]
): Call<I, O> {
  return { ...call(input, output, ...roles), largest };
}
/** News from main to every window of these roles, by default the app's. */
export function event<P extends z.ZodType>(payload: P, ...roles: readonly Role[]): Event<P> {
  return { kind: 'event', roles: roles.length === 0 ? ['app'] : roles, payload };
}

/** News from main to the app's windows, and to a console window the part that concerns it. */
export function eventInPart<P extends z.ZodType>(payload: P, part: (payload: z.infer<P>, own: Own) => z.infer<P> | null): Event<P> {
  return { kind: 'event', roles: ['app', 'console'], payload, part };
}

/** Who asked: main gives each window it creates a number. */
export interface Caller {
  readonly window: number;
  readonly role: Role;
}

type CallsOf<G> = { [K in keyof G as G[K] extends Call ? K : never]: G[K] };
type EventsOf<G> = { [K in keyof G as G[K] extends Event ? K : never]: G[K] };

/** What main must implement: a missing handler does not compile. */
export type Handlers<C extends Contract> = {
  [G in keyof C]: {
    [K in keyof CallsOf<C[G]>]: C[G][K] extends Call<infer I, infer O> ? (input: z.infer<I>, caller: Caller) => Promise<z.infer<O>> : never;
  };
};

/** What main uses to tell its windows something. */
export type Publisher<C extends Contract> = {
  [G in keyof C]: { [K in keyof EventsOf<C[G]>]: C[G][K] extends Event<infer P> ? (payload: z.infer<P>) => void : never };
};

/** What a window holds. */
export type Client<C extends Contract> = {
  [G in keyof C]: {
    [K in keyof C[G]]: C[G][K] extends Call<infer I, infer O>
      ? (input: z.input<I>) => Promise<z.infer<O>>
      : C[G][K] extends Event<infer P>
        ? (listener: (payload: z.infer<P>) => void) => () => void
        : never;
  };
};

export type Reply = { ok: true; value: unknown } | { ok: false; fault: Fault };

/** All that crosses the boundary. The preload exposes exactly this and does not grow with the contract. */
export interface Bridge {
  invoke(channel: string, input: unknown): Promise<Reply>;
  subscribe(channel: string, listener: (payload: unknown) => void): () => void;
}
