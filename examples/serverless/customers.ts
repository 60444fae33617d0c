import { sleep } from 'subnetkit/clock'
import { keyPairFromUri } from 'subnetkit/crypto'
import { CallFailedError } from 'subnetkit/dendrite'
import { atMiner } from 'subnetkit/synapse'
import type { MarketBuyer } from '../support/market.js'
import { prepared } from './miners.js'
import { invoke, LEAST_STEPS, MOST_STEPS, offer } from './protocol.js'

/** Its key is known to the rules: it has an account, and pays. */
const ACCOUNT = '//Serverless//account'
export const accounts = [keyPairFromUri(ACCOUNT).hotkey]

const customer: MarketBuyer = {
  name: 'customer',
  does: 'asks each desk in turn what is warm, and invokes one of it; has an account, and pays',
  uri: ACCOUNT,
  async buys({ dendrite, desks, random, clock, signal }) {
    for (let nth = 0; ; nth++) {
      await sleep(clock, 400, signal)
      const desk = desks[nth % desks.length]
      if (desk === undefined) return
      const offered = await dendrite.call(offer, desk, {}, { timeoutMs: 1_000, signal })
      if (offered.status !== 'ok' || offered.answer.warm.length === 0) continue
      const steps = LEAST_STEPS + random.int(MOST_STEPS - LEAST_STEPS + 1)
      const request = { ...random.pick(offered.answer.warm), value: random.nextU32(), steps }
      await whole(dendrite.stream(invoke, desk, request, { timeoutMs: 4_000, signal }))
    }
  },
}

const friend: MarketBuyer = {
  name: 'friend',
  friendOf: 'trafficker',
  does: 'asks each desk for the same thing again and again, and names the trafficker; has no account',
  async buys({ dendrite, desks, hotkeys, clock, signal }) {
    const miner = hotkeys.get('trafficker')
    if (miner === undefined) return
    for (;;) {
      await sleep(clock, 60, signal)
      const calls = desks.map((desk) =>
        whole(
          dendrite.stream(atMiner(invoke), desk, { miner, request: prepared }, { timeoutMs: 2_000, signal }),
        ),
      )
      await Promise.all(calls)
    }
  },
}

export const buyers: readonly MarketBuyer[] = [customer, friend]

/** Reads a stream to its end; one that is busy, late or cut is the desk's to know. */
async function whole(stream: AsyncIterable<unknown>): Promise<void> {
  try {
    for await (const _ of stream);
  } catch (error) {
    if (!(error instanceof CallFailedError)) throw error
  }
}
