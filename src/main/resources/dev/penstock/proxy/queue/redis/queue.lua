-- The permits of one service and the requests that wait for one, for all replicas.
-- A ticket is a request: "<replica>:<number>". It counts until a time by this server's clock, which its replica
-- puts off again and again; it either waits or holds a permit. Each step grants what is free to whose turn it is.
-- KEYS: ends     ticket -> until when it counts (ms)
--       waiting  "<arrival> <ticket>" -> round, those that wait, in the order of their turns
--       asks     ticket -> "<arrival> <client>", those that wait
--       clients  "<client> <arrival> <ticket>", those that wait, to find a client's
--       lasts    client -> round of its last ticket, unless the round at the door is later anyway
--       state    numbers: server, since, sure, peers, arrival, door, joined, full, gap
--       met      replicas that have shown all their permits since the state was lost, and had some before maybe
-- ARGV: permits, how many may wait, for how long a ticket counts (ms), after how long everybody that lives has
--       renewed (ms), how long to keep what is idle (ms), what the channels of the replicas begin with, the replica
--       that asks, 1 if its connection may be a new one, and what: enter <number> <client>, leave <number>, or
--       renew <how many replicas there were; 0 if these are not all its permits> <for how long it has been known
--       here (ms)> <of the numbers up to this one these are all; 0 if not> <kind and number>...
-- Returns, for enter: 1 granted, 2 waits or 0 no room; its position, or how long until a place may be free (ms).
--         for renew: 2, how long until it may be surer what is free (ms), and for each -1 it holds a permit,
--         0 unknown, or its position.
--         for leave: 2, 0. In the end, for enter and leave: the numbers of this replica that were granted one.
local ENDS, WAITING, ASKS, CLIENTS, LASTS, STATE, MET = unpack(KEYS)
local permits, depth, ttl, notice = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local keep, channels, replica, new, verb = ARGV[5], ARGV[6], ARGV[7], ARGV[8] == '1', ARGV[9]
local call = redis.call

local function text(number)
  return string.format('%.0f', number)
end

local time = call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

-- Without state this is the first use, or all was lost; on another server than before, the last of it may be. Then
-- others may hold permits that are not known here, until they renew them or have given them up. Nothing is granted
-- until then, unless there can be no others: because so many are renewed, or because as many replicas as there were
-- have shown theirs, and one of which nobody knew yet has had the time to.
local state = {}
local function forgetMet()
  call('ZREMRANGEBYSCORE', MET, '-inf', '+inf')
end
do
  local flat = call('HGETALL', STATE)
  for i = 1, #flat, 2 do
    state[flat[i]] = tonumber(flat[i + 1])
  end
  if not state.since then
    state = {server = 0, since = now, sure = 0, peers = 0, arrival = 0, door = 1, joined = 0, full = now, gap = -1}
    new = true
    forgetMet()
  end
  if new then
    local info = redis.pcall('INFO', 'server')
    local server = type(info) == 'string' and string.match(info, 'run_id:(%x%x%x%x%x%x%x%x%x%x%x%x)')
    if server and tonumber(server, 16) ~= state.server then
      state.server, state.since, state.sure, state.peers = tonumber(server, 16), now, 0, 0
      for _, ticket in ipairs(call('ZRANGE', ENDS, 0, -1)) do
        if call('HEXISTS', ASKS, ticket) == 0 then
          call('ZREM', ENDS, ticket)
        end
      end
      forgetMet()
    end
  end
  -- Absent where an older release wrote it.
  state.peers = state.peers or 0
  -- A clock that stepped back.
  state.since = math.min(state.since, now)
  state.full = math.min(state.full, now)
end

local function held()
  return call('ZCARD', ENDS) - call('ZCARD', WAITING)
end

local function allMet()
  return state.peers > 0 and call('ZCARD', MET) >= state.peers
end

local function free()
  local count = held()
  if state.sure == 0 then
    local age = now - state.since
    if count >= permits or age >= ttl or (age >= notice and allMet()) then
      state.sure = 1
      forgetMet()
    end
  end
  return state.sure == 1 and count < permits
end

-- A replica shows all its permits. One that came after the loss can stand for none of those that were there.
local function meet(peers, known)
  if state.sure == 0 and peers > 0 and known > now - state.since then
    state.peers = math.max(state.peers, peers)
    call('ZADD', MET, 0, replica)
  end
end

local function forgetLasts()
  call('ZREMRANGEBYSCORE', LASTS, '-inf', '(' .. text(state.door))
end

local function noteFull()
  if held() >= permits then
    state.full = now
  end
end

-- A turn has come: those who ask for the first time join this round from now on, or a later one.
local function turn(round)
  if round > state.door then
    state.door, state.joined = round, 0
    forgetLasts()
  end
end

-- The round of a client's next ticket. A round is open to so many, lest newcomers for ever go before the second
-- ticket of somebody else.
local function nextRound(client)
  local last = tonumber(call('ZSCORE', LASTS, client) or 0)
  local round = math.max(last + 1, state.door)
  if round == state.door then
    state.joined = state.joined + 1
    if state.joined > permits + depth then
      state.door, state.joined = state.door + 1, 1
      round = state.door
      forgetLasts()
    end
  end
  call('ZADD', LASTS, text(round), client)
  return round
end

-- Takes a ticket out of those that wait; nil if it does not.
local function unqueue(ticket)
  local ask = call('HGET', ASKS, ticket)
  if not ask then
    return nil
  end
  local arrival, client = string.match(ask, '^(%d+) (.*)$')
  call('HDEL', ASKS, ticket)
  call('ZREM', WAITING, arrival .. ' ' .. ticket)
  call('ZREM', CLIENTS, client .. ' ' .. arrival .. ' ' .. ticket)
  return client, arrival
