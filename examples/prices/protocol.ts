import { sha256Hex } from 'subnetkit/crypto'
import { defineSynapse } from 'subnetkit/synapse'
import type { Hotkey } from 'subnetkit/units'
import { z } from 'zod'

/** How much the logarithm of the price changes, in hundredths of a basis point: 10,000 is about one percent. */
export type Move = number

/** A forecast is about an hour: so many steps of five minutes, in so many paths. */
export const [STEPS, PATHS] = [12, 64]
/** The farthest that a price can be said to go: by a factor of e. */
export const FARTHEST: Move = 1_000_000

/** Which hour: the one that begins with a block. */
export interface Window {
  readonly startsAt: number
}

/** How far the price is from where it began, after each step of each path. */
export interface Paths {
  readonly salt: string
  readonly paths: readonly (readonly Move[])[]
}

/** Where the price is at the end, and between what it is until then. */
export interface Range {
  readonly salt: string
  readonly point: Move
  readonly low: Move
  readonly high: Move
}

const startsAt = z.number().int().min(0).max(0xffff_ffff)
const isMove = (value: unknown): boolean => Number.isInteger(value) && Math.abs(Number(value)) <= FARTHEST
const move = z.custom<Move>(isMove, { message: `Give a whole number of at most ${FARTHEST}.` })
/** What keeps anybody from finding out what is sealed by trying. */
const salt = z.string().min(16).max(64)

/** What a miner will say of an hour before it begins, as a digest: {@link sealOf}. */
export const seal = defineSynapse({
  name: 'seal',
  request: z.object({ what: z.enum(['paths', 'range']), startsAt }),
  answer: z.object({ digest: z.string().regex(/^[0-9a-f]{64}$/) }),
})

const window: z.ZodType<Window> = z.object({ startsAt })
/** One look at all of them: a schema for each number would cost more than judging them. */
const isPaths = (value: unknown): boolean => isList(value, PATHS, (path) => isList(path, STEPS, isMove))
const isList = (value: unknown, length: number, holds: (part: unknown) => boolean): boolean =>
  Array.isArray(value) && value.length === length && value.every(holds)
const pathsAnswer: z.ZodType<Paths> = z.object({
  salt,
  paths: z.custom<Paths['paths']>(isPaths, { message: `Give ${PATHS} paths of ${STEPS} whole numbers.` }),
})
const rangeAnswer: z.ZodType<Range> = z
  .object({ salt, point: move, low: move, high: move })
  .refine(({ low, high }) => low < high, { message: 'Give a range that is not empty.' })

/** Paths of the price. A miner shows them from the block on with which the hour begins. */
export const paths = defineSynapse({ name: 'paths', request: window, answer: pathsAnswer, idempotent: true })

/** A point and a range, shown as paths are. */
export const range = defineSynapse({ name: 'range', request: window, answer: rangeAnswer, idempotent: true })

/** The digest of a forecast. It holds who made it, so that nobody else can show what it stands for. */
export function sealOf(hotkey: Hotkey, forecast: Paths | Range): string {
  const content = 'paths' in forecast ? forecast.paths : [forecast.point, forecast.low, forecast.high]
  return sha256Hex(new TextEncoder().encode(JSON.stringify([hotkey, forecast.salt, content])))
}
