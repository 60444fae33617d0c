import * as log from 'subnetkit/log'
import { describeRefusals } from './refuses.js'

const emitter = () => new log.Emitter<{ served: object }>(['served'], () => {})

describeRefusals('log', log, {
  stderrLogger: {
    params: ['options'],
    args: () => [{ level: 'warn', write: () => {} }],
    call: log.stderrLogger,
    optional: ['options', 'options.level', 'options.write'],
    alsoRight: { options: [{}] },
    alsoWrong: { 'options.level': ['loud'] },
  },
  callListener: {
    params: ['call', 'failed'],
    args: () => [() => {}, () => {}],
    call: log.callListener,
  },
  FaultLog: {
    params: ['logger'],
    args: () => [log.silentLogger],
    call: (logger: log.Logger) => new log.FaultLog(logger),
    free: ['logger.unheardOf'],
  },
  'FaultLog#report': {
    params: ['fault'],
    args: () => [{ cause: 'a', message: 'b', fields: {}, level: 'warn', times: 2 }],
    call: (fault: log.Fault) => new log.FaultLog(log.silentLogger).report(fault),
    optional: ['fault.level', 'fault.times'],
    alsoWrong: { 'fault.times': [0, 1.5] },
    free: ['fault.fields.unheardOf'],
  },
  'FaultLog#close': 'takes nothing',
  requestIds: 'takes nothing',
  Emitter: {
    params: ['names', 'onDropped'],
    args: () => [['served'], () => {}],
    call: (...args: ConstructorParameters<typeof log.Emitter>) => new log.Emitter(...args),
    alsoWrong: { names: [[], ['']] },
  },
  'Emitter#on': {
    params: ['name', 'listener'],
    args: () => ['served', () => {}],
    call: (name: 'served', listener: () => void) => emitter().on(name, listener),
    alsoWrong: { name: ['other'] },
  },
  'Emitter#emit': {
    params: ['name', 'event'],
    args: () => ['served', { count: 1 }],
    call: (name: 'served', event: object) => emitter().emit(name, event),
    free: ['event'],
    alsoWrong: { name: ['other'] },
  },
})
