import type { Fault } from '../log/index.js'
import { formatTao } from '../units/index.js'
import { faultOfError } from './faultParts.js'
import type { MissedReveal, ValidatorEvent, WeightsCallName } from './validatorEvents.js'

type Of<Type extends ValidatorEvent['type']> = Extract<ValidatorEvent, { type: Type }>

/** What each event of a validator tells a person; for some only where it tells of a fault. */
export const validatorFaults: {
  readonly [Type in Exclude<
    ValidatorEvent['type'],
    | 'resumed'
    | 'roundWaits'
    | 'weightsSet'
    | 'weightsCommitted'
    | 'weightsRevealed'
    | 'customersServed'
    | 'customerCall'
    // As of a miner.
    | 'limitMet'
    | 'axonFault'
    | 'hookFailed'
  >]: (event: Of<Type>) => Fault | undefined
} = {
  stateDiscarded: ({ storedVersion, version }) => ({
    cause: 'state discarded',
    message: `The stored memory is of stateVersion ${storedVersion} and the mechanism of ${version}: the validator starts without it.`,
    fields: {},
    level: 'warn',
  }),
  otherChainDiscarded: ({ storedGenesisHash, genesisHash }) => ({
    cause: 'memory of another chain',
    message:
      'The stored memory is of another chain, perhaps the same one before it was started anew: the validator starts without it, and overwrites it. ' +
      'Stop it and give each chain a store of its own where both are wanted.',
    fields: { storedGenesisHash, genesisHash },
    level: 'warn',
  }),
  roundScored: (event) =>
    isMostlyForbidden(event) ? forbiddenFault(event) : (unknownFault(event) ?? unansweredFault(event)),
  roundFailed: ({ round, block, error }) =>
    faultOfError(
      { about: 'round', says: 'A round failed and counts for nobody.', fields: { round, block } },
      error,
    ),
  roundOverdue: ({ round, block, error }) =>
    faultOfError({ about: 'overdue', says: 'A round does not end.', fields: { round, block } }, error),
  minerFault: ({ round, block, hotkey, error }) =>
    faultOfError(
      { about: 'miner', says: "A miner's part of a round failed.", fields: { round, block, hotkey } },
      error,
    ),
  reportRefused: ({ round, block, error }) =>
    faultOfError(
      { about: 'report', says: 'A report of score is left out; its round counts.', fields: { round, block } },
      error,
    ),
  roundNotRecorded: ({ round, block, error }) =>
    faultOfError(
      {
        about: 'record',
        says: 'There is no record of a round; the round counts, and the next ones are recorded.',
        remedy: 'See to what onRound does, or to the folder of the records and the room on its disk.',
        fields: { round, block },
      },
      error,
    ),
  scoresRefused: ({ round, block, error }) =>
    faultOfError(
      {
        about: 'scores',
        says: 'Some scores count as failed answers.',
        fields: { round, block },
      },
      error,
    ),
  forgetFailed: ({ block, hotkey, error }) =>
    faultOfError(
      {
        about: 'forget',
        says: "The mechanism's state keeps a hotkey that left or registered anew.",
        fields: { block, hotkey },
      },
      error,
    ),
  stateLarge: ({ round, block, bytes, maxBytes }) => ({
    cause: 'state large',
    message:
      `The mechanism's state takes ${bytes} of the ${maxBytes} bytes that it may; a round that leaves a larger one fails. ` +
      'Keep less in it, and drop what concerns hotkeys that left in forget; or raise roundLimits.stateBytes of the mechanism.',
    fields: { round, block },
    level: 'warn',
  }),
  waitingFull: ({ round, block, rounds, bytes }) => ({
    cause: 'waiting full',
    message:
      `${rounds} rounds wait, with records of ${bytes} bytes together: no further one begins until some of them have ended. ` +
      'Wait for fewer blocks, raise roundBlocks of the validator, or keep less of what miners answer.',
    fields: { round, block },
    level: 'warn',
  }),
  waitingDiscarded: ({ name, why }) => ({
    cause: 'waiting round discarded',
    message: `A round that an earlier run left waiting counts for nobody: ${why.replace(/\.$/, '')}.`,
    fields: { name },
    level: 'warn',
  }),
  waitingNotDropped: ({ name, error }) =>
    faultOfError(
      {
        about: 'waiting',
        says: 'A round that waits no more was not deleted; the next run deletes it.',
        remedy: 'See to the folder of its store.',
        fields: { name },
      },
      error,
    ),
  saveFailed: ({ round, block, error }) =>
    faultOfError(
      {
        about: 'save',
        says: "The validator's memory was not saved; scoring goes on, and a restart would find an older one.",
        remedy: 'See to the folder of its store, and the room on its disk.',
        fields: { round, block },
      },
      error,
    ),
  weightValuesRefused: ({ block, error }) =>
    faultOfError({ about: 'weights', says: 'Some weights count as 0.', fields: { block } }, error),
  nobodyWeighs: ({ block }) => ({
    cause: 'nobody weighs',
    message:
      "No miner weighs more than 0, so the weights give everything to the subnet's owner, whose incentive is not paid out. " +
      'See whether miners answer, and what score and weights make of it.',
    fields: { block },
    level: 'warn',
  }),
  soldRowsDropped: ({ block, synapse, rows }) => ({
    cause: `rows of ${synapse} dropped`,
    message:
      `Customers asked ${synapse} more often than a round can be given, so the oldest ${rows} calls count for nobody. ` +
      'Lower the quotas of customers, or raise roundLimits.soldRows and soldBytes of the mechanism.',
    fields: { block },
    level: 'warn',
  }),
  weightsRefused: ({ callName, block, refusal: { error, detail, remedy }, attempt }) => ({
    cause: `${callName} refused ${error}`,
    message: `The chain refused the ${REFUSED[callName]} with ${error}: ${detail} ${remedy} It is tried again while there is time.`,
    fields: { block, attempt },
    level: 'warn',
  }),
  commitNotSaved: ({ block, error }) =>
    faultOfError(
      {
        about: 'commit',
        says: 'What it takes to reveal the weights could not be saved, so they were not committed; it is tried again with the next block.',
        remedy: 'See to the folder of its store, and the room on its disk.',
        fields: { block },
      },
      error,
    ),
  revealMissed: (event) => missedFault(event),
  revealFailed: ({ block, error }) =>
    faultOfError(
      {
        about: 'reveal',
        says: 'Revealing weights failed; it is tried again while there is time.',
        fields: { block },
      },
      error,
    ),
  weightsSkipped: (event) => skipFault(event),
  weightsFailed: ({ block, error }) =>
    faultOfError(
      {
        about: 'weights',
        says: 'Setting weights failed; it is tried again with the next block.',
        fields: { block },
      },
      error,
    ),
  crashed: ({ error }) =>
    faultOfError({ about: 'crashed', says: 'The neuron ended by itself.', fields: {} }, error),
}

