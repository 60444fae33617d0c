import { z } from 'zod'
import { type HashFields, pythonClassOf } from '../../src/http/index.js'
import { defineStream, defineSynapse, type StreamSynapse, type Synapse } from '../../src/synapse/index.js'

const tensor = z.object({ buffer: z.string(), dtype: z.string(), shape: z.array(z.int()) })

/** What both sides speak. */
export const add = defineSynapse({
  name: 'Add',
  request: z.object({ a: z.int(), b: z.int(), label: z.string() }),
  answer: z.object({ sum: z.int() }),
})
export const double = defineSynapse({
  name: 'Double',
  request: z.object({ tensor }),
  answer: z.object({ doubled: tensor }),
})
export const fail = defineSynapse({
  name: 'Fail',
  request: z.object({ a: z.int() }),
  answer: z.object({ sum: z.int().optional() }),
})
export const wait = defineSynapse({
  name: 'Wait',
  request: z.object({ a: z.int() }),
  answer: z.object({ sum: z.int().optional() }),
})
export const tell = defineStream({
  name: 'Tell',
  request: z.object({ prompt: z.string() }),
  chunk: z.string(),
})
export const cut = defineStream({ name: 'Cut', request: z.object({ prompt: z.string() }), chunk: z.string() })
/** Served by nobody. */
export const none = defineSynapse({ name: 'None_', request: z.object({ a: z.int() }), answer: z.object({}) })

export const hashFields: HashFields = {
  Add: [
    { name: 'label', type: 'str' },
    { name: 'a', type: 'int' },
  ],
}

/** Their classes in Python, as they are printed. */
export const classes: string = [add, double, fail, wait, tell, cut, none]
  .map((synapse: unknown) => {
    const one = synapse as Synapse | StreamSynapse
    return pythonClassOf(one, { hashFields: hashFields[one.name] ?? [] })
  })
  .join('\n')
