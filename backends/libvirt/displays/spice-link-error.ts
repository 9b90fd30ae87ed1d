import { BackendError } from '../../errors.ts';
import { listenHere } from './display-definition.ts';

/** spice-protocol, spice/error_codes.h: SPICE_LINK_ERR_… */
export const SpiceLinkError = {
  ok: 0,
  error: 1,
  invalidMagic: 2,
  invalidData: 3,
  versionMismatch: 4,
  needSecured: 5,
  needUnsecured: 6,
  permissionDenied: 7,
  badConnectionId: 8,
  channelNotAvailable: 9,
} as const;

/** The channel must be asked for at the display's other port. Never leaves this room where there is one. */
export class OtherPortWanted extends BackendError {
  readonly port: 'tls' | 'plain';

  constructor(port: 'tls' | 'plain') {
    super(
      'unsupported',
      port === 'tls'
        ? 'This display wants an encrypted connection, and has no port for one.'
        : 'This display is not encrypted where it says so.',
      { remedy: port === 'tls' ? 'Turn on spice_tls in its host’s qemu.conf, and start the guest anew.' : listenHere },
    );
    this.port = port;
  }
}

/** Why a SPICE server does not link a channel, but for a wrong password. */
export function linkFault(code: number, cause?: unknown): BackendError {
  switch (code) {
    case SpiceLinkError.needSecured:
      return new OtherPortWanted('tls');
    case SpiceLinkError.needUnsecured:
      return new OtherPortWanted('plain');
    case SpiceLinkError.versionMismatch:
      return new BackendError('unsupported', 'This display speaks another version of SPICE.', {
        remedy: 'Update the host, or give the guest a VNC display.',
      });
    case SpiceLinkError.badConnectionId:
      return new BackendError('connection-lost', 'The display does not know this session any more.', {
        reason: 'Somebody else may have connected to it.',
        remedy: 'Open the display again.',
      });
    case SpiceLinkError.channelNotAvailable:
      return new BackendError('not-found', 'The display has no such channel.', {
        reason: 'What it needs may not be in the guest’s definition.',
        cause,
      });
    case SpiceLinkError.permissionDenied:
      return new BackendError('permission', 'The display does not let you have this channel.', { remedy: 'Look at its host’s log.' });
    default:
      return new BackendError('protocol', 'The display refuses the connection.', {
        reason: `SPICE’s error ${code}.`,
        remedy: 'Try again; the guest’s log on the host may say more.',
      });
  }
}
