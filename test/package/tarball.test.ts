import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { expect, inject, test } from 'vitest'
import { repository } from './packed-package.js'

const run = promisify(execFile)

const packed = inject('packed')

test('The tarball holds what each source file was built to, and the files about it.', () => {
  const modules = readdirSync(join(repository, 'lib'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => path.replace(/\.ts$/, ''))
  const rooms = ['lib/stores/README.md']
  const built = modules.flatMap((module) => [`dist/${module}.js`, `dist/${module}.d.ts`])
  expect([...packed.files].sort()).toEqual(
    [...built, 'CHANGELOG.md', 'LICENSE', 'README.md', 'package.json', ...rooms].sort(),
  )
})

test('publint finds nothing to say about it.', async () => {
  const { buffer } = new Uint8Array(readFileSync(packed.tarball))
  const { messages, pkg } = await publint({ pack: { tarball: buffer }, strict: true })
  expect(messages.map((message) => formatMessage(message, pkg))).toEqual([])
})

test('Its types are right for every way to import an ES module.', async () => {
  const attw = join(repository, 'node_modules/.bin/attw')
  await run(attw, [packed.tarball, '--profile', 'esm-only'])
})
