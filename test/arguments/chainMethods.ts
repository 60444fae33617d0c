import type * as chain from 'subnetkit/chain'
import { keyPairFromUri } from 'subnetkit/crypto'
import { type Queries, signCall } from 'subnetkit/ledger'
import type { Entry, Room } from './refuses.js'

const alice = keyPairFromUri('//Alice')
const bob = keyPairFromUri('//Bob')

export const wholes: readonly unknown[] = [-1, 1.5, 2 ** 53, Number.POSITIVE_INFINITY]
export const u16s: readonly unknown[] = [...wholes, 65_536]
export const amounts: readonly unknown[] = [-1n, 2n ** 64n, 1]

export const signal = (): AbortSignal => new AbortController().signal
const wait = (): chain.WaitOptions => ({ signal: signal() })

const waitOptional: Pick<Entry, 'optional' | 'alsoRight'> = {
  optional: ['options', 'options.signal'],
  alsoRight: { options: [{}] },
}

/** The methods that every chain has. */
export function methodsOf(name: string, open: () => chain.Chain): Room {
  return {
    [`${name}#head`]: {
      params: ['options'],
      args: () => [wait()],
      call: (o?: object) => open().head(o),
      ...waitOptional,
    },
    [`${name}#query`]: {
      params: ['name', 'args', 'options'],
      args: () => ['uid', { netuid: 1, hotkey: alice.address }, wait()],
      call: (query: 'uid', args: Queries['uid']['args'], o?: object) => open().query(query, args, o),
      ...waitOptional,
      alsoWrong: { name: ['balance', '__proto__'], 'args.netuid': u16s, 'args.hotkey': ['alice'] },
    },
    [`${name}#metagraph`]: {
      params: ['netuid', 'options'],
      args: () => [1, wait()],
      call: (netuid: number, o?: object) => open().metagraph(netuid, o),
      ...waitOptional,
      alsoWrong: { netuid: u16s },
    },
    [`${name}#nextNonce`]: {
      params: ['address', 'options'],
      args: () => [alice.address, wait()],
      call: (address: typeof alice.address, o?: object) => open().nextNonce(address, o),
      ...waitOptional,
      alsoWrong: { address: ['alice', alice.address.slice(1)] },
    },
    [`${name}#call`]: {
      params: ['signer', 'name', 'args', 'options'],
      args: () => [alice, 'transfer', { to: bob.address, amountRao: 1n }, wait()],
      call: (
        signer: typeof alice,
        call: 'transfer',
        args: { to: typeof bob.address; amountRao: bigint },
        o?: object,
      ) => open().call(signer, call, args, o),
      ...waitOptional,
      // A signer is the caller's own object.
      free: ['signer.unheardOf'],
      alsoWrong: {
        name: ['pay', 'toString'],
        'args.to': ['bob', alice.address.slice(1)],
        'args.amountRao': amounts,
      },
    },
    [`${name}#submit`]: {
      params: ['signedCall', 'options'],
      args: async () => [
        signCall(bob, {
          genesisHash: open().genesisHash,
          recentBlockHash: (await open().head()).hash,
          nonce: await open().nextNonce(bob.address),
          expiryBlock: (await open().head()).number + 64,
          name: 'startSubnet',
          args: { netuid: 1 },
        }),
        { ...wait(), onAccepted: () => {} },
      ],
      call: (signedCall: Uint8Array, o?: object) => open().submit(signedCall, o),
      optional: ['options', 'options.signal', 'options.onAccepted'],
      alsoRight: { options: [{}] },
    },
    [`${name}#blocks`]: {
      params: ['options'],
      args: () => [{ ...wait(), fromBlock: 1 }],
      call: (o?: object) => open().blocks(o),
      optional: ['options', 'options.signal', 'options.fromBlock'],
      alsoRight: { options: [{}] },
      alsoWrong: { 'options.fromBlock': wholes },
    },
    [`${name}#close`]: 'takes nothing',
  }
}
