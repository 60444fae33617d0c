import { runMarketNeuron } from '../../../examples/support/marketNeuron.js'
import { patient } from './patient.js'

await runMarketNeuron(patient)
