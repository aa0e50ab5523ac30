// A whole Bluesky network for tests: personal data server, AppView, directory. One JSON line says it is ready.
import { TestNetwork } from '@atproto/dev-env'

const port = (name) => Number(process.env[`PORT_${name}`])

const network = await TestNetwork.create({
  dbPostgresUrl: process.env.DB_POSTGRES_URL,
  dbPostgresSchema: 'webcare',
  pds: {
    port: port('PDS'),
    hostname: 'localhost',
    enableDidDocWithSession: true,
    rateLimitsEnabled: process.env.RATE_LIMITS === 'yes',
  },
  bsky: { port: port('BSKY'), publicUrl: `http://localhost:${port('BSKY')}` },
  plc: { port: port('PLC') },
  ozone: { port: port('OZONE'), dbMaterializedViewRefreshIntervalMs: 30000 },
  introspect: { port: port('INTROSPECT') },
})

console.log(JSON.stringify({ ready: true, pds: network.pds.url, appview: network.bsky.url }))
