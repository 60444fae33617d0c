// The program of a thread of `JsArtefact`. The build bundles it into one text: `workerProgram.js`.
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { EngineMemory } from './EngineMemory.js'
import type { CallOrder, FunctionReply, FunctionRequest, ThreadSetting } from './messages.js'
import { runCall } from './runCall.js'
import { untilSet } from './untilSet.js'

const { engine, program, bounds, functions, port, signal } = workerData as ThreadSetting
const memory = new EngineMemory(bounds.memoryBytes)
const flag = new Int32Array(signal)

/** Asks the thread outside and sleeps until it has answered. */
function ask(request: FunctionRequest): FunctionReply {
  Atomics.store(flag, 0, 0)
  port.postMessage(request)
  untilSet(flag)
  const received = receiveMessageOnPort(port as MessagePort)
  return received?.message as FunctionReply
}

parentPort?.on('message', (order: CallOrder) => {
  parentPort?.postMessage(runCall({ engine, memory, program, bounds, functions, ask }, order))
})
