import { installedApart } from '../installed-apart.js'

/** The parts that are used of the packages that many applications talk to their database with. */
interface QueryBuilders {
  readonly knex: (options: object) => object
  readonly drizzle: (pool: object) => { readonly $client: object }
  readonly DataSource: new (options: object) => { readonly manager: object; createQueryRunner(): object }
  readonly Sequelize: new (url: string) => object
  readonly Kysely: new (options: object) => object
  readonly PostgresDialect: new (options: object) => object
  readonly pgPromise: (url: string) => { readonly $pool: object }
  readonly postgres: (url: string) => object
}

/** Installs them into a folder of their own, because they are many and none of them belongs to the project. */
export function queryBuilders(): QueryBuilders {
  const require = installedApart('query-builders', {
    packages: {
      'drizzle-orm': '0.45.4',
      knex: '3.3.0',
      kysely: '0.28.19',
      pg: '8.23.1',
      'pg-promise': '12.7.1',
      postgres: '3.4.9',
      'reflect-metadata': '0.2.2',
      sequelize: '6.37.8',
      typeorm: '1.1.1',
    },
  })
  // The boundary: packages that the type check cannot see.
  const { drizzle } = require('drizzle-orm/node-postgres') as Pick<QueryBuilders, 'drizzle'>
  const { DataSource } = require('typeorm') as Pick<QueryBuilders, 'DataSource'>
  const { Sequelize } = require('sequelize') as Pick<QueryBuilders, 'Sequelize'>
  const { Kysely, PostgresDialect } = require('kysely') as Pick<QueryBuilders, 'Kysely' | 'PostgresDialect'>
  const knex = require('knex') as QueryBuilders['knex']
  const pgPromise = (require('pg-promise') as () => QueryBuilders['pgPromise'])()
  const postgres = require('postgres') as QueryBuilders['postgres']
  return { knex, drizzle, DataSource, Sequelize, Kysely, PostgresDialect, pgPromise, postgres }
}
