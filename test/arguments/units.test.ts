import * as units from 'subnetkit/units'
import { describeRefusals } from './refuses.js'

describeRefusals('units', units, {
  asHotkey: { params: ['address'], args: () => ['5abc'], call: units.asHotkey },
  asColdkey: { params: ['address'], args: () => ['5abc'], call: units.asColdkey },
  describeRao: { params: ['amountRao'], args: () => [5n], call: units.describeRao },
  formatTao: {
    params: ['amountRao', 'decimals'],
    args: () => [1_500_000_000n, 2],
    call: units.formatTao,
    optional: ['decimals'],
    alsoWrong: { decimals: [10, 1.5, -1] },
  },
  formatPrice: {
    params: ['priceBits', 'decimals'],
    args: () => [1n << 64n, 2],
    call: units.formatPrice,
    optional: ['decimals'],
    alsoWrong: { priceBits: [-1n], decimals: [19, 1.5, -1] },
  },
  valueRao: {
    params: ['amountAlpha', 'priceBits'],
    args: () => [5n, 1n << 64n],
    call: units.valueRao,
    alsoWrong: { amountAlpha: [-1n], priceBits: [-1n] },
  },
  parseTao: {
    params: ['amount'],
    args: () => ['1.5'],
    call: units.parseTao,
    // Whole numbers are right as well, as numbers and as bigints.
    alsoRight: { amount: [5n] },
    alsoWrong: { amount: ['', '-1', '1.0000000001', '18446744073.709551616', 1e-10, 1e30, -1n, 2n ** 64n] },
  },
})
