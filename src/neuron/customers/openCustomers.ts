import type { CanonicalValue } from '../../codec/index.js'
import type { ValidatorOptions } from '../validatorOptions.js'
import { Customers, type CustomersParts } from './Customers.js'
import { salesOf } from './Sale.js'

/**
 * The customers of a validator, where it lets any in.
 *
 * @throws InvalidArgumentError where there is nothing to sell, or for quotas that are wrong.
 */
export function openCustomers<Task, Answer, State extends CanonicalValue>(
  {
    customers: options,
    mechanism,
    signer,
    carrier,
    logger,
    concurrency = 64,
  }: ValidatorOptions<Task, Answer, State>,
  parts: Omit<CustomersParts, 'options' | 'sales' | 'signer' | 'carrier' | 'logger' | 'concurrency'>,
): Customers | undefined {
  if (options === undefined) return undefined
  return new Customers({ ...parts, options, sales: salesOf(mechanism), signer, carrier, logger, concurrency })
}
