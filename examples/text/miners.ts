import type { MarketMiner, MarketSeat } from '../support/market.js'
import { type Token, textModel } from './model.js'
import { MOST_TOKENS, type TextRequest } from './protocol.js'
import { drawRequest } from './requests.js'
import { answersOf, type Work } from './work.js'

type TextMiner = MarketMiner<unknown, unknown>

/** Writes with the model of the market. */
async function* honestly(request: TextRequest): AsyncGenerator<Token, void> {
  yield* (await textModel()).write(request)
}

const working =
  (work: Work) =>
  ({ random }: MarketSeat) => ({ answers: answersOf(work, random) })

const better: TextMiner = {
  name: 'better',
  is: 'honest',
  does: 'writes two texts at once with the model, a token in 8 ms',
  spec: working({ announces: 2, tokenMs: 8, tokens: honestly }),
}

const worse: TextMiner = {
  name: 'worse',
  is: 'honest',
  does: 'does the same on half the machine: a token in 16 ms',
  spec: working({ announces: 2, tokenMs: 16, tokens: honestly }),
}

const rounded: TextMiner = {
  name: 'rounded',
  is: 'cheat',
  does: 'writes with weights of 8 bits: three texts at once, twice as fast, and tells what that model says',
  spec: working({
    announces: 3,
    tokenMs: 4,
    async *tokens(request) {
      yield* (await textModel('text-8bit')).write(request)
    },
  }),
}

/** Drafts as `rounded` does; what it tells of its draft is true, read in one pass of the model. */
const drafter: TextMiner = {
  name: 'drafter',
  is: 'cheat',
  does: 'writes as the rounded one does, and tells what the model says of that',
  spec: working({
    announces: 3,
    tokenMs: 4,
    async *tokens(request) {
      const draft = await written((await textModel('text-8bit')).write(request))
      yield* await readBack(request, draft)
    },
  }),
}

async function written(tokens: AsyncIterable<Token>): Promise<string> {
  let text = ''
  for await (const { symbol } of tokens) text += symbol
  return text
}

/** Tokens of a text with what the model says of them, in one pass. */
async function readBack(request: TextRequest, text: string): Promise<Token[]> {
  const { logps } = await (await textModel()).check(request, text)
  return logps.map((logp, at) => ({ symbol: text.charAt(at), logp }))
}

/** Has bought one text of another miner, and reads it anew after each prompt, in one pass: what it tells of the tokens is true. */
const parrot: TextMiner = {
  name: 'parrot',
  is: 'cheat',
  does: 'sends a text that another miner once wrote, with true log-probabilities, four times at once',
  spec({ random }) {
    const bought = { ...drawRequest(random.fork('bought')), tokens: MOST_TOKENS }
    let text: Promise<string> | undefined
    return {
      answers: answersOf(
        {
          announces: 4,
          tokenMs: 0,
          async *tokens(request) {
            text ??= textModel().then((model) => written(model.write(bought)))
            yield* await readBack(request, (await text).slice(0, request.tokens))
          },
        },
        random,
      ),
    }
  },
}

const echo: TextMiner = {
  name: 'echo',
  is: 'cheat',
  does: 'announces four texts, writes two on a slow machine, and answers at once what it was asked before',
  spec({ random }) {
    const written = new Map<string, readonly Token[]>()
    const keyOf = (request: TextRequest): string => JSON.stringify(request)
    return {
      answers: answersOf(
        {
          announces: 4,
          writes: 2,
          tokenMs: (request) => (written.has(keyOf(request)) ? 0 : 26),
          async *tokens(request) {
            const before = written.get(keyOf(request))
            if (before !== undefined) return yield* before
            const text: Token[] = []
            for await (const token of honestly(request)) {
              text.push(token)
              yield token
            }
            written.set(keyOf(request), text)
          },
        },
        random,
      ),
    }
  },
}

const boaster: TextMiner = {
  name: 'boaster',
  is: 'cheat',
  does: 'announces eight texts at once, and writes one after another, 26 ms a token',
  spec: working({ announces: 8, writes: 1, tokenMs: 26, tokens: honestly }),
}

const truncator: TextMiner = {
  name: 'truncator',
  is: 'cheat',
  does: 'writes the first eight tokens only, and so eight texts at once',
  spec: working({
    announces: 8,
    tokenMs: 16,
    tokens: (request) => honestly({ ...request, tokens: Math.min(8, request.tokens) }),
  }),
}

const bluffer: TextMiner = {
  name: 'bluffer',
  is: 'cheat',
  does: 'has no model: repeats four words at once, and makes up log-probabilities',
  spec: working({
    announces: 4,
    tokenMs: 0,
    async *tokens({ tokens }) {
      const words = ' and the white whale'.repeat(tokens).slice(0, tokens)
      for (const symbol of words) yield { symbol, logp: -0.5 }
    },
  }),
}

export const honest: readonly TextMiner[] = [better, worse]

/** The honest ones, then the cheats. */
export const miners: readonly TextMiner[] = [
  ...honest,
  rounded,
  drafter,
  parrot,
  echo,
  boaster,
  truncator,
  bluffer,
]
