import { trace } from '@opentelemetry/api'
import { Axon } from 'subnetkit/axon'
import { keyPairFromUri } from 'subnetkit/crypto'
import { Dendrite } from 'subnetkit/dendrite'
import * as tracing from 'subnetkit/tracing'
import { createMemoryNetwork } from 'subnetkit/transport'
import { describeRefusals } from './refuses.js'

const carrier = createMemoryNetwork()
const signer = keyPairFromUri('//Alice', { scheme: 'ed25519' })

describeRefusals('tracing', tracing, {
  traceCalls: {
    params: ['parts', 'options'],
    args: () => [
      { axon: new Axon({ signer, carrier }), dendrite: new Dendrite({ signer, carrier }) },
      { tracer: trace.getTracer('test') },
    ],
    call: tracing.traceCalls,
    optional: ['parts.axon', 'parts.dendrite', 'options', 'options.tracer'],
    alsoRight: { options: [{}] },
    free: ['options.tracer.unheardOf'],
  },
})
