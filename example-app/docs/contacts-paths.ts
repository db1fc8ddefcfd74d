const error = (description: string) => ({
  description,
  content: { 'application/json': { schema: { $ref: '#/components/schemas/ApiError' } } },
})

const guarded = {
  '401': error('There is no access token, or it is not valid; see `WWW-Authenticate`.'),
  '403': error('The access token is for less than this.'),
}

const json = (schema: object) => ({ 'application/json': { schema } })
const contact = { $ref: '#/components/schemas/Contact' }

/** The contacts API in the words of OpenAPI 3.1. @param apiUrl The URL of the API, without `/contacts`. */
export function contactsPaths(apiUrl: string): Record<string, object> {
  return {
    '/contacts': {
      servers: [{ url: apiUrl }],
      get: {
        tags: ['Contacts'],
        operationId: 'listContacts',
        summary: 'Lists the contacts of the user whose token it is',
        security: [{ oauth2: ['contacts.read'] }],
        responses: {
          '200': { description: 'The contacts, by name.', content: json({ type: 'array', items: contact }) },
          ...guarded,
        },
      },
      post: {
        tags: ['Contacts'],
        operationId: 'addContact',
        summary: 'Adds a contact',
        security: [{ oauth2: ['contacts.write'] }],
        requestBody: { required: true, content: json({ $ref: '#/components/schemas/NewContact' }) },
        responses: {
          '201': { description: 'The contact, with its id.', content: json(contact) },
          '400': error('The name or the email is missing or too long.'),
          ...guarded,
        },
      },
    },
  }
}

const shortText = (example: string) => ({ type: 'string', minLength: 1, maxLength: 200, examples: [example] })
const newContact = { name: shortText('Ada Lovelace'), email: shortText('ada@example.com') }

export const contactsSchemas: Readonly<Record<string, object>> = {
  NewContact: { type: 'object', required: ['name', 'email'], properties: newContact },
  Contact: {
    type: 'object',
    required: ['id', 'name', 'email'],
    properties: { id: { type: 'string', format: 'uuid' }, ...newContact },
  },
  ApiError: {
    type: 'object',
    required: ['error'],
    properties: { error: { type: 'string' }, error_description: { type: 'string' } },
  },
}