end

-- A request that waits no longer: those of the client behind it move up.
local function quit(ticket)
  local client, arrival = unqueue(ticket)
  if client then
    local behind = call('ZRANGEBYLEX', CLIENTS, '(' .. client .. ' ' .. arrival, '(' .. client .. '!')
    for _, each in ipairs(behind) do
      call('ZINCRBY', WAITING, -1, string.sub(each, #client + 2))
    end
    call('ZINCRBY', LASTS, -1, client)
  end
  return client ~= nil
end

local function forget(ticket)
  if call('ZSCORE', ENDS, ticket) then
    local was = held()
    if not quit(ticket) and was >= permits then
      local gap = now - state.full
      state.gap = state.gap < 0 and gap or state.gap + (gap - state.gap) / 8
      state.full = now
    end
    call('ZREM', ENDS, ticket)
  end
end

-- What was asked on a connection that is gone may have been done afterwards: nobody knows of those tickets.
local function sweep(upTo, first)
  local named = {}
  for i = first, #ARGV do
    named[string.match(ARGV[i], '(%d+)$')] = true
  end
  local prefix = replica .. ':'
  for _, ticket in ipairs(call('ZRANGE', ENDS, 0, -1)) do
    if string.sub(ticket, 1, #prefix) == prefix then
      local number = string.sub(ticket, #prefix + 1)
      if not named[number] and tonumber(number) <= upTo then
        forget(ticket)
      end
    end
  end
end

-- By the round of others, how many are before it and itself.
local function position(ticket)
  local ask = call('HGET', ASKS, ticket)
  local rank = ask and call('ZRANK', WAITING, string.match(ask, '^(%d+)') .. ' ' .. ticket)
  return rank and rank + 1 or 0
end

local granted = {}

local function grant()
  while free() do
    local first = call('ZRANGE', WAITING, 0, 0, 'WITHSCORES')
    if not first[1] then
      return
    end
    local ticket = string.match(first[1], '^%d+ (.*)$')
    unqueue(ticket)
    turn(tonumber(first[2]))
    noteFull()
    local owner, number = string.match(ticket, '^(.*):(%d+)$')
    if owner == replica then
      granted[#granted + 1] = tonumber(number)
    else
      -- Who may not publish, or does not hear it, learns of it when the ticket is renewed.
      local uuid, queue = string.match(owner, '^(.*)/(%d+)$')
      redis.pcall('PUBLISH', channels .. uuid, queue .. ':' .. number)
    end
  end
end

for _, ticket in ipairs(call('ZRANGEBYSCORE', ENDS, '-inf', text(now))) do
  forget(ticket)
end
for _, ticket in ipairs(call('ZRANGEBYSCORE', ENDS, '(' .. text(now + ttl + 1000), '+inf')) do
  -- The clock stepped back: its replica may be gone.
  call('ZADD', ENDS, text(now + ttl), ticket)
end

local reply = {2, 0}

if verb == 'enter' then
  local ticket, client = replica .. ':' .. ARGV[10], ARGV[11]
  forget(ticket)
  grant()
  if call('ZCARD', WAITING) == 0 and free() then
    call('ZADD', ENDS, text(now + ttl), ticket)
    turn(nextRound(client))
    noteFull()
    reply = {1, 0}
  elseif call('ZCARD', WAITING) >= depth then
    local since = now - state.full
    reply = {0, math.floor(state.gap < 0 and since or math.abs(state.gap - since))}
  else
    state.arrival = state.arrival + 1
    local arrival = string.format('%016.0f', state.arrival)
    call('ZADD', ENDS, text(now + ttl), ticket)
    call('ZADD', WAITING, text(nextRound(client)), arrival .. ' ' .. ticket)
    call('HSET', ASKS, ticket, arrival .. ' ' .. client)
    call('ZADD', CLIENTS, 0, client .. ' ' .. arrival .. ' ' .. ticket)
    reply = {2, position(ticket)}
  end
elseif verb == 'leave' then
  forget(replica .. ':' .. ARGV[10])
  grant()
else
  local first = 13
  if new then
    sweep(tonumber(ARGV[12]), first)
  end
  -- w: waits as far as it knows; h: holds a permit, which counts even if nothing is known of it here, for it is
  -- used; l: is at the backend by leave of its replica alone, and may have a permit if there is one.
  for i = first, #ARGV do
    local kind, number = string.match(ARGV[i], '^(%a)(%d+)$')
    local ticket = replica .. ':' .. number
    local known = call('ZSCORE', ENDS, ticket)
    if kind == 'h' then
      unqueue(ticket)
      call('ZADD', ENDS, text(now + ttl), ticket)
    elseif known then
      call('ZADD', ENDS, text(now + ttl), ticket)
    elseif kind == 'l' and free() then
      call('ZADD', ENDS, text(now + ttl), ticket)
      noteFull()
    end
  end
  meet(tonumber(ARGV[10]), tonumber(ARGV[11]))
  grant()
  granted = {}
  if state.sure == 0 then
    local age = now - state.since
    reply[2] = math.max(1, (age < notice and notice or ttl) - age)
  end
  for i = first, #ARGV do
    local ticket = replica .. ':' .. string.match(ARGV[i], '(%d+)$')
    local at = position(ticket)
    if at == 0 and call('ZSCORE', ENDS, ticket) then
      at = -1
    end
    reply[#reply + 1] = at
  end
end

local flat = {}
for name, value in pairs(state) do
  flat[#flat + 1] = name
  flat[#flat + 1] = string.format('%.17g', value)
end
call('HSET', STATE, unpack(flat))
for _, key in ipairs(KEYS) do
  call('PEXPIRE', key, keep)
end
for _, number in ipairs(granted) do
  reply[#reply + 1] = number
end
return reply
