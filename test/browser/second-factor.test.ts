import type { Page } from 'playwright-core'
import { Secret, TOTP } from 'otpauth'
import { describe, expect, test } from 'vitest'
import { demo } from '../../example-app/demo.js'
import { lacksChromium } from './chromium.js'
import { headingOf, signIn } from './sign-in.js'
import { visitedExampleApp } from './visitors.js'

const STEP_MS = 30_000

describe.skipIf(lacksChromium)('a person with a second factor', { timeout: 240_000 }, () => {
  const app = visitedExampleApp()

  test('signs in by a code after the password; a wrong code may be tried again, a used one is refused', async () => {
    const page = await app.newPage({ javaScriptEnabled: false })
    await signIn(page, demo.carol)
    expect(await headingOf(page)).toBe('One more step')
    await page.goto('/contacts')
    expect(await headingOf(page)).toBe('Sign in')

    await page.goto('/sign-in/code')
    await giveCode(page, '000000')
    expect(await page.getByRole('alert').textContent()).toContain('That code is not right')
    const code = codeOf(demo.carol.totpSecret)
    await giveCode(page, code)
    expect(await headingOf(page)).toBe('Contacts')

    await page.getByRole('button', { name: 'Sign out' }).click()
    await signIn(page, demo.carol)
    await giveCode(page, code)
    expect(await page.getByRole('alert').textContent()).toContain('was used already')
    await giveCode(page, codeOf(demo.carol.totpSecret, STEP_MS))
    expect(await headingOf(page)).toBe('Contacts')
  })

  test('cannot get by with a wrong password and a right code', async () => {
    const page = await app.newPage()

    await signIn(page, { name: demo.carol.name, password: 'wrong' })

    expect(await page.getByRole('alert').textContent()).toBe('The name or the password is not right.')
    await page.goto('/sign-in/code')
    expect(await headingOf(page)).toBe('Sign in')
  })

  test('sets it up with the password and a code, is asked for one from then on, and turns it off with both', async () => {
    const page = await app.newPage()
    const other = await app.newPage()
    await signIn(other)
    await signIn(page)
    await page.goto('/second-factor')

    await givePassword(page, 'wrong', 'Set it up')
    expect(await page.getByRole('alert').textContent()).toBe('This is not your password.')
    await givePassword(page, demo.alice.password, 'Set it up')
    expect(await page.getByRole('img', { name: 'QR code' }).locator('svg path').count()).toBeGreaterThan(0)
    const secret = ((await page.locator('.secret').textContent()) ?? '').replaceAll(' ', '')
    await confirm(page, '000000')
    expect(await page.getByRole('alert').textContent()).toContain('That code is not right')
    const used = codeOf(secret)
    await confirm(page, used)
    expect(await page.getByRole('status').textContent()).toContain('The second factor is on.')

    // Another session of the same person, soon enough for the code to be valid if it had not been used.
    await other.goto('/second-factor')
    await turnOff(other, demo.alice.password, used)
    expect(await other.locator('#code-error').textContent()).toContain('was used already')
    await turnOff(other, 'wrong', codeOf(secret, STEP_MS))
    expect(await other.locator('#password-error').textContent()).toBe('This is not your password.')

    await page.getByRole('button', { name: 'Sign out' }).click()
    await signIn(page)
    expect(await headingOf(page)).toBe('One more step')

    await turnOff(other, demo.alice.password, codeOf(secret, STEP_MS))
    expect(await other.getByRole('status').textContent()).toBe('The second factor is off.')
    await signIn(page)
    expect(await headingOf(page)).toBe('Contacts')
  })
})

/** What an authenticator app shows, now or so much later. */
function codeOf(secret: string, later = 0): string {
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + later })
}

async function giveCode(page: Page, code: string): Promise<void> {
  await page.getByLabel('Code').fill(code)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

async function confirm(page: Page, code: string): Promise<void> {
  await page.getByLabel('The code that the app shows now').fill(code)
  await page.getByRole('button', { name: 'Turn it on' }).click()
}

async function givePassword(page: Page, password: string, button: string): Promise<void> {
  await page.getByLabel('Your password').fill(password)
  await page.getByRole('button', { name: button }).click()
}

async function turnOff(page: Page, password: string, code: string): Promise<void> {
  await page.getByLabel('The code that the app shows now').fill(code)
  await givePassword(page, password, 'Turn it off')
}
