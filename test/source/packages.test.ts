import { isBuiltin } from 'node:module'
import { expect, test } from 'vitest'
import { imports } from './imports.js'
import { textOf } from './source-tree.js'

/** Where each package enters: one file, or one folder. */
const entrances: Readonly<Record<string, RegExp>> = {
  helmet: /^endpoint\/security-headers\.ts$/,
  'express-rate-limit': /^limits\//,
  passport: /^strategies\/authenticator\.ts$/,
  'passport-http': /^strategies\/basic-client-strategy\.ts$/,
  jose: /^resource-server\/remote-keys\.ts$/,
  jsonwebtoken: /^tokens\/jwt\.ts$/,
  ms: /^lifetime\.ts$/,
}

const { dependencies, peerDependencies } = JSON.parse(textOf('package.json')) as {
  dependencies: Record<string, string>
  peerDependencies: Record<string, string>
} // the boundary: our own file

const ofPackages = imports.filter(({ to, isOurs }) => !isOurs && !isBuiltin(to))

test('The packages that are depended on are those that enter somewhere.', () => {
  const entering = new Set(ofPackages.filter(({ isTypeOnly }) => !isTypeOnly).map(({ to }) => to))
  expect([...entering].sort()).toEqual(Object.keys(dependencies).sort())
  expect(Object.keys(entrances).sort()).toEqual(Object.keys(dependencies).sort())
})

test.for(Object.entries(entrances))('%s enters at one place.', ([name, place]) => {
  const elsewhere = ofPackages.filter(({ from, to, isTypeOnly }) => to === name && !isTypeOnly && !place.test(from))
  expect(elsewhere.map(({ from }) => from)).toEqual([])
})

test('Types come from what is depended on, and from Express, which lends nothing but its types.', () => {
  const strangers = ofPackages.filter(({ to }) => !(to in dependencies) && !(to in peerDependencies))
  expect(strangers).toEqual([])
  expect(ofPackages.filter(({ to, isTypeOnly }) => to === 'express' && !isTypeOnly)).toEqual([])
})

test('No driver is imported, neither a package nor one of Node.', () => {
  const drivers = /^(?:pg|redis|ioredis|node:sqlite|sqlite|.*\/sqlite|rate-limit-redis)(?:$|\/)/
  expect(imports.filter(({ to }) => drivers.test(to))).toEqual([])
})
