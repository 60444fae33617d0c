import { BaseError } from '../../errors/index.js'

/** A Noise message does not authenticate, or came where the pattern has none. The handshake is over. */
export class NoiseError extends BaseError {
  override readonly name = 'NoiseError'
  readonly code = 'NoiseFailed'

  constructor(details: { what: string; cause?: unknown }) {
    super(`${details.what}.`, {
      hints: ['Close the connection and start a new handshake.'],
      docsPath: 'errors#noise',
      cause: details.cause,
    })
  }
}

/** A Noise protocol name asks for a pattern or a function that is not spoken here. */
export class UnknownNoiseProtocolError extends BaseError {
  override readonly name = 'UnknownNoiseProtocolError'
  readonly code = 'UnknownNoiseProtocol'
  readonly protocol: string

  constructor(details: { protocol: string }) {
    super(`The Noise protocol ${JSON.stringify(details.protocol.slice(0, 80))} is not known.`, {
      hints: ['Known: Noise_{XX,IK}_25519_{AESGCM,ChaChaPoly}_{SHA256,BLAKE2s,BLAKE2b}.'],
      docsPath: 'errors#unknown-noise-protocol',
    })
    this.protocol = details.protocol
  }
}
