import { afterAll } from 'vitest'
import type { WhenOver } from './example-app.js'

/**
 * Takes what is to be done when all tests of a file or of a `describe` are over, also from within `beforeAll`, where vitest
 * forgets an `afterAll`. Called where tests are described. The last that was taken is done first.
 */
export function whenAllIsOver(): WhenOver {
  const acts: Parameters<WhenOver>[0][] = []
  afterAll(async () => {
    for (const act of acts.reverse()) await act()
  })
  return (act) => void acts.push(act)
}
