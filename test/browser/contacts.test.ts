import { DatabaseSync } from '@photostructure/sqlite'
import { setTimeout } from 'node:timers/promises'
import { afterAll, describe, expect, test } from 'vitest'
import { demo } from '../../example-app/demo.js'
import { newDatabaseFile } from '../example-app/example-app.js'
import { lacksChromium } from './chromium.js'
import { headingOf, signIn } from './sign-in.js'
import { visitedExampleApp } from './visitors.js'

const LIFETIME_S = 2

describe.skipIf(lacksChromium)('the contacts', { timeout: 240_000 }, () => {
  const DATABASE_FILE = newDatabaseFile(afterAll)
  const app = visitedExampleApp({ DATABASE_FILE, ACCESS_TOKEN_LIFETIME: String(LIFETIME_S) })

  test('grow by the form, whatever characters a name has', async () => {
    const page = await app.newPage()
    await signIn(page)

    await page.getByLabel('Name').fill('Zoë <b>& "Søn"</b>')
    await page.getByLabel('Email').fill('zoe@example.org')
    await page.getByRole('button', { name: 'Add' }).click()

    expect(await page.getByRole('status').textContent()).toBe('The contact is added.')
    expect(await page.locator('.row-title').allTextContents()).toContain('Zoë <b>& "Søn"</b>')
  })

  test('are asked for again where the form is filled in wrong', async () => {
    const page = await app.newPage({ javaScriptEnabled: false })
    await signIn(page)

    await page.getByLabel('Name').fill(' ')
    await page.getByLabel('Email').fill('zoe@example.org')
    await page.getByRole('button', { name: 'Add' }).click()

    expect(await page.getByRole('alert').textContent()).toBe('Enter a name.')
    expect(await page.getByLabel('Email').inputValue()).toBe('zoe@example.org')
  })

  test('cannot be added to by whoever may only read, who is told so', async () => {
    const page = await app.newPage()
    await signIn(page, demo.bob)

    expect(await page.getByRole('button', { name: 'Add' }).isDisabled()).toBe(true)
    expect(await page.locator('#read-only').textContent()).toContain('You may look at contacts but not add any')

    await page.evaluate(`document.querySelector('fieldset').disabled = false`)
    await page.getByLabel('Name').fill('Eve')
    await page.getByLabel('Email').fill('eve@example.org')
    await page.getByRole('button', { name: 'Add' }).click()
    expect(await headingOf(page)).toBe('You may not do that')
    await page.goto('/contacts')
    expect(await page.locator('.row-title').allTextContents()).not.toContain('Eve')
  })

  test('go on being there when the access token expires: it is refreshed unseen', async () => {
    const page = await app.newPage()
    await signIn(page)

    for (let time = 1; time <= 2; time += 1) {
      await setTimeout(LIFETIME_S * 1_000)
      await page.reload()
      expect(await headingOf(page)).toBe('Contacts')
      expect(await page.locator('.row').count()).toBeGreaterThan(0)
      expect(newestGeneration(DATABASE_FILE)).toBe(time)
    }
  })

  test('are shown by all tabs that refresh at once, and nobody is signed out', async () => {
    const visitor = await app.newVisitor()
    const tabs = await Promise.all([1, 2, 3, 4].map(() => visitor.newPage()))
    const [first] = tabs
    if (first !== undefined) await signIn(first)

    for (let time = 1; time <= 2; time += 1) {
      await setTimeout(LIFETIME_S * 1_000)
      await Promise.all(tabs.map((tab) => tab.goto('/contacts')))
      expect(await Promise.all(tabs.map(headingOf))).toEqual(tabs.map(() => 'Contacts'))
    }
    expect(newestGeneration(DATABASE_FILE)).toBeGreaterThanOrEqual(2)
  })
})

/** How often the refresh token of the newest login was rotated. */
function newestGeneration(file: string): unknown {
  const database = new DatabaseSync(file)
  const query = database.prepare('select generation from oauth_grants order by created_at desc limit 1')
  const row = query.get() as { generation: number } // the boundary: the store's own table
  database.close()
  return row.generation
}
