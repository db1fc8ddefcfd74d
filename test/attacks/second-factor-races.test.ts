import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FORKED_OTP, forkServer, grantsAt, type ForkedServer } from '../refresh/forked-server.js'
import { bob, requestToken } from '../start-server.js'
import { onEveryStore } from '../stores/on-every-store.js'
import {
  answerSecondFactor,
  client,
  findUser,
  mfaTokenFrom,
  startSecondFactorServer,
} from '../second-factor/second-factor-server.js'

const AT_ONCE = 20

await onEveryStore(({ store }) => {
  test(`Of ${AT_ONCE} right answers to one mfa_token at once one gets tokens, and one grant is kept.`, async () => {
    const { url, oauth } = await startSecondFactorServer({
      grantStore: store(),
      limits: { secondFactor: false },
      secondFactor: { verify: () => sleep(20).then(() => true), findUser, attempts: AT_ONCE },
    })
    const mfaToken = await mfaTokenFrom(url)
    const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => answerSecondFactor(url, mfaToken, '1')))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(AT_ONCE - 1).fill(400)])
    expect(await oauth.grants.list('alice')).toHaveLength(1)
    expect((await answerSecondFactor(url, mfaToken, '1')).body['error']).toBe('invalid_grant')
    await oauth.grants.revokeAll('alice')
  })
})

describe('Of right answers to one mfa_token at two processes at once one gets tokens:', async () => {
  let servers: readonly ForkedServer[] = []
  beforeAll(async () => {
    servers = await Promise.all([
      forkServer('sqlite', 'postgres', 'mysql', 'redis'),
      forkServer('sqlite', 'postgres', 'mysql', 'redis'),
    ])
  })
  afterAll(async () => {
    for (const server of servers) server.kill()
    await Promise.all(servers.map(({ gone }) => gone))
  })

  await onEveryStore(
    ({ place }) => {
      test('with the second process as the first', async () => {
        const urls = await Promise.all(servers.map((server) => server.serve(place)))
        const [url = ''] = urls
        const half = await requestToken(url, { grant_type: 'password', ...bob }, client)
        const mfaToken = String(half.body['mfa_token'])
        const asked = Array.from({ length: AT_ONCE }, (_, index) => urls[index % urls.length] ?? url)
        const answers = await Promise.all(asked.map((one) => answerSecondFactor(one, mfaToken, FORKED_OTP)))
        const statuses = answers.map(({ status }) => status)
        expect(statuses.filter((status) => status === 200)).toHaveLength(1)
        expect(statuses.filter((status) => status >= 500)).toEqual([])
        expect(await grantsAt(url, bob.username)).toHaveLength(1)
        for (const one of urls) expect((await answerSecondFactor(one, mfaToken, FORKED_OTP)).status).toBe(400)
        expect(servers.flatMap(({ errors }) => errors)).toEqual([])
      })
    },
    (kind) => kind !== 'memory',
  )
})
