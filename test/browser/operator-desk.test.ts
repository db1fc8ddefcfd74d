import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { afterAll, describe, expect, test } from 'vitest'
import { demo } from '../../example-app/demo.js'
import { newDatabaseFile } from '../example-app/example-app.js'
import { login } from '../example-app/token-request.js'
import { startAttack } from './attack.js'
import { lacksChromium } from './chromium.js'
import { visitedExampleApp } from './visitors.js'

describe.skipIf(lacksChromium)('the operator’s desk', () => {
  const DATABASE_FILE = newDatabaseFile(afterAll)
  const app = visitedExampleApp({ DATABASE_FILE, CLIENT_KEY: '' })

  test('holds the list while it is paused, and then shows what was held', async () => {
    const page = await app.newPage()
    await page.goto(app.deskUrl)
    const pause = page.getByRole('button', { name: 'Pause the list' })
    await page.getByText('Live', { exact: true }).waitFor()

    await pause.focus()
    await page.keyboard.press('Enter')
    await login(app.url, demo.alice)

    await page.getByRole('status').getByText('Paused, 1 new').waitFor()
    const newest = page.locator('.happenings-rows tr').first()
    expect(await pause.getAttribute('aria-pressed')).toBe('true')
    await pause.click()
    await newest.getByText(/^User .+ signed in by way of web-backend/).waitFor()
    expect(await page.getByRole('status').textContent()).toBe('Live')
  })

  test('is a click away from the web site, and the web site from it', async () => {
    const page = await app.newPage()
    await page.goto('/sign-in')
    const others = page.getByRole('navigation', { name: 'Other parts' })

    await others.getByRole('link', { name: 'Operator’s desk' }).click()
    await page.waitForURL(`${app.deskUrl}/`)
    expect(await others.locator('[aria-current=page]').allTextContents()).toEqual(['Operator’s desk'])
    await others.getByRole('link', { name: 'API docs' }).click()
    await page.waitForURL(`${app.url}/docs`)
    expect(await others.locator('[aria-current=page]').allTextContents()).toEqual(['API docs'])
    await others.getByRole('link', { name: 'Operator’s desk' }).click()
    await others.getByRole('link', { name: 'Web site' }).click()
    await page.waitForURL(`${app.url}/sign-in**`)
    expect(await others.locator('[aria-current]').allTextContents()).toEqual(['Web site'])
  })

  test('is a table of what happened where there is no JavaScript', async () => {
    await login(app.url, { name: 'alice', password: 'wrong' })
    const page = await app.newPage({ javaScriptEnabled: false })

    await page.goto(app.deskUrl)

    expect(await page.locator('.happenings-rows tr').first().textContent()).toMatch(
      /login_refused\s+A login for name #\S+ by way of web-backend was refused: the name or the password is wrong\./,
    )
    expect(await page.locator('.plots').isVisible()).toBe(false)
    expect(await page.locator('noscript .notice').isVisible()).toBe(true)
  })

  // The last: the server remembers whom it has locked out.
  test(
    'shows an attack while it goes on, which gets nobody in and keeps nobody out',
    { timeout: 300_000 },
    async () => {
      const page = await app.newPage()
      const phone = await app.newPage({ width: 390, colorScheme: 'dark' })
      await Promise.all([page.goto(app.deskUrl), phone.goto(app.deskUrl)])
      await page.getByText('Live', { exact: true }).waitFor()

      const attack = startAttack(app.url, DATABASE_FILE)

      await page.locator('[data-total=limited] dd', { hasText: /^[1-9]\d/ }).waitFor({ timeout: 200_000 })
      expect(await page.locator('.happenings-rows tr').count()).toBeGreaterThan(10)
      expect(await page.locator('tr[data-measure=wrongPassword] td').last().textContent()).toMatch(/^[1-9]/)
      expect(await colouredPixels(page, 'logins')).toBeGreaterThan(100)
      expect(await colouredPixels(page, 'times')).toBeGreaterThan(100)
      for (const each of [page, phone]) {
        expect(await violations(each)).toEqual([])
        expect(await each.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(
          0,
        )
      }

      expect(await attack).toMatchObject({ code: 0, stderr: '' })
      await page.locator('[data-total=reused] dd', { hasText: /^1$/ }).waitFor()
      await page
        .getByText(/A refresh token of user .+ was used a second time/)
        .first()
        .waitFor()
    },
  )
})

async function violations(page: Page): Promise<readonly string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
}

/** How many pixels of a plot are of a colour: lines are, the grid is grey. */
function colouredPixels(page: Page, plot: string): Promise<number> {
  return page.evaluate(`(() => {
    const canvas = document.querySelector('[data-plot=${plot}] canvas')
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
    let coloured = 0
    for (let at = 0; at < data.length; at += 4) {
      const [red, green, blue, alpha] = data.slice(at, at + 4)
      if (alpha > 200 && Math.max(red, green, blue) - Math.min(red, green, blue) > 60) coloured += 1
    }
    return coloured
  })()`)
}
