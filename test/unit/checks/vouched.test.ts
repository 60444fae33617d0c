import { expect, it } from 'vitest'
import { vouchedForm, vouchFor } from '../../../src/checks/index.js'

it('vouches for a function, and for nothing that wraps it', () => {
  const func = (): number => 1
  const inPlace = (): number => 1
  expect(vouchedForm(func)).toBeUndefined()
  expect(vouchFor(func, inPlace)).toBe(func)
  expect(vouchedForm(func)).toBe(inPlace)
  expect(vouchedForm(() => func())).toBeUndefined()
  expect(vouchedForm(inPlace)).toBeUndefined()
})
