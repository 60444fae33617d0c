export { FileLock } from './FileLock.js'
