/**
 * What is used of Swagger UI, whose bundle is a script of the old kind and makes a global.
 * @typedef {(options: object) => { initOAuth(options: object): void }} SwaggerUIBundle
 */

const dark = matchMedia('(prefers-color-scheme: dark)')
dark.addEventListener('change', takeColours)
takeColours()

const elsewhere = document.getElementById('docs-elsewhere')
if (elsewhere !== null) elsewhere.hidden = elsewhere.dataset['origin'] === location.origin

const script = document.createElement('script')
script.src = '/docs/assets/swagger-ui-bundle.js'
script.addEventListener('load', show)
document.head.append(script)

/** Swagger UI does not ask the browser for dark or light. */
function takeColours() {
  document.documentElement.classList.toggle('dark-mode', dark.matches)
}

function show() {
  const { SwaggerUIBundle } = /** @type {{ SwaggerUIBundle: SwaggerUIBundle }} */ (/** @type {unknown} */ (window))
  const ui = SwaggerUIBundle({
    url: '/docs/openapi.json',
    dom_id: '#swagger-ui',
    validatorUrl: null, // a server of strangers
    deepLinking: true,
    defaultModelsExpandDepth: 0,
    docExpansion: 'list',
    onComplete: () => {
      document.getElementById('operations')?.setAttribute('role', 'none') // it is a <main>, and the page has one
      ui.initOAuth({
        clientId: document.getElementById('docs-client-id')?.textContent ?? '',
        scopes: 'contacts.read contacts.write',
      })
    },
  })
}
