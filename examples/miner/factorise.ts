import type { Answer, Task } from './subnet.js'

/** The work of a miner: by trial, which is slow for large primes. */
export function factorise({ n }: Task): Answer {
  const factors: number[] = []
  let rest = n
  for (let divisor = 2; divisor * divisor <= rest; divisor++) {
    for (; rest % divisor === 0; rest /= divisor) factors.push(divisor)
  }
  if (rest > 1) factors.push(rest)
  return { factors }
}
