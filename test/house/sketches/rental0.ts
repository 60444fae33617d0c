import { defineSynapse } from 'subnetkit/synapse'
import { z } from 'zod'

export const bid = defineSynapse({
  name: 'bid',
  request: z.object({ item: z.number() }),
  answer: z.object({ price: z.number() }),
})
export const prove = defineSynapse({
  name: 'prove',
  request: z.object({ nonce: z.number() }),
  answer: z.object({ next: z.number() }),
})
