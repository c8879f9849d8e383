-- Takes tokens from a bucket for one request after the other, as many as it can pay; the arithmetic of Limit.java.
-- KEYS[1]: the bucket, "<used> <time>": what its client has used (absent is none), and when that held.
-- ARGV: size of the bucket, what flows back a microsecond, what each request takes (all in parts),
--       how many requests, how long to keep a full bucket (ms), and, in tests, the time.
-- Returns what was used before, refilled up to now, and how far the clock is behind the bucket.
--
-- All numbers are whole and less than 2^53, so the doubles of Lua hold them exactly. Only elapsed * rate
-- may be larger; it is then more than any bucket holds, and stays so when rounded.
local full, rate, cost, count = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local now = tonumber(ARGV[6])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000000 + time[2]
end

local used, behind, restart = 0, 0, false
local state = redis.call('GET', KEYS[1])
if state then
  local before, at = string.match(state, '^(%d+) (%d+)$')
  used, at = math.min(tonumber(before), full), tonumber(at)
  if at <= now then
    used = math.max(0, used - (now - at) * rate)
  elseif at - now <= 5000000 then
    -- The clock stepped back, or another server took over: no time has passed.
    behind = at - now
  else
    -- By so much that to wait for it would lock the client out: the bucket goes on from now.
    restart = true
  end
end

local passing = math.min(count, math.floor((full - used) / cost))
if used + passing * cost > full then
  -- The division was rounded up.
  passing = passing - 1
end
if passing > 0 or restart then
  local after = used + passing * cost
  local ttl = math.ceil((after / rate + behind) / 1000) + ARGV[5]
  redis.call('SET', KEYS[1], string.format('%.0f %.0f', after, now + behind), 'PX', string.format('%.0f', ttl))
end
return {used, behind}
