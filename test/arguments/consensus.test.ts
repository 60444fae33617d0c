import * as consensus from 'subnetkit/consensus'
import { checkEpochInput, epochFunction } from 'subnetkit/engine'
import { epochInput, epochParams } from '../support/epochs.js'
import { freeOutput, u64s, wrongParams } from './epochArguments.js'
import { describeRefusals } from './refuses.js'

const TRUSTS = 'trusts its arguments, as it says: engines check what comes from outside'

const input = (): consensus.EpochInput => epochInput({ weights: [[[1, 5]], []], stakeRao: [5, 0] })
const subnetInput = (): consensus.SubnetInput => {
  const { lastUpdate, earliestActiveCommitBlock, weights, bonds, ...shared } = input()
  const mechanism = { lastUpdate, earliestActiveCommitBlock, weights, bonds }
  return { ...shared, mechanisms: [mechanism], emissionSplitU16: [65_535] }
}
const ofSubnet = {
  optional: ['input.emissionSplitU16'],
  free: ['', '.weights', '.bonds'].map((part) => `input.mechanisms[0]${part}.unheardOf`),
  alsoRight: { 'input.emissionSplitU16': [null, []], 'input.ownerUid': [5] },
  alsoWrong: { 'input.emissionSplitU16': [[5]], 'input.emissionRao': u64s },
}

describeRefusals('consensus', consensus, {
  runEpoch: TRUSTS,
  epochNeurons: TRUSTS,
  rowsOf: TRUSTS,
  emptySparseRows: TRUSTS,
  sparseRowsFrom: 'checks every entry by name; that rows are lists of pairs is for the compiler',
  combineMechanisms: {
    params: ['outputs', 'slicesRao'],
    args: () => [[{ ...consensus.runEpoch(input(), epochParams()) }], [5n]],
    call: consensus.combineMechanisms,
    free: [
      ...freeOutput('outputs[0]'),
      // Incentive and bonds stay with each mechanism.
      'outputs[0].bonds',
      'outputs[0].raw',
      'outputs[0].incentiveU16',
    ],
    alsoWrong: {
      slicesRao: [[], [5n, 5n]],
      'slicesRao[0]': u64s,
      'outputs[0].dividendsU16': [new Uint16Array(3)],
    },
  },
  combineMechanismsUnchecked: "takes a ledger's own outputs as they are",
  mechanismInputs: {
    params: ['input'],
    args: () => [subnetInput()],
    call: (given: consensus.SubnetInput) =>
      consensus.mechanismInputs(given).map((one) => checkEpochInput(one)),
    ...ofSubnet,
  },
  mechanismSlices: {
    params: ['emissionRao', 'count', 'splitU16'],
    args: () => [1_000n, 2, [52_428, 13_107]],
    call: consensus.mechanismSlices,
    optional: ['splitU16'],
    alsoRight: { splitU16: [null] },
    alsoWrong: { emissionRao: u64s, count: [0, 257, 1.5], splitU16: [[5], [65_535, 1, 2]] },
  },
  runMechanisms: {
    params: ['input', 'params', 'epoch'],
    args: () => [subnetInput(), epochParams(), epochFunction()],
    call: consensus.runMechanisms,
    ...ofSubnet,
    alsoWrong: { ...ofSubnet.alsoWrong, ...wrongParams('params') },
  },
})
