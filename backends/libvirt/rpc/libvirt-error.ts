import { ErrorCode, ErrorDomain, remoteError, type RemoteError } from '../protocol/errors.ts';
import { decode } from '../xdr/codec.ts';

/** The daemon answered a call with an error. Decide by `code` (ErrorCode) and `domain`; `text` is for people. */
export class LibvirtError extends Error {
  override readonly name = 'LibvirtError';
  readonly code: number;
  /** Which part of libvirt says so: virErrorDomain. */
  readonly domain: number;
  /** 1 warning, 2 error. */
  readonly level: number;
  /** The daemon's own words, '' if it sent none. */
  readonly text: string;
  /** With ErrorCode.systemError the errno. */
  readonly int1: number;
  /** The procedure that was called. */
  readonly operation: string;

  constructor(operation: string, error: RemoteError) {
    super(`${operation}: ${error.message ?? 'the daemon gave no reason'} (libvirt error ${error.code}, domain ${error.domain})`);
    this.code = isUnknownProcedure(error) ? ErrorCode.noSupport : error.code;
    this.domain = error.domain;
    this.level = error.level;
    this.text = error.message ?? '';
    this.int1 = error.int1;
    this.operation = operation;
  }
}

/** A procedure newer than the daemon. The C library turns exactly this into "not supported", having nothing but the message either. */
function isUnknownProcedure({ code, domain, message }: RemoteError): boolean {
  return code === ErrorCode.rpc && domain === ErrorDomain.rpc && (message ?? '').startsWith('unknown procedure');
}

/** Throws XdrError if the payload is no error. */
export function decodeError(operation: string, payload: Uint8Array): LibvirtError {
  return new LibvirtError(operation, decode(remoteError, payload).value);
}
