import { expect, test } from 'vitest'
import { UNSUPPORTED_DATABASES } from '../../lib/stores/unsupported-databases.js'
import { readmeRows } from './readme-tables.js'

test('The README of the stores lists what SQL stores refuse, and what to hand over instead, as the errors say it.', () => {
  expect(readmeRows('You have', 'lib/stores/README.md')).toEqual(
    UNSUPPORTED_DATABASES.map(({ name, remedy }) => [name, remedy]),
  )
})
