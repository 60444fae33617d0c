import { holds } from '../events.js'
import { reason, reasons } from './reason.js'

const noMechanism = reason({
  data: { netuid: holds.netuid, mechanism: holds.mechanism },
  says: 'Subnet {netuid} has no mechanism {mechanism}.',
  remedy: 'Name a mechanism below mechanismCount, which the query subnet shows.',
})

/** Why weights are not set, committed or revealed. */
export const weightsRefusals = {
  CommitRevealEnabled: reason({
    data: { netuid: holds.netuid },
    says: 'Subnet {netuid} hides weights until they are revealed, and takes no plain ones.',
    remedy: 'Commit the weights, or have the owner of the subnet switch commitRevealEnabled off.',
  }),
  CanNotSetRootNetworkWeights: reason({
    data: { netuid: holds.netuid },
    says: 'Root, subnet {netuid}, takes no weights.',
    remedy: 'Name another subnet.',
  }),
  WeightVecNotEqualSize: reason({
    data: { uids: holds.count, values: holds.count },
    says: 'There are {uids} uids and {values} values.',
    remedy: 'Give one value for each uid.',
  }),
  MechanismDoesNotExist: reasons({
    noSubnet: reason({
      data: { netuid: holds.netuid },
      says: 'There is no mechanism on subnet {netuid}, which is not there.',
      remedy: 'Name a subnet that there is: the query totals lists their numbers.',
    }),
    noMechanism,
  }),
  UidsLengthExceedUidsInSubNet: reason({
    data: { uids: holds.count, neurons: holds.count },
    says: 'The call weighs {uids} uids, and the subnet has {neurons} neurons.',
    remedy: 'Weigh each neuron at most once: read the metagraph for the uids there are.',
  }),
  NotEnoughStakeToSetWeights: reason({
    data: { netuid: holds.netuid, stakeRao: holds.rao, leastRao: holds.rao },
    says: 'The hotkey has a stake weight of {stakeRao} on subnet {netuid}, and {leastRao} are needed.',
    remedy: 'Stake to the hotkey until its stake weight is at least {leastRao}.',
  }),
  IncorrectWeightVersionKey: reason({
    data: { versionKey: holds.count, leastVersionKey: holds.count },
    says: 'The version key is {versionKey}, and the subnet asks for {leastVersionKey} or a later one.',
    remedy: 'Update the software of the validator, and send a version key of at least {leastVersionKey}.',
  }),
  SettingWeightsTooFast: reasons({
    tooSoon: reason({
      data: { lastBlock: holds.block, nextBlock: holds.block },
      says: 'Weights were set at block {lastBlock}, and can be set again at block {nextBlock}.',
      remedy: 'Set them at block {nextBlock} or later.',
    }),
    noMechanism,
  }),
  CommittingWeightsTooFast: reasons({
    tooSoon: reason({
      data: { lastBlock: holds.block, nextBlock: holds.block },
      says: 'Weights were committed or set at block {lastBlock}, and can be committed again at block {nextBlock}.',
      remedy: 'Commit at block {nextBlock} or later.',
    }),
    noMechanism,
  }),
  CommitRevealDisabled: reason({
    data: { netuid: holds.netuid },
    says: 'Subnet {netuid} does not hide weights, and takes neither commits nor reveals.',
    remedy: 'Set the weights with setWeights.',
  }),
  InvalidRevealRound: reason({
    data: { revealRound: holds.count, lastRound: holds.count },
    says: 'Round {revealRound} of the beacon has come already: the last that the chain knows is {lastRound}.',
    remedy: 'Lock the weights to a round that is to come, at least {lastRound}.',
  }),
  IncorrectCommitRevealVersion: reason({
    data: { version: holds.count, known: holds.count },
    says: 'The commit names version {version}, and the chain takes {known}.',
    remedy: 'Leave the version out, or name {known}.',
  }),
  TooManyUnrevealedCommits: reason({
    data: { waiting: holds.count, most: holds.count },
    says: 'Of the hotkey {waiting} commits wait already, and at most {most} may.',
    remedy: 'Reveal one, or wait until the oldest is too late to be revealed.',
  }),
  NoWeightsCommitFound: reason({
    data: { netuid: holds.netuid, mechanism: holds.mechanism, commitHash: holds.hash },
    says: 'The hotkey has no commit {commitHash} under mechanism {mechanism} of subnet {netuid}.',
    remedy: 'Reveal the uids, values, salt and version key that were committed, with the same hotkey.',
  }),
  ExpiredWeightCommit: reason({
    data: { commitHash: holds.hash },
    says: 'The epoch in which commit {commitHash} was to be revealed is over.',
    remedy: 'Commit to weights anew.',
  }),
  InvalidRevealCommitHashNotMatch: reason({
    data: { commitHash: holds.hash },
    says: 'No commit that the hotkey may still reveal is {commitHash}.',
    remedy: 'Reveal the uids, values, salt and version key that were committed.',
  }),
  RevealTooEarly: reason({
    data: { epochIndex: holds.count, revealEpochIndex: holds.count },
    says: 'The commit is revealed in epoch {revealEpochIndex} of the subnet, and this is epoch {epochIndex}.',
    remedy: 'Reveal it in epoch {revealEpochIndex}; if that is over, commit anew.',
  }),
  NeuronNoValidatorPermit: reason({
    data: { uid: holds.uid },
    says: 'Uid {uid} has no validator permit, and so weighs nobody but itself.',
    remedy: 'Stake to the hotkey, so that it is among the validators with most stake after the next epoch.',
  }),
  DuplicateUids: reason({
    data: { uid: holds.uid },
    says: 'The weights name uid {uid} twice.',
    remedy: 'Weigh each uid once.',
  }),
  UidVecContainInvalidOne: reason({
    data: { uid: holds.uid, neurons: holds.count },
    says: 'The weights name uid {uid}, and the subnet has {neurons} neurons.',
    remedy: 'Weigh uids below {neurons}: read the metagraph anew.',
  }),
  WeightVecLengthIsLow: reason({
    data: { uids: holds.count, least: holds.count },
    says: 'The call weighs {uids} uids, and the subnet asks for at least {least}.',
    remedy: 'Weigh at least {least} neurons, also with 0.',
  }),
}