/** What each call says of weights. */
const REFUSED: Readonly<Record<WeightsCallName, string>> = {
  setWeights: 'weights',
  commitWeights: 'commit to weights',
  commitTimelockedWeights: 'time-locked weights',
  revealWeights: 'revealed weights',
  batchRevealWeights: 'revealed weights of several commits',
}

/** What another one has revealed, or newer weights replaced, is nobody's loss. */
function missedFault({
  block,
  form,
  commitHash,
  epochIndex,
  reason,
  error,
}: Of<'revealMissed'>): Fault | undefined {
  const of = `Weights that were committed to for epoch ${epochIndex}`
  const sentences: Readonly<Record<MissedReveal, string | undefined>> = {
    NotIncluded: `${of} never came into a block, as after a crash: the chain does not know of them. There is nothing to do.`,
    EpochPassed: `${of} were not revealed in their epoch, so they never count. Keep the validator running, with a store that outlives it, and see why the chain refused if it did.`,
    Dropped: `${of} opened, and the chain dropped them with ${error}: they never count. See what that name means in the list of refusals.`,
    NotOpened: `${of} were not opened in their epoch, so they never count. It may be that the owner shortened the reveal period or the tempo since, that the blocks had no room for so many (the chain's setting timelockRevealsPerBlock), or that no pulse of the beacon came in time, as after its node was started anew.`,
    Unsound: `What the stored memory says of weights that were committed to cannot be: their salt gives another hash, or epoch ${epochIndex} or their block has not come. They are never revealed. The memory is damaged, or the chain was taken back to an older state.`,
    Gone: undefined,
    Replaced: undefined,
  }
  const message = sentences[reason]
  if (message === undefined) return undefined
  const cause = error === null ? `reveal missed ${reason}` : `reveal missed ${reason} ${error}`
  return { cause, message, fields: { block, form, commitHash }, level: 'warn' }
}

