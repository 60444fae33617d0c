import { defineSynapse, type Synapse } from '../../synapse/index.js'
import { anything } from './patient.js'

/** What the person wants to be called. */
export interface ProbeSynapse {
  readonly name: string
  readonly body: unknown
}

/** A synapse of that name that takes and gives anything: the axon knows its schema. */
export function synapseNamed(name: string): Synapse {
  return defineSynapse({ name, request: anything, answer: anything })
}
