import { defineStream, defineSynapse } from 'subnetkit/synapse'
import { z } from 'zod'

/** What is sent to and fro: some text, and the bytes that a payload is named after. */
export interface Body {
  readonly text: string
  readonly data: Uint8Array
}

const body = z.object({ text: z.string(), data: z.instanceof(Uint8Array) })

/** Answers what it was asked. */
export const echo = defineSynapse({ name: 'echo', request: body, answer: body })

/** So many chunks of so many bytes. */
export const chunks = defineStream({
  name: 'chunks',
  request: z.object({ count: z.number(), bytes: z.number() }),
  chunk: body,
})

/** The sizes that are measured, by name. */
export const PAYLOADS = { '1 KB': 1_024, '64 KB': 65_536 } as const

/** Bytes that no two sizes share. */
export function payload(bytes: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: bytes }, (_, at) => (at * 31 + bytes) & 0xff)
}

/** Whether an answer is what was asked: its text, which no other call has, and the length and ends of its bytes. */
export function isEcho(asked: Body, answered: Body): boolean {
  const { length } = asked.data
  return (
    answered.text === asked.text &&
    answered.data.length === length &&
    answered.data[0] === asked.data[0] &&
    answered.data[length - 1] === asked.data[length - 1]
  )
}
