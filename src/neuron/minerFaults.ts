import { limitLine } from '../axon/index.js'
import { hostAndPort } from '../checks/index.js'
import type { Fault } from '../log/index.js'
import { SchemaMismatchError } from '../synapse/index.js'
import { faultOfError } from './faultParts.js'
import type { MinerEvent } from './minerEvents.js'

type Of<Type extends MinerEvent['type']> = Extract<MinerEvent, { type: Type }>

/** What each event of a miner tells a person. */
export const minerFaults: {
  readonly [Type in Exclude<MinerEvent['type'], 'served' | 'crashed'>]: (event: Of<Type>) => Fault | undefined
} = {
  serveRefused: ({ block, refusal: { error, detail, remedy } }) => ({
    cause: `serveAxon refused ${error}`,
    message: `The chain refused the miner's address with ${error}: ${detail} ${remedy} It is tried again with the next block.`,
    fields: { block },
    level: 'warn',
  }),
  addressReplaced: ({ block, address, shown }) => ({
    cause: 'address replaced',
    message:
      `The chain shows ${hostAndPort(shown)} instead of ${hostAndPort(address)} for this hotkey: another program serves it. ` +
      'This miner is asked no more, looks now and then whether the other one still answers, and takes the address back when it does not. ' +
      'Stop one of the two, or give each a hotkey of its own. Where neither can dial the other, restart the one that is to stay.',
    fields: { block },
  }),
  addressTakenBack: ({ block, address, gone }) => ({
    cause: 'address taken back',
    message: `Nobody answers for this hotkey at ${hostAndPort(gone)} any more, so this miner announced ${hostAndPort(address)} again.`,
    fields: { block },
    level: 'warn',
  }),
  deregistered: ({ block }) => ({
    cause: 'deregistered',
    message:
      'The hotkey lost its slot in the subnet, so the miner is not asked and earns nothing. Register it again, for example with joinSubnet.',
    fields: { block },
    level: 'warn',
  }),
  answerFailed: (event) => {
    const { synapse, caller, requestId, status, error } = event
    const fields = { synapse, caller, requestId, status }
    // A validator that stops cancels too: `timeout` tells who is too slow.
    if (status === 'cancelled') return undefined
    // Who says by `RelayedError` that it is busy has nothing to mend.
    if (error !== null && status === 'overloaded') return undefined
    if (error === null) return withoutError(synapse, status, fields)
    const says =
      error instanceof SchemaMismatchError
        ? `The miner's answer to ${synapse} did not leave, because it does not fit.`
        : `The miner's answer to ${synapse} failed.`
    const remedy = 'Mend the function that answers; whoever asked counts this as a failed answer.'
    return faultOfError({ about: `answer to ${synapse}`, says, remedy, fields }, error)
  },
  hookFailed: ({ hook, synapse, caller, requestId, error }) =>
    faultOfError(
      {
        about: `${hook} of ${synapse}`,
        says: `The miner's ${hook} failed for ${synapse}, so the caller was turned away.`,
        fields: { synapse, caller, ...(requestId === null ? {} : { requestId }) },
      },
      error,
    ),
  axonFault: ({ part, synapse, requestId, error }) => {
    const what = synapse === null ? part : `${part} of ${synapse}`
    const says = `Something is wrong with the ${what} on the miner's axon.`
    const fields = {
      ...(synapse === null ? {} : { synapse }),
      ...(requestId === null ? {} : { requestId }),
    }
    return faultOfError({ about: `axon ${what}`, says, fields }, error)
  },
  limitMet: ({ limit, synapse, caller, requestId, times }) => {
    const line = limitLine({
      reason: limit,
      ...(synapse === null ? {} : { synapse }),
      ...(caller === null ? {} : { caller }),
      ...(requestId === null ? {} : { requestId }),
    })
    return line === undefined ? undefined : { ...line, times }
  },
  failed: ({ block, error }) =>
    faultOfError(
      { about: 'following', says: 'The miner could not follow the chain for a block.', fields: { block } },
      error,
    ),
}

function withoutError(synapse: string, status: Of<'answerFailed'>['status'], fields: Fault['fields']): Fault {
  const message =
    status === 'timeout'
      ? `The miner answered ${synapse} too late: the deadline of the caller passed first. Answer faster, or heed context.signal and give up.`
      : `The miner's answer to ${synapse} did not leave (${status}). See why by status.`
  return { cause: `answer to ${synapse} ${status}`, message, fields, level: 'warn' }
}
