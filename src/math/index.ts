export { SeededRandom } from './SeededRandom.js'
