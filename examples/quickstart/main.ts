// Runs the subnet of the quickstart as it is, and draws what its last table says: npm run example -- quickstart
import { pageOfTables } from '../support/pageOfTables.js'

const about = {
  name: 'quickstart',
  title: 'Cube roots',
  how: 'Three miners and three validators, ten epochs on virtual time. The exact miner earns most, whoever rounds less, and a guess little.',
}
await pageOfTables(about, () => import('./subnet.js'))
