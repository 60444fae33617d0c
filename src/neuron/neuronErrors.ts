import { BaseError } from '../errors/index.js'
import type { CallName, Refusal } from '../ledger/index.js'
import type { Hotkey, Netuid } from '../units/index.js'

/** A neuron was started for a hotkey that holds no slot of the subnet. */
export class NotRegisteredError extends BaseError {
  override readonly name = 'NotRegisteredError'
  readonly code = 'HotKeyNotRegisteredInSubNet'
  readonly hotkey: Hotkey
  readonly netuid: Netuid

  constructor(details: { hotkey: Hotkey; netuid: Netuid }) {
    super(`Hotkey ${details.hotkey} is not registered on netuid ${details.netuid}.`, {
      hints: ['Register it first: joinSubnet({ chain, coldkey, hotkey, netuid }).'],
      docsPath: 'errors#not-registered',
    })
    this.hotkey = details.hotkey
    this.netuid = details.netuid
  }
}

/** A neuron was started twice, or after it was stopped. Make a new one instead. */
export class NeuronStateError extends BaseError {
  override readonly name = 'NeuronStateError'
  readonly code = 'NeuronState'
  readonly state: string

  constructor(details: { what: string; state: string }) {
    super(`${details.what} cannot start: it is ${details.state}.`, {
      hints: ['Start a neuron once; make a new one to start again.'],
      docsPath: 'errors#neuron-state',
    })
    this.state = details.state
  }
}

/** The chain refused a call that a neuron cannot do without. */
export class CallRefusedError extends BaseError {
  override readonly name = 'CallRefusedError'
  /** The reference chain's name of the refusal. */
  readonly code: Refusal['error']
  readonly callName: CallName
  /** The refusal with the values that decided. */
  readonly refusal: Refusal

  constructor(details: { callName: CallName; refusal: Refusal }) {
    const { callName, refusal } = details
    super(`The chain refused ${callName} with ${refusal.error}: ${refusal.detail}`, {
      hints: [refusal.remedy],
      docsPath: 'errors#call-refused',
    })
    this.code = refusal.error
    this.callName = callName
    this.refusal = refusal
  }
}
