import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { demo } from '../../example-app/demo.js'
import { lacksChromium } from './chromium.js'
import { headingOf, signIn } from './sign-in.js'
import { visitedExampleApp, type Visitor } from './visitors.js'

const PAGES = [
  ['/contacts', 'Contacts'],
  ['/sessions', 'Your sessions'],
  ['/password', 'Change your password'],
  ['/second-factor', 'Second factor'],
  ['/no-such-page', 'There is no such page'],
] as const

const VISITORS: readonly Visitor[] = [
  { colorScheme: 'light', width: 1280 },
  { colorScheme: 'dark', width: 390 },
]

describe.skipIf(lacksChromium)('every page', { timeout: 240_000 }, () => {
  const app = visitedExampleApp()

  test.each(VISITORS)('is one that axe finds nothing wrong with, %j', async (visitor) => {
    const page = await app.newPage(visitor)
    await page.goto('/sign-in')
    await expectAccessible(page)
    await signIn(page, { name: 'alice', password: 'wrong' })
    await expectAccessible(page)
    await signIn(page, demo.carol)
    expect(await headingOf(page)).toBe('One more step')
    await expectAccessible(page)
    // One for each visitor: who has begun to pair an app is asked to go on with it.
    const person = visitor.colorScheme === 'dark' ? demo.alice : demo.bob
    await signIn(page, person)
    for (const [path, heading] of PAGES) {
      await page.goto(path)
      expect(await headingOf(page)).toBe(heading)
      await expectAccessible(page)
    }
    await page.goto('/second-factor')
    await page.getByLabel('Your password').fill(person.password)
    await page.getByRole('button', { name: 'Set it up' }).click()
    expect(await page.locator('h2').textContent()).toBe('Pair your app')
    await expectAccessible(page)
    await page.goto('/password')
    await page.getByLabel('Current password').fill('wrong')
    await page.getByLabel('New password', { exact: true }).fill('short')
    await page.getByLabel('New password, again').fill('other')
    await page.getByRole('button', { name: 'Change password' }).click()
    expect(await page.getByRole('alert').count()).toBe(2)
    await expectAccessible(page)
  })

  test.each(VISITORS)('fits its window, %j', async (visitor) => {
    const page = await app.newPage(visitor)
    await signIn(page)
    for (const [path, heading] of PAGES) {
      await page.goto(path)
      expect(await headingOf(page)).toBe(heading)
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0)
    }
  })

  test('works without JavaScript', async () => {
    const page = await app.newPage({ javaScriptEnabled: false })
    await signIn(page)
    await page.getByLabel('Name').fill('Without Script')
    await page.getByLabel('Email').fill('none@example.org')
    await page.getByRole('button', { name: 'Add' }).click()
    expect(await page.getByRole('status').textContent()).toBe('The contact is added.')

    for (const [name, heading] of [
      ['Sessions', 'Your sessions'],
      ['Password', 'Change your password'],
      ['Second factor', 'Second factor'],
      ['Contacts', 'Contacts'],
    ] as const) {
      await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name }).click()
      expect(await headingOf(page)).toBe(heading)
    }
    await page.getByRole('button', { name: 'Sign out' }).click()
    expect(await headingOf(page)).toBe('Sign in')
  })

  test('can be used by keyboard alone: the first thing it offers is the way past the navigation', async () => {
    const page = await app.newPage()
    await signIn(page)
    await page.waitForURL('/contacts')

    await page.keyboard.press('Tab')
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the content')
    await page.keyboard.press('Enter')

    expect(await page.evaluate('document.activeElement.id')).toBe('main')
  })

  test('says so where there is none, in the same dress and with the right status', async () => {
    const page = await app.newPage()

    const response = await page.goto('/no-such-page')

    expect(response?.status()).toBe(404)
    expect(await headingOf(page)).toBe('There is no such page')
  })

  test('lets nothing inline and nothing from elsewhere in, nor itself be framed or kept', async () => {
    const response = await fetch(`${app.url}/sign-in`)
    const html = await response.text()

    const policy = response.headers.get('Content-Security-Policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toMatch(/unsafe|https?:|data:|\*/)
    expect(html).not.toMatch(/<style|<script(?! type="module" src)|style=|\son\w+=/)
    expect(response.headers.get('Cache-Control')).toBe('no-store')
  })
})

async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  const told = violations.map(({ id, nodes }) => `${page.url()}: ${id} at ${nodes.map(({ html }) => html).join(', ')}`)
  expect(told).toEqual([])
}
