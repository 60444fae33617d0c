// The examples by name: the program that `npm run example -- NAME` runs, and what it shows. Those that need more than that say how they are run.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './setUp.mjs'

/**
 * @typedef {object} Example
 * @property {string} says
 * @property {string} [program] within its folder
 * @property {string} [how] instead of a program: the command
 */

/** @type {Readonly<Record<string, Example>>} */
const known = {
  quickstart: { program: 'main.ts', says: 'a whole subnet in fifty lines: miners find cube roots' },
  prices: {
    program: 'main.ts',
    says: 'a market of forecasts: paths of a price, and as a second mechanism points and ranges',
  },
  text: { program: 'main.ts', says: 'a market of text that is checked: a small model, tokens as a stream' },
  reasoning: {
    program: 'main.ts',
    says: 'a market of solvers that miners commit to: a champion and its challengers',
  },
  storage: {
    program: 'main.ts',
    says: 'a market of storage: sealed replicas, challenges, files of customers',
  },
  agents: {
    program: 'main.ts',
    says: 'a market of programs that repair functions: who improves is paid, less from day to day',
  },
  rental: { program: 'main.ts', says: 'a market of cards for rent: work that proves them, leases, deposits' },
  serverless: {
    program: 'main.ts',
    says: 'a market of applications that miners keep warm: calls, bounties, and a log that the payer keeps',
  },
  economy: {
    program: 'economy.ts',
    says: 'three subnets of different quality on one chain, and one that takes a place',
  },
  matrix: { program: 'main.ts', says: 'a subnet with large answers, scored as matrices' },
  metagraph: { program: 'whatIf.ts', says: 'a real subnet under other settings of consensus' },
  rules: { program: 'rules.ts', says: 'one history under the rules of the reference and under your own' },
  miner: {
    how: 'see examples/miner/README.md',
    says: 'a chain, a miner and a validator by hand, in three terminals',
  },
  forecast: { how: 'npm start', says: 'a subnet that forecasts weather: eleven neurons, each a process' },
}

/** Those that are there. @type {Readonly<Record<string, Example>>} */
export const examples = Object.fromEntries(
  Object.entries(known).filter(([name, { program = '' }]) =>
    existsSync(join(root, 'examples', name, program)),
  ),
)
