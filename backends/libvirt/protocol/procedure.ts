import type { Codec } from '../xdr/codec.ts';

// libvirt: src/rpc/virkeepaliveprotocol.x, src/remote/{remote,qemu}_protocol.x. All are version 1.
export const Program = { remote: 0x20008086, qemu: 0x20008087, keepAlive: 0x6b656570 } as const;
export const PROGRAM_VERSION = 1;

/**
 * What a call may have done when no answer came: a read may be given up and asked again; a mutation may have happened.
 */
export type Effect = 'read' | 'mutation';

/** Which way a stream's bytes go. A console is declared as receiving by libvirt, and is two-way on the wire. */
export type StreamKind = 'receive' | 'send' | 'duplex';

/** One procedure of a program, as data: its number, its types, and what an unanswered call means. */
export interface Procedure<Args, Result> {
  /** For error messages; set by `named`. */
  name: string;
  readonly program: number;
  readonly number: number;
  readonly effect: Effect;
  readonly args: Codec<Args>;
  readonly result: Codec<Result>;
}

/** A procedure that opens a stream under its own serial. */
export interface StreamProcedure<Args, Result> extends Procedure<Args, Result> {
  readonly stream: StreamKind;
}

/** A message that the daemon sends unasked. */
export interface EventMessage<Payload> {
  name: string;
  readonly program: number;
  readonly number: number;
  readonly payload: Codec<Payload>;
}

/** Gives each entry of a table its key as its name. */
export function named<T extends Readonly<Record<string, { name: string }>>>(table: T): T {
  for (const [name, entry] of Object.entries(table)) entry.name = name;
  return table;
}

const line =
  (program: number, effect: Effect) =>
  <Args, Result>(number: number, args: Codec<Args>, result: Codec<Result>): Procedure<Args, Result> => ({
    name: `procedure ${number}`,
    program,
    number,
    effect,
    args,
    result,
  });

/** Lines of the program "remote". */
export const read = line(Program.remote, 'read');
export const mutation = line(Program.remote, 'mutation');
/** Lines of the program "qemu". */
export const qemuRead = line(Program.qemu, 'read');
export const qemuMutation = line(Program.qemu, 'mutation');

const streamLine =
  (effect: Effect) =>
  <Args, Result>(number: number, stream: StreamKind, args: Codec<Args>, result: Codec<Result>): StreamProcedure<Args, Result> => ({
    ...line(Program.remote, effect)(number, args, result),
    stream,
  });

export const readStream = streamLine('read');
export const mutationStream = streamLine('mutation');
