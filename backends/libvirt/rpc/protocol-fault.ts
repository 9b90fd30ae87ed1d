/** The other side broke the protocol: framing or pairing is lost, so the connection ends with this reason. */
export class ProtocolFault extends Error {
  override readonly name = 'ProtocolFault';
}
