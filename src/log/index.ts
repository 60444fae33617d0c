export { callListener } from './callListener.js'
export { type Fault, FaultLog } from './FaultLog.js'
export { LOG_LEVELS, type Logger, type LogLevel, silentLogger } from './Logger.js'
export { type StderrLoggerOptions, stderrLogger } from './stderrLogger.js'
