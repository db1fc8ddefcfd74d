import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { demo } from '../../example-app/demo.js'
import { lacksChromium } from './chromium.js'
import { visitedExampleApp } from './visitors.js'

describe.skipIf(lacksChromium)('the API documentation', () => {
  const app = visitedExampleApp()

  test('logs in by Authorize, and Try it out lists and adds contacts', async () => {
    const page = await app.newPage({ colorScheme: 'dark' })
    const elsewhere: string[] = []
    page.on('request', (request) => {
      if (!request.url().startsWith(app.url) && !request.url().startsWith('data:')) elsewhere.push(request.url())
    })
    await page.goto('/docs')

    await authorize(page)
    const listed = await tryItOut(page, 'listContacts')
    const added = await tryItOut(page, 'addContact')
    const listedAgain = await tryItOut(page, 'listContacts')

    expect([listed.status, added.status, listedAgain.status]).toEqual([200, 201, 200])
    expect(listedAgain.body).toContain('Ada Lovelace')
    expect(elsewhere).toEqual([])
  })

  test('is told why where nobody has logged in', async () => {
    const page = await app.newPage()
    await page.goto('/docs')
    const list = await openOperation(page, 'listContacts')
    expect(await list.getByText('There is no access token, or it is not valid').isVisible()).toBe(true)

    const { violations } = await new AxeBuilder({ page }).exclude('#swagger-ui').analyze()
    expect(violations).toEqual([])
  })
})

async function authorize(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Authorize' }).first().click()
  const dialog = page.locator('.auth-container').filter({ hasText: 'Flow:' })
  await dialog.getByLabel('username:').fill(demo.alice.name)
  await dialog.getByLabel('password:').fill(demo.alice.password)
  await dialog.getByLabel('client_secret:').fill(demo.client.secret)
  const answer = page.waitForResponse(`**/token`)
  await dialog.getByRole('button', { name: 'Apply given OAuth2 credentials' }).click()
  const response = await answer
  expect(response.request().headers()['authorization']).toMatch(/^Basic /)
  expect(response.status()).toBe(200)
  await dialog.getByText('Logout').waitFor()
  await page.getByRole('button', { name: 'Close' }).first().click()
}

async function openOperation(page: Page, operation: string) {
  const block = page.locator(`#operations-Contacts-${operation}`)
  if (!((await block.getAttribute('class')) ?? '').includes('is-open')) {
    await block.locator('.opblock-summary-control').click()
    await block.getByRole('button', { name: 'Try it out' }).click()
  }
  return block
}

async function tryItOut(page: Page, operation: string): Promise<{ status: number; body: string }> {
  const block = await openOperation(page, operation)
  const answer = page.waitForResponse(`**/api/contacts`)
  await block.getByRole('button', { name: 'Execute' }).click()
  const response = await answer
  await block.locator('.live-responses-table').waitFor()
  return { status: response.status(), body: await response.text() }
}
