import ts from 'typescript'
import { expect, test } from 'vitest'
import { codeIn, readmeRows } from './readme-tables.js'
import { nodesIn, parsed } from './source-tree.js'

/** What stands as `type` in a member of the union, in the order of the source. */
const types = [...nodesIn(parsed('lib/event.ts'))]
  .filter(ts.isPropertySignature)
  .filter(({ name }) => name.getText() === 'type')
  .map(({ type }) => type?.getText().replaceAll("'", ''))

test('The README names every event and no other, in the order of the types.', () => {
  expect(types.length).toBeGreaterThan(5)
  expect(readmeRows('event').map(([name]) => codeIn(name))).toEqual(types)
})
