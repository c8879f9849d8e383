-- Notes that a replica lives, forgets those that have not said so for a while, and counts.
-- KEYS[1]: the replicas, by the time (ms) they were last heard. ARGV: who, for how long that counts (ms).
-- Returns how many there are, and 1 if this one was not known.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local new = redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', '(' .. string.format('%.0f', now - ARGV[2]))
-- A time to come is of a clock that has stepped back since.
redis.call('ZREMRANGEBYSCORE', KEYS[1], '(' .. string.format('%.0f', now + ARGV[2]), '+inf')
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return {redis.call('ZCARD', KEYS[1]), new}
