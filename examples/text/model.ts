import { type FloatTensor, OnnxModel } from 'subnetkit/compute'
import { exampleFile } from '../support/folders.js'
import type { TextRequest } from './protocol.js'
import { drawsOf, missOf, tokenAt } from './sampler.js'
import { SYMBOLS } from './symbols.js'

/** Numbers of the model are rounded to this before they are told or judged: two machines differ in the last bits. */
const GRID = 2 ** -10

/** A token, and the natural logarithm of its chance. */
export interface Token {
  readonly symbol: string
  readonly logp: number
}

/** What the checker found of each token of a text. */
export type TextCheck = {
  readonly logps: readonly number[]
  /** How far the draw of the seed was from hitting the token. */
  readonly misses: readonly number[]
}

/** A character model of the next symbol, which writes a text step by step, and reads one in a single pass. */
export class TextModel {
  readonly #model: OnnxModel

  private constructor(model: OnnxModel) {
    this.#model = model
  }

  /** @param name - `text`, or `text-8bit` for the one with rounded weights. */
  static async load(name: 'text' | 'text-8bit'): Promise<TextModel> {
    return new TextModel(await OnnxModel.load(exampleFile(`text/models/${name}.onnx`)))
  }

  /** Writes what a request asks for, a token at a time. */
  async *write({ prompt, seed, tokens }: TextRequest): AsyncGenerator<Token, void> {
    const draw = drawsOf(seed)
    let read = await this.#read(prompt)
    for (let count = 1; count <= tokens; count++) {
      const last = read.logp.data.length - SYMBOLS.length
      const symbol = tokenAt(read.chance.data.subarray(last), draw())
      const token = SYMBOLS.charAt(symbol)
      yield { symbol: token, logp: onGrid(read.logp.data[last + symbol] ?? 0) }
      if (count < tokens) read = await this.#read(token, read.next)
    }
  }

  /** Reads prompt and text in one pass, and tells what the model and the sampler say of each token of the text. */
  async check({ prompt, seed }: TextRequest, text: string): Promise<TextCheck> {
    const draw = drawsOf(seed)
    const { logp, chance } = await this.#read(prompt + text)
    const logps: number[] = []
    const misses: number[] = []
    for (const [at, token] of [...text].entries()) {
      const row = (prompt.length + at - 1) * SYMBOLS.length
      const symbol = SYMBOLS.indexOf(token)
      logps.push(onGrid(logp.data[row + symbol] ?? 0))
      misses.push(onGrid(missOf(chance.data.subarray(row, row + SYMBOLS.length), symbol, draw())))
    }
    return { logps, misses }
  }

  async #read(text: string, state?: FloatTensor) {
    const data = new Float32Array(text.length * SYMBOLS.length)
    for (const [at, token] of [...text].entries()) data[at * SYMBOLS.length + SYMBOLS.indexOf(token)] = 1
    const characters = { data, dims: [text.length, 1, SYMBOLS.length] }
    const { logp, chance, next } = await this.#model.run({ characters, state: state ?? this.#blank() })
    if (logp === undefined || chance === undefined || next === undefined)
      throw new Error('The model lacks an output.')
    return { logp, chance, next }
  }

  #blank(): FloatTensor {
    const units = Number(this.#model.inputs.find(({ name }) => name === 'state')?.dims[2])
    return { data: new Float32Array(units), dims: [1, 1, units] }
  }
}

const loaded = new Map<string, Promise<TextModel>>()

/** The model, loaded once in a process, when it is first wanted. */
export function textModel(name: 'text' | 'text-8bit' = 'text'): Promise<TextModel> {
  const before = loaded.get(name)
  if (before !== undefined) return before
  const model = TextModel.load(name)
  loaded.set(name, model)
  return model
}

/** Adding 0 turns -0, which is no plain value, into 0. */
const onGrid = (value: number): number => Math.round(value / GRID) * GRID + 0
