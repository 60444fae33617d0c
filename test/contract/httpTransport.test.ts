import { describe, it } from 'vitest'
import { httpClient, httpServer } from '../../src/http/index.js'
import { type TransportUnderTest, transportContract } from '../../src/testing/index.js'

const JSON_ONLY = 'JSON has no form for bytes, typed arrays, dates and integers beyond 53 bits'
const UNSIGNED_ANSWERS = 'answers are not signed: only a session proves the server'

/** Both ends of ours over HTTP, by loopback sockets. */
const overHttp = (name: string, scheme: 'sr25519' | 'ed25519', sessions: boolean): TransportUnderTest => ({
  name,
  scheme,
  lacks: { richValues: JSON_ONLY, provenServer: UNSIGNED_ANSWERS },
  open: () => ({
    axon: { transports: [httpServer({ protocols: ['btauth/1'], expectedScheme: () => scheme, sessions })] },
    dendrite: { transport: httpClient({ protocol: 'btauth/1' }) },
  }),
})

transportContract({ describe, it }, overHttp('btauth/1 over HTTP', 'ed25519', true))
transportContract({ describe, it }, overHttp('btauth/1 over HTTP alone', 'sr25519', false))
