import { randomInt } from 'node:crypto'

/** The seed of a random test, which stands in its title: the one in the environment variable, 1 in CI, otherwise a new one. */
export function seedFrom(variable: string): number {
  return Number(process.env[variable] ?? (process.env['CI'] ? 1 : randomInt(2 ** 31)))
}
