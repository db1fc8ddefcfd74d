import { randomBytes } from 'node:crypto'
import type { Express } from 'express'
import { authorizationServer } from './authorization-server.js'
import { clientKeyOf } from './client-key.js'
import { Clients } from './clients.js'
import { contactsApi } from './contacts-api.js'
import { Contacts } from './contacts.js'
import type { Database } from './database.js'
import { demo } from './demo.js'
import { apiDocs } from './docs/api-docs.js'
import { operatorDesk } from './operator-desk/operator-desk.js'
import { SecondFactors } from './second-factors.js'
import { seed } from './seed.js'
import { isLoopback, type PartName, type Settings } from './settings.js'
import { signingKeyIn } from './signing-key.js'
import { demoSiteKey, siteKey } from './site-key.js'
import { StoredSettings } from './stored-settings.js'
import { openStores } from './stores.js'
import type { Urls } from './urls.js'
import { Users } from './users.js'
import { assets } from './web-site/assets.js'
import type { Links } from './web-site/layout.js'
import { SessionStore } from './web-site/session-store.js'
import type { DemoUser } from './web-site/sign-in.js'
import { webSite } from './web-site/web-site.js'

/** What a part is made of. */
interface Surroundings {
  readonly settings: Settings
  readonly database: Database
  readonly stored: StoredSettings
  /** What is to be called when the process ends. */
  readonly closers: (() => Promise<unknown>)[]
}

/** What parts are put into. */
export interface Apps {
  /** For everybody. */
  readonly app: Express
  /** For a browser on this machine alone. */
  readonly desk: Express
}

/** Puts parts into the applications, once it is known at which URLs they are. */
type Mount = (apps: Apps, urls: Urls, demo: { hasDemo: boolean }) => void

/** Each part makes its tables and keys; what it answers is called as soon as the server listens. */
const preparations: Readonly<Record<PartName, (surroundings: Surroundings) => Promise<Mount>>> = {
  'authorization-server': async ({ settings, database, stored, closers }) => {
    const { audience, trustProxy, accessTokenLifetime } = settings
    const secondFactors = await SecondFactors.in(database)
    await seed(database, stored, secondFactors, await demoSiteKey(settings, stored))
    const stores = await openStores(settings, database)
    closers.push(() => stores.close())
    const { grantStore, limits } = stores
    const clients = new Clients(database)
    const users = new Users(database)
    const signingKeys = settings.signingKey ?? (await signingKeyIn(stored))
    return ({ app, desk: deskApp }, urls, { hasDemo }) => {
      const server = authorizationServer({
        deployment: { issuer: urls.issuer, audience, signingKeys, accessTokenLifetime, grantStore, limits },
        trustProxy,
        clients,
        users,
        secondFactors,
      })
      const desk = operatorDesk({
        passwordChecks: server.oauth.passwordChecks,
        links: linksFromDesk(urls, settings),
      })
      const docs = apiDocs({
        oauth: server.oauth,
        apiUrl: settings.parts.includes('contacts-api') ? '/api' : undefined,
        issuer: urls.issuer,
        demo: hasDemo ? { client: demo.client, user: demo.alice } : undefined,
        links: linksAt(urls, settings),
      })
      deskApp.use(desk.pages)
      app.use('/docs', docs)
      app.use(desk.timeLogins, server.app)
    }
  },

  'contacts-api': async ({ settings: { audience }, database, stored }) => {
    const contacts = await Contacts.in(database)
    await stored.once('demo_contacts', () => contacts.addSamples([demo.alice.id, demo.bob.id, demo.carol.id]))
    return ({ app }, { issuer }) => {
      app.use('/api', contactsApi({ issuer, audience, contacts }))
    }
  },

  'web-site': async ({ settings, database, stored }) => {
    const { clientId, trustProxy } = settings
    const clientKey = await clientKeyOf(await siteKey(settings, stored))
    const newSessionStore = await SessionStore.in(database)
    const sessionSecret = await stored.value('session_secret', randomBytes(32).toString('base64url'))
    return ({ app }, urls, { hasDemo }) => {
      app.use(
        webSite({
          issuer: urls.issuer,
          api: urls.api,
          clientId,
          clientKey,
          newSessionStore,
          sessionSecret,
          trustProxy,
          demoUsers: hasDemo && isLoopback(settings.host) ? demoUsers : [],
          links: linksAt(urls, settings),
        }),
      )
    }
  },
}

const demoUsers: readonly DemoUser[] = [
  { ...demo.alice, remark: 'reads and adds contacts' },
  { ...demo.bob, remark: 'only reads them' },
  { ...demo.carol, remark: 'has a second factor; its secret is in the terminal' },
]

/**
 * Where the pages for people are. The documentation stands beside the authorization server. The desk opens on its own machine
 * alone, so a page that others see has no link to it.
 */
function linksAt({ issuer, desk }: Urls, { parts, host }: Settings): Links {
  const there = parts.includes('authorization-server') ? '' : issuer.replace(/\/$/, '')
  const isForThisMachine = isLoopback(host) && isLoopback(new URL(issuer).hostname)
  return {
    home: parts.includes('web-site') ? '/' : undefined,
    desk: isForThisMachine ? desk : undefined,
    docs: `${there}/docs`,
  }
}

/** The desk is at another origin. */
function linksFromDesk({ own, desk }: Urls, { parts }: Settings): Links {
  return { home: parts.includes('web-site') ? `${own}/` : undefined, desk, docs: `${own}/docs` }
}

/** Makes ready the parts that the settings name. */
export async function prepareParts(
  settings: Settings,
  database: Database,
  closers: (() => Promise<unknown>)[],
): Promise<{ mount: (apps: Apps, urls: Urls) => void; hasDemo: boolean }> {
  const stored = await StoredSettings.in(database)
  const mounts: Mount[] = []
  // One after the other, in the order of the settings: the web site answers whatever no other part does, so it comes last.
  for (const name of settings.parts) mounts.push(await preparations[name]({ settings, database, stored, closers }))
  const hasDemo =
    settings.parts.includes('authorization-server') && (await new Clients(database).find(demo.client.id)) !== undefined
  return {
    hasDemo,
    mount(apps, urls) {
      apps.app.use('/assets', assets())
      for (const mount of mounts) mount(apps, urls, { hasDemo })
    },
  }
}
