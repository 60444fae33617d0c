// Runs the subnet of large answers as it is, and draws what its last table says: npm run example -- matrix
import { pageOfTables } from '../support/pageOfTables.js'

const about = {
  name: 'matrix',
  title: 'Five hundred square roots, scored as a matrix',
  how: 'Four miners and two validators, eight epochs on virtual time. Each root is ranked by its error; the twin hands in the work of another, and earns nothing.',
}
await pageOfTables(about, () => import('./subnet.js'))
