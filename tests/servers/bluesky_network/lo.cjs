// The network listens without naming a host, which would open every interface; this keeps it on loopback.
const net = require('node:net')

const listen = net.Server.prototype.listen

net.Server.prototype.listen = function (target, ...rest) {
  if (typeof target === 'number' && typeof rest[0] !== 'string') {
    return listen.call(this, target, '127.0.0.1', ...rest)
  }
  if (target && typeof target === 'object' && target.port !== undefined && !target.host) {
    return listen.call(this, { ...target, host: '127.0.0.1' }, ...rest)
  }
  return listen.call(this, target, ...rest)
}
