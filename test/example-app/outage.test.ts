import { setTimeout } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { cuttableConnection } from './cuttable-connection.js'
import { startExampleApp, type ExampleApp } from './example-app.js'
import { REDIS_URL } from '../servers.js'
import { lacksPostgres, lacksRedis, newPostgresDatabase } from './servers.js'
import { login, refresh, type TokenAnswer } from './token-request.js'

const REFUSAL = {
  status: 503,
  retryAfter: expect.stringMatching(/^\d+$/) as string,
  body: { error: 'temporarily_unavailable' },
}

describe.skipIf(lacksPostgres)('while PostgreSQL is away', () => {
  test('the example-app refuses with 503, and goes on without a restart once it is back', async () => {
    const connection = await cuttableConnection(await newPostgresDatabase(), 5432)
    await expectOutageSurvived(await startExampleApp({ DATABASE_URL: connection.url }), connection)
  })
})

describe.skipIf(lacksRedis)('while Redis is away', () => {
  test('the example-app refuses with 503, and goes on without a restart once it is back', async () => {
    const connection = await cuttableConnection(REDIS_URL, 6379)
    await expectOutageSurvived(await startExampleApp({ REDIS_URL: connection.url }), connection)
  })
})

async function expectOutageSurvived(
  { url }: ExampleApp,
  connection: { cut(): Promise<void>; mend(): Promise<void> },
): Promise<void> {
  const tokens = await login(url)
  expect(tokens.status).toBe(200)

  await connection.cut()
  expect(await login(url)).toMatchObject(REFUSAL)
  expect(await refresh(url, tokens)).toMatchObject(REFUSAL)
  expect((await fetch(`${url}/health`)).status).toBe(200)

  await connection.mend()
  expect(await eventually(() => refresh(url, tokens))).toMatchObject({ status: 200 })
  expect(await login(url)).toMatchObject({ status: 200 })
}

async function eventually(act: () => Promise<TokenAnswer>): Promise<TokenAnswer> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const answer = await act()
    if (answer.status !== 503) return answer
    await setTimeout(200)
  }
  return act()
}
