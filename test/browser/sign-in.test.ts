import { describe, expect, test } from 'vitest'
import { demo } from '../../example-app/demo.js'
import { lacksChromium } from './chromium.js'
import { headingOf, signIn } from './sign-in.js'
import { visitedExampleApp } from './visitors.js'

describe.skipIf(lacksChromium)('a person who signs in', { timeout: 240_000 }, () => {
  const app = visitedExampleApp()

  test('sees the contacts, and the sign-in page again after signing out', async () => {
    const page = await app.newPage()
    await page.goto('/')
    expect(await headingOf(page)).toBe('Sign in')

    await signIn(page)

    expect(await headingOf(page)).toBe('Contacts')
    expect(await page.locator('.site-user-name').textContent()).toContain('alice')
    await page.getByRole('button', { name: 'Sign out' }).click()
    expect(await page.getByRole('status').textContent()).toBe('You have signed out.')
    await page.goto('/contacts')
    expect(await headingOf(page)).toBe('Sign in')
  })

  test('comes to the page that was asked for, and never to another site', async () => {
    const page = await app.newPage()

    await page.goto('/sessions')
    await page.getByLabel('Name').fill(demo.alice.name)
    await page.getByLabel('Password').fill(demo.alice.password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    expect(await headingOf(page)).toBe('Your sessions')

    await page.goto('/sign-in?next=https://phisher.example/')
    await signIn(page)
    expect(page.url()).toBe(`${app.url}/contacts`)
  })

  test('is told of a wrong password in words, with the name still there', async () => {
    const page = await app.newPage()

    await signIn(page, { name: 'alice', password: 'wrong' })

    expect(await page.getByRole('alert').textContent()).toBe('The name or the password is not right.')
    expect(await page.getByLabel('Name').inputValue()).toBe('alice')
    expect(await page.getByLabel('Password').inputValue()).toBe('')
  })

  test('is told how long to wait after too many wrong passwords', async () => {
    const page = await app.newPage()
    const mallory = { name: 'mallory', password: 'wrong' }

    for (let attempt = 0; attempt < 10; attempt += 1) await signIn(page, mallory)
    await signIn(page, mallory)

    expect(await page.getByRole('alert').textContent()).toMatch(/^Too many attempts\. Please wait \d+ minutes/)
    await signIn(page)
    expect(await headingOf(page)).toBe('Contacts')
  })

  test('has cookies that no script reads, and a session only after signing in', async () => {
    const page = await app.newPage()
    await page.goto('/sign-in')
    expect((await page.context().cookies()).map(({ name }) => name)).toEqual(['visitor'])

    await signIn(page)

    const cookies = await page.context().cookies()
    expect(cookies.map(({ name }) => name).sort()).toEqual(['session', 'visitor'])
    for (const cookie of cookies) expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax' })
    expect(await page.evaluate('document.cookie')).toBe('')
  })

  test('cannot be made to by a form of another site', async () => {
    const page = await app.newPage()
    await signIn(page)

    const refused = await page
      .context()
      .request.post(`${app.url}/sessions/end-all`, { form: { csrf_token: 'guessed' } })

    expect(refused.status()).toBe(403)
    expect(await refused.text()).toContain('This form is too old')
    await page.goto('/contacts')
    expect(await headingOf(page)).toBe('Contacts')
  })
})
