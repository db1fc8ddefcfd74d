import { describe, expect, test } from 'vitest'
import { demo } from '../../example-app/demo.js'
import { lacksChromium } from './chromium.js'
import { headingOf, signIn } from './sign-in.js'
import { visitedExampleApp } from './visitors.js'

describe.skipIf(lacksChromium)('the sessions of a person', { timeout: 240_000 }, () => {
  const app = visitedExampleApp()

  test('are listed with browser and address, the own one marked; another can be ended', async () => {
    const here = await app.newPage()
    const there = await app.newPage()
    await signIn(here)
    await signIn(there)

    await here.goto('/sessions')
    expect(await here.locator('.rows .row').count()).toBe(2)
    expect(await here.locator('.rows .row', { hasText: 'This one' }).count()).toBe(1)
    expect(await here.locator('.rows').textContent()).toMatch(/Chrome on Linux.*From 127\.0\.0\.1/s)
    await here.getByRole('button', { name: 'Sign out Chrome' }).click()

    expect(await here.getByRole('status').textContent()).toBe('That session has ended.')
    expect(await here.locator('.rows .row').count()).toBe(1)
    await there.goto('/sessions')
    expect(await there.getByRole('status').textContent()).toBe('You were signed out. Please sign in again.')
  })

  test('all end by one button, here and in another browser', async () => {
    const here = await app.newPage()
    const there = await app.newPage()
    await signIn(here)
    await signIn(there)

    await here.goto('/sessions')
    await here.getByRole('button', { name: 'Sign out everywhere' }).click()

    expect(await here.getByRole('status').textContent()).toBe('You are signed out in every browser.')
    await there.goto('/contacts')
    expect(await there.getByRole('status').textContent()).toBe('You were signed out. Please sign in again.')
    await here.goto('/contacts')
    expect(await headingOf(here)).toBe('Sign in')
  })

  test('but one end when the password is changed, and the old password is worth nothing', async () => {
    const fresh = 'a sentence is a good password'
    const here = await app.newPage()
    const there = await app.newPage()
    await signIn(here, demo.bob)
    await signIn(there, demo.bob)

    await here.goto('/password')
    await here.getByLabel('Current password').fill('wrong')
    await fillNew(fresh)
    expect(await here.getByRole('alert').textContent()).toBe('This is not your password.')
    await here.getByLabel('Current password').fill(demo.bob.password)
    await fillNew(fresh)

    expect(await here.getByRole('status').textContent()).toContain('Your password is changed')
    expect(await here.locator('.rows .row').count()).toBe(1)
    await there.goto('/contacts')
    expect(await headingOf(there)).toBe('Sign in')
    await signIn(there, demo.bob)
    expect(await there.getByRole('alert').textContent()).toBe('The name or the password is not right.')
    await signIn(there, { name: demo.bob.name, password: fresh })
    expect(await headingOf(there)).toBe('Contacts')

    async function fillNew(password: string): Promise<void> {
      await here.getByLabel('New password', { exact: true }).fill(password)
      await here.getByLabel('New password, again').fill(password)
      await here.getByRole('button', { name: 'Change password' }).click()
    }
  })
})
