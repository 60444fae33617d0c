import { furtherMechanism, runNeuronProcess } from '../../../src/network/index.js'
import { answerTo } from '../../../src/neuron/index.js'
import { Products, rightProduct } from './products.js'
import { rightSum, Sums } from './sums.js'

const products = new Products()

/** Adders know sums alone, and multipliers products; a validator that is told to be short has one mechanism only. */
await runNeuronProcess({
  miner: ({ name }) => ({
    mechanism: new Sums(),
    answer: (task: number[]) => (name === 'adder' ? rightSum(task) : -1_000_000),
    answers: [answerTo(products.synapse, (task) => rightProduct(task) + Number(name === 'adder'))],
  }),
  validator: ({ options }) => ({
    mechanism: new Sums(),
    furtherMechanisms: options === 'short' ? [] : [furtherMechanism({ mechanism: products })],
  }),
})
