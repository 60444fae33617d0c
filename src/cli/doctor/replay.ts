import { onAbort, startDeadline } from '../../clock/index.js'
import type { Signer } from '../../crypto/index.js'
import { AbortedError } from '../../errors/index.js'
import { closeCodeName, closeCodes, UnreachableError } from '../../transport/index.js'
import { type Finding, fine, notTried, problem } from './findings.js'
import { callerOf, knock, type Patient } from './patient.js'
import { TappedCarrier, type TappedChannel } from './TappedCarrier.js'

/** Frames that a handshake takes of the side that dials. */
const HANDSHAKE_FRAMES = 2

/** Sends what was sent before once more: the last frame of a session on that session, and a whole session on a new connection. */
export async function replay(patient: Patient, signer: Signer): Promise<Finding> {
  const carrier = new TappedCarrier()
  const dendrite = callerOf(patient, { signer, carrier })
  try {
    await knock(dendrite, patient)
    const [recorded] = carrier.channels
    const frames = recorded?.sent ?? []
    const last = frames.at(-1)
    if (recorded === undefined || last === undefined || frames.length <= HANDSHAKE_FRAMES)
      return notTried('replay', 'No session came to be that could be recorded.', 'See identity above.')
    const again = await codeAfter(patient, recorded, () => recorded.sendAgain(last))
    const whole = await replayWhole(patient, carrier, frames)
    return verdict(again, whole)
  } catch (error) {
    if (!(error instanceof UnreachableError || error instanceof AbortedError)) throw error
    const says = 'It could not be told: no second connection came to be.'
    return problem('replay', 'warning', { says, remedy: 'Try again, and see the log of the axon.' })
  } finally {
    await dendrite.close()
  }
}

/** A recorded session, from its first frame, to a server that has made a new key of its own meanwhile. */
async function replayWhole(
  patient: Patient,
  carrier: TappedCarrier,
  frames: readonly Uint8Array[],
): Promise<number | undefined> {
  const { address, timeoutMs, signal } = patient
  const channel = await carrier.dial(address, { maxFrameBytes: 1_048_576, timeoutMs, signal })
  const [hello, ...rest] = frames
  let answered = false
  channel.receive({
    onFrame: () => {
      if (answered) return
      answered = true
      for (const frame of rest) channel.sendAgain(frame)
    },
    onClose: () => {},
  })
  try {
    return await codeAfter(patient, channel, () => channel.sendAgain(hello ?? new Uint8Array(0)))
  } finally {
    channel.close(closeCodes.normal)
  }
}

/** The code with which a channel ends after something was done; `undefined` when it does not. */
async function codeAfter(
  { clock, timeoutMs, signal }: Patient,
  channel: TappedChannel,
  act: () => void,
): Promise<number | undefined> {
  const deadline = startDeadline(clock, timeoutMs, signal)
  try {
    const late = new Promise<undefined>((resolve) => {
      onAbort(deadline.signal, () => resolve(undefined))
    })
    act()
    return await Promise.race([channel.closed, late])
  } finally {
    deadline.dispose()
  }
}

function verdict(again: number | undefined, whole: number | undefined): Finding {
  const facts = { repeatedFrame: nameOf(again), repeatedSession: nameOf(whole) }
  if (
    again === closeCodes.badFrame &&
    (whole === closeCodes.badHandshake || whole === closeCodes.wrongIdentity)
  )
    return fine(
      'replay',
      'What was recorded and is sent again ends the connection, a frame as well as a session.',
      facts,
    )
  if (again === undefined || whole === undefined) {
    const says = `${again === undefined ? 'A frame' : 'A session'} that was recorded can be sent again: the connection goes on.`
    const remedy = 'Take this axon off the network: it is no sound build of subnetkit.'
    return problem('replay', 'failed', { says, remedy, facts })
  }
  const says = `What is sent again ends the connection, but not as a replay (${nameOf(again)}, ${nameOf(whole)}).`
  return problem('replay', 'warning', { says, remedy: 'Try again, and see the log of the axon.', facts })
}

function nameOf(code: number | undefined): string {
  return code === undefined ? 'stayed open' : `${code} ${closeCodeName(code)}`
}
