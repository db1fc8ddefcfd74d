import { expect, test } from 'vitest'
import type { OAuthPasswordGrantOptions } from '../../lib/index.js'
import { membersOf, optionMembers } from './documented-options.js'
import { literalValue } from './literal.js'
import { fewestOptions, observedSettings } from './observed-settings.js'
import { codeIn, readmeRows } from './readme-tables.js'

const rows = readmeRows('option').map(([name, , usual = '', meaning]) => ({ name: codeIn(name), usual, meaning }))
const literals = rows.flatMap(({ name = '', usual }) => {
  const value = literalValue(codeIn(usual) ?? '')
  return value === undefined ? [] : [{ name, value }]
})

test('The README names every option and no other, in the order of the types.', () => {
  const inTables = optionMembers.filter(({ name }) => !name.startsWith('clientStrategies.'))
  for (const group of [
    /^\w+$/,
    /^signingKeys/,
    /^clients\[/,
    /^refreshTokens\./,
    /^secondFactor\./,
    /^limits\./,
    /^passwordChecks\./,
  ]) {
    const documented = rows.map(({ name = '' }) => name).filter((name) => group.test(name))
    expect(documented).toEqual(inTables.map(({ name }) => name).filter((name) => group.test(name)))
  }
  expect(rows).toHaveLength(inTables.length)
})

test('The README shows every member of clientStrategies and of a limit.', () => {
  expect(optionMembers.filter(({ name }) => name.startsWith('clientStrategies.')).map(({ name }) => name)).toEqual([
    'clientStrategies.basic',
    'clientStrategies.body',
  ])
  const limits = literals.filter(({ name }) => name.startsWith('limits.'))
  const members = membersOf('lib/options/limits.ts', 'LimitOptions').map(({ name }) => name)
  for (const { name, value } of limits) {
    const shown = name === 'limits.knownAddress' ? ['window'] : members
    expect(Object.keys(value as object)).toEqual(shown)
  }
})

test('The README names every option of the guard and no other, in the order of the types, with the same defaults.', () => {
  const guard = readmeRows('guard option').map(([name, , usual = '']) => ({ name: codeIn(name), usual }))
  const inTypes = membersOf('lib/resource-server/resource-server.ts', 'ResourceServerOptions')
  expect(guard.map(({ name }) => name)).toEqual(inTypes.map(({ name }) => name))
  for (const { name, isRequired, documentedDefault } of inTypes) {
    const usual = guard.find((row) => row.name === name)?.usual ?? ''
    expect([name, usual === 'required']).toEqual([name, isRequired])
    if (literalValue(documentedDefault ?? '') !== undefined)
      expect([name, codeIn(usual)]).toEqual([name, documentedDefault])
  }
})

test('The README names every option of passwordVerifier and no other, in the order of the types.', () => {
  const inTypes = membersOf('lib/password-verifier/password-verifier.ts', 'PasswordVerifierOptions')
  expect(readmeRows('verifier option').map(([name]) => codeIn(name))).toEqual(inTypes.map(({ name }) => name))
})

test('The README calls required what the types require, or what one of two options must give.', () => {
  const alternatives = ['clients', 'authenticateUser', 'clients[].secret']
  const required = optionMembers.filter(({ name, isRequired }) => isRequired || alternatives.includes(name))
  const documented = rows.filter(({ usual }) => usual.startsWith('required')).map(({ name }) => name)
  expect(documented.sort()).toEqual(required.map(({ name }) => name).sort())
})

test('The README and the documentation in the types say the same defaults.', () => {
  const byName = new Map(rows.map(({ name, usual }) => [name, codeIn(usual)]))
  const inTypes = optionMembers.filter(({ documentedDefault }) => literalValue(documentedDefault ?? '') !== undefined)
  expect(inTypes.length).toBeGreaterThan(5)
  for (const { name, documentedDefault } of inTypes) expect([name, byName.get(name)]).toEqual([name, documentedDefault])
})

test.for(literals)('To give $name its default changes nothing.', async ({ name, value }) => {
  expect(await observedSettings(withOption(name, value))).toEqual(await asIs(name))
})

test.for(literals)('To give $name another value changes something.', async ({ name, value }) => {
  const changed = observedSettings(withOption(name, another(value))).catch((error: unknown) => error)
  expect(await changed).not.toEqual(await asIs(name))
})

const observed = new Map<boolean, Promise<unknown>>()

/** What is observed without the option. It is the same for nearly all options, and takes long, so it is observed once. */
async function asIs(name: string): Promise<unknown> {
  const isOfSecondFactor = name.startsWith('secondFactor.')
  const known =
    observed.get(isOfSecondFactor) ?? observedSettings(isOfSecondFactor ? withSecondFactor() : fewestOptions())
  observed.set(isOfSecondFactor, known)
  return known
}

/** What the members of a second factor stand beside. */
function withSecondFactor(): OAuthPasswordGrantOptions {
  return { ...fewestOptions(), secondFactor: { verify: () => true, findUser: () => undefined } }
}

function withOption(name: string, value: unknown): OAuthPasswordGrantOptions {
  const options = structuredCloneOf(name.startsWith('secondFactor.') ? withSecondFactor() : fewestOptions())
  const path = name.replace('[]', '.0').split('.')
  const last = path.pop() ?? ''
  let target: Record<string, unknown> = options
  for (const step of path) target = (target[step] ??= {}) as Record<string, unknown>
  target[last] = value
  return options as unknown as OAuthPasswordGrantOptions
}

/** A copy that can be written to, however deep; functions and stores as they are. */
function structuredCloneOf(options: OAuthPasswordGrantOptions): Record<string, unknown> {
  return { ...options, clients: (options.clients as readonly object[]).map((client) => ({ ...client })) }
}

function another(value: unknown): unknown {
  if (typeof value === 'boolean') return !value
  if (typeof value === 'number') return value + 1
  if (typeof value !== 'string') return Array.isArray(value) ? value.slice(1) : false
  if (value.startsWith('/')) return `${value}-elsewhere`
  return /^\d/.test(value) ? value.replace(/^\d+/, (digits) => String(Number(digits) + 1)) : `${value}-other`
}
