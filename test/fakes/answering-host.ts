import type { LibvirtHost } from '../../backends/libvirt/host/libvirt-host.ts';
import type { Procedure } from '../../backends/libvirt/protocol/procedure.ts';
import { decode } from '../../backends/libvirt/xdr/codec.ts';
import { XdrWriter } from '../../backends/libvirt/xdr/cursor.ts';

/** What a call is answered with, as on the wire. */
export interface Answer {
  readonly procedure: unknown;
  encode(args: unknown): Promise<Uint8Array>;
}

export const answerBy = <A, R>(procedure: Procedure<A, R>, give: (args: unknown) => R | Promise<R>): Answer => ({
  procedure,
  async encode(args) {
    const value = await give(args);
    const writer = new XdrWriter();
    procedure.result.write(writer, value);
    return writer.finish();
  },
});

export const answer = <A, R>(procedure: Procedure<A, R>, value: R): Answer => answerBy(procedure, () => value);

/** The calls of a host that answers these, all others are refused so. Each call is told to `asked`. */
export function answeringCall(
  answers: readonly Answer[],
  refuse: () => Error,
  asked: (procedure: unknown) => void = () => {},
): LibvirtHost['call'] {
  return async <A, R>(procedure: Procedure<A, R>, args: A): Promise<R> => {
    asked(procedure);
    const found = answers.find((each) => each.procedure === procedure);
    if (found === undefined) throw refuse();
    return decode(procedure.result, await found.encode(args)).value;
  };
}