function unansweredFault({ round, block, asked, answered, statuses }: Of<'roundScored'>): Fault | undefined {
  if (asked === 0 || answered > 0) return undefined
  return {
    cause: `no answers ${Object.keys(statuses).sort().join(' ')}`,
    message: `None of the ${asked} answers that a round wanted came. See why by status, and in the logs of the miners.`,
    fields: { round, block, ...statuses },
    level: 'warn',
  }
}

/** A step that half of all miners lack is rather forgotten than refused. */
function unknownFault({ round, block, asked, statuses }: Of<'roundScored'>): Fault | undefined {
  const unknown = statuses.unknownSynapse ?? 0
  if (unknown === 0 || 2 * unknown < asked) return undefined
  return {
    cause: 'answers unknown',
    message:
      `${unknown} of the ${asked} asks of a round went to miners that do not know the synapse (unknownSynapse). ` +
      'Give miners an answer for each synapse that play asks, by answerTo, with the name that it has here.',
    fields: { round, block, ...statuses },
    level: 'warn',
  }
}

function isMostlyForbidden({ asked, statuses }: Of<'roundScored'>): boolean {
  return 2 * (statuses.forbidden ?? 0) > asked
}

/** By default a miner refuses who has neither permit nor stake, and tells nobody why. */
function forbiddenFault({ round, block, asked, statuses, stakeAlpha, hasPermit }: Of<'roundScored'>): Fault {
  const has = `${formatTao(stakeAlpha)} alpha staked to it and ${hasPermit ? 'a' : 'no'} permit`
  const remedy = hasPermit
    ? 'It should be served by them, so these miners have a rule of their own: ask their owners.'
    : 'Stake more on its hotkey, for example with joinSubnet; the next epoch after that gives it a permit, if it is among those with the most stake.'
  return {
    cause: `answers forbidden ${hasPermit ? 'with' : 'without'} permit`,
    message:
      `${statuses.forbidden} of the ${asked} answers that a round wanted were refused as forbidden. ` +
      `Miners by default serve validators that hold a permit or enough stake (1,000 alpha); this one has ${has}. ${remedy}`,
    fields: { round, block, ...statuses },
    level: 'warn',
  }
}

/** A start without a permit or without miners is normal; that it stays so is not. */
function skipFault({
  block,
  reason,
  epochsInRow,
  stakeAlpha,
  miners,
}: Of<'weightsSkipped'>): Fault | undefined {
  const fault = (cause: string, message: string): Fault => ({
    cause,
    message,
    fields: { block, epochsInRow },
    level: 'warn',
  })
  if (reason === 'NotRegistered') {
    return fault(
      'validator not registered',
      'The hotkey lost its slot in the subnet, so no weights are set. Register it again, for example with joinSubnet.',
    )
  }
  if (reason === 'CommitsFull') {
    return fault(
      'commits full',
      'As many commits to weights wait to be revealed as the chain lets wait, so none is added. Have the owner set a shorter reveal period, or commit by time locks where the chain has a beacon.',
    )
  }
  if (epochsInRow < 2) return undefined
  if (reason === 'NoPermit') {
    return fault(
      'validator without permit',
      'The validator has had no permit for more than an epoch, so no weights are set. Each epoch gives permits to those with the most stake; ' +
        `this one has ${formatTao(stakeAlpha)} alpha staked to it. Stake more on its hotkey, for example with joinSubnet, and wait for the next epoch after that.`,
    )
  }
  if (reason === 'NoWeights' && miners === 0) {
    return fault(
      'no miners',
      'No miner of the subnet has shown an address for more than an epoch, so there is nobody to ask and no weights are set. Start a miner, for example with Miner.join.',
    )
  }
  return undefined
}
