import { expect, it } from 'vitest'
import { isVouchedFor, vouchFor } from '../../../src/checks/index.js'

it('vouches for a function, and for nothing that wraps it', () => {
  const func = (): number => 1
  expect(isVouchedFor(func)).toBe(false)
  expect(vouchFor(func)).toBe(func)
  expect(isVouchedFor(func)).toBe(true)
  expect(isVouchedFor(() => func())).toBe(false)
})
