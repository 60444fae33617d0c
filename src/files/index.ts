export { FileLock } from './FileLock.js'
export { type FileTaken, ReplacedFile } from './ReplacedFile.js'
