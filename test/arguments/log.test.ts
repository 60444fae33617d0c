import * as log from 'subnetkit/log'
import { describeRefusals } from './refuses.js'

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
    args: () => [{ cause: 'a', message: 'b', fields: {}, level: 'warn' }],
    call: (fault: log.Fault) => new log.FaultLog(log.silentLogger).report(fault),
    optional: ['fault.level'],
    free: ['fault.fields.unheardOf'],
  },
  'FaultLog#close': 'takes nothing',
  requestIds: 'takes nothing',
})
