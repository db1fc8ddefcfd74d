import { expect, test } from 'vitest'
import { imports, ownFiles, type Import } from './imports.js'

/** From the top down: what stands in one imports from those below it. */
const layers = [
  { name: 'command line', files: /^command-line\// },
  { name: 'public surface', files: /^index\.ts$/ },
  { name: 'plugin', files: /^(?:oauth-password-grant|routes)\.ts$/ },
  { name: 'guard, password verifier', files: /^(?:resource-server|password-verifier)\// },
  { name: 'chains', files: /^(?:([a-z-]+-endpoint)\/\1|login\/[a-z-]+)\.ts$/ },
  { name: 'steps of one endpoint', files: /^([a-z-]+-endpoint)\/(?!\1\.ts$)/ },
  { name: 'steps of every endpoint', files: /^endpoint\// },
  { name: 'administration of grants, keys and logins, description', files: /^(?:administration|openapi)\// },
  { name: 'grants, second factor', files: /^(?:grants|second-factor)\// },
  { name: 'options', files: /^options\// },
  {
    name: 'stores, tokens, strategies, limits, admission',
    files: /^(?:stores|tokens|strategies|limits|admission)\//,
  },
  { name: 'vocabulary', files: /^(?:(?:async|grant-types|network|values)\/)?[a-z-]+\.ts$/ },
]

/** What keeps the list of steps, which chains and steps alike stand on. */
const LIST_OF_STEPS = 'endpoint/endpoint.ts'

const ours = imports.filter(({ isOurs }) => isOurs)

test('Every file of lib has its place in one of the layers.', () => {
  expect(ownFiles.filter((file) => layerOf(file) < 0)).toEqual([])
})

test('Every import finds its file.', () => {
  expect(ours.filter(({ to }) => !ownFiles.includes(to)).map(inWords)).toEqual([])
})

test('Imports point down.', () => {
  const up = ours.filter(({ from, to }) => layerOf(to) < layerOf(from))
  expect(up.map(inWords)).toEqual([])
})

test('Within a layer no folder imports more than types from another.', () => {
  const inFolders = ours.filter(({ from, isTypeOnly }) => !isTypeOnly && folderOf(from) !== '')
  const across = inFolders.filter(({ from, to }) => layerOf(from) === layerOf(to) && folderOf(from) !== folderOf(to))
  expect(across.map(inWords)).toEqual([])
})

test('No file imports itself by way of others.', () => {
  expect(ownFiles.map((file) => cycleFrom(file)).filter((cycle) => cycle !== undefined)).toEqual([])
})

test('Only a chain knows a step.', () => {
  const isChain = (file: string) => layers[layerOf(file)]?.name === 'chains'
  const isOfEndpoint = (file: string) => /^(?:[a-z-]+-)?endpoint\//.test(file)
  const steps = new Set(ours.filter(({ from, to }) => isChain(from) && isOfEndpoint(to)).map(({ to }) => to))
  steps.delete(LIST_OF_STEPS)
  const beside = ours.filter(({ from, to }) => steps.has(to) && !isChain(from))
  expect(steps.size).toBeGreaterThan(10)
  expect(beside.map(inWords)).toEqual([])
})

test('Nothing of the library stands on the suite for store authors, which asserts.', () => {
  const isSuite = (file: string) => file === 'stores/store-contract.ts' || file.startsWith('stores/contract/')
  expect(ours.filter(({ from, to }) => isSuite(to) && !isSuite(from)).map(inWords)).toEqual([])
  const asserting = imports.filter(({ to }) => to.startsWith('node:assert'))
  expect(asserting.filter(({ from }) => !isSuite(from)).map(inWords)).toEqual([])
})

test('Every file is there for one of the three entrances.', () => {
  const reached = new Set(['index.ts', 'stores/store-contract.ts', 'command-line/main.ts'])
  for (const file of reached) for (const { to } of ours.filter(({ from }) => from === file)) reached.add(to)
  expect(ownFiles.filter((file) => !reached.has(file))).toEqual([])
})

function layerOf(file: string): number {
  return layers.findIndex(({ files }) => files.test(file))
}

function folderOf(file: string): string {
  return file.includes('/') ? file.slice(0, file.indexOf('/')) : ''
}

function inWords({ from, to }: Import): string {
  return `${from} imports ${to}`
}

/** Types that know each other do no harm; modules that run each other do. */
function cycleFrom(start: string): readonly string[] | undefined {
  const seen = new Set<string>()
  const paths = [[start]]
  for (let path = paths.pop(); path !== undefined; path = paths.pop()) {
    const last = path.at(-1)
    for (const { to } of ours.filter(({ from, isTypeOnly }) => from === last && !isTypeOnly)) {
      if (to === start) return [...path, to]
      if (!seen.has(to)) paths.push([...path, to])
      seen.add(to)
    }
  }
  return undefined
}
