import {
  BURST_PART,
  CAUTION,
  CONCURRENCY_POLL_MS,
  EPSILON_MS,
  ESTIMATE_PART,
  FORGET_MINUTES,
  GROWTH,
  HELD_MS,
  IDLE_MS,
  LANE_FIELDS,
} from "./lane-state.ts";

/** How long Redis remembers a lane that nobody uses. */
const REMEMBER_MS = 2 * 60 * 60_000;

/**
 * `lane-state.ts` where the state is: one round trip, and no two workers decide at once. The two are kept the same by one
 * contract suite. KEYS: the lane, the calls under way in it. ARGV: act, minute, the three limits (0: none), what the act
 * takes, and at the end what the caller has seen last. Numbers travel as text: Redis would cut their fractions.
 */
export const LANE_SCRIPT = `
local fields = {${LANE_FIELDS.map((field) => `'${field}'`).join(",")}}
local act, minute = ARGV[1], tonumber(ARGV[2])
local rpm, tpm, concurrent = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local grant, went, tokens, given, most = ARGV[6], tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9]), tonumber(ARGV[10])
local clock = redis.call('TIME')
local now = clock[1] * 1000 + clock[2] / 1000
local kept = redis.call('HMGET', KEYS[1], unpack(fields))
local s = {}
for i, f in ipairs(fields) do s[f] = tonumber(kept[i] or '0') end
if #ARGV > 10 and tonumber(ARGV[11]) > s.touchedAt then
  for i, f in ipairs(fields) do s[f] = tonumber(ARGV[10 + i]) end
end

local function paceNow()
  local minutes = math.max(0, now - s.paceAt) / minute
  if s.pace == 0 or minutes > ${FORGET_MINUTES} then return 0 end
  return s.pace * ${GROWTH} ^ minutes
end

local function roll()
  if s.cutAt > 0 and now >= s.cutAt and s.spanSince < s.cutAt then
    s.spanSince, s.spanWent, s.spanRefused, s.lastSince, s.lastAccepted = s.cutAt, 0, 0, 0, 0
  elseif s.spanSince == 0 or now - s.spanSince > minute / 2 then
    if s.spanSince > 0 and now - s.spanSince <= minute then
      s.lastSince, s.lastAccepted = s.spanSince, s.spanWent - s.spanRefused
    else
      s.lastSince, s.lastAccepted = 0, 0
    end
    s.spanSince, s.spanWent, s.spanRefused = now, 0, 0
  end
end

local interval, lineSlack, usedSlack, perToken, tokenBurst, taught = 0, 0, 0, 0, 0, false
if rpm > 0 then
  local burst = math.max(1, math.floor(rpm / ${BURST_PART}))
  interval = minute / ((rpm - (burst - 1)) * ${CAUTION})
  lineSlack = (burst - 1) * interval
  usedSlack = lineSlack
end
local pace = paceNow()
if pace > 0 and 1 / pace > interval then
  interval, lineSlack, taught = 1 / pace, 0, true
  usedSlack = math.floor(minute / 30 / interval) * interval
end
if tpm > 0 then
  local burst = tpm / ${BURST_PART}
  perToken = minute / ((tpm - burst) * ${CAUTION})
  tokenBurst = burst * perToken
end

local result = {'', '0', '', ''}
if act == 'take' then
  roll()
  local cost = tokens * perToken
  local tokenSlack = math.max(0, tokenBurst - cost)
  local base = math.max(now, s.closedUntil) - s.shift
  local usedTokens, lineTokens = 0, 0
  if cost > 0 then usedTokens, lineTokens = s.usedTokens - tokenSlack, s.lineTokens - tokenSlack end
  local free = math.max(base, s.usedRequests - usedSlack, usedTokens)
  local place = given >= 0 and given <= math.max(s.lineRequests, s.lineTokens)
  local line = math.max(s.lineRequests - lineSlack, lineTokens)
  local jump = not place and line > free and math.max(s.usedRequests, s.usedTokens) + ${IDLE_MS} <= base
  local start = math.max(free, line)
  if place then start = math.max(given, free) elseif jump then start = free end
  local wait = start + s.shift - now
  local at = start
  if place then at = given end
  local function join()
    s.lineRequests = math.max(s.lineRequests, base) + interval
    s.lineTokens = math.max(s.lineTokens, base) + cost
  end
  if concurrent > 0 then redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now) end
  if wait > ${EPSILON_MS} then
    local because = 'requests'
    if s.closedUntil > now then because = 'told'
    elseif cost > 0 and math.max(usedTokens, lineTokens) >= start then because = 'tokens'
    elseif taught then because = 'told' end
    if not place and most >= 0 and wait > most then
      result = {'', string.format('%.4f', wait), because, ''}
    else
      if not place then join() end
      result = {'', string.format('%.4f', wait), because, string.format('%.4f', at)}
    end
  elseif concurrent > 0 and redis.call('ZCARD', KEYS[2]) >= concurrent then
    if not place then join() end
    result = {'', '${CONCURRENCY_POLL_MS}', 'concurrency', string.format('%.4f', at)}
  else
    if not place and not jump then join() end
    s.usedRequests = math.max(s.usedRequests, base) + interval
    s.usedTokens = math.max(s.usedTokens, base) + cost
    s.spanWent = s.spanWent + 1
    if concurrent > 0 then
      redis.call('ZADD', KEYS[2], now + ${HELD_MS}, grant)
      redis.call('PEXPIRE', KEYS[2], ${2 * HELD_MS})
    end
    result = {string.format('%.4f', now), '0', '', ''}
  end
elseif act == 'refused' then
  roll()
  if went >= s.cutAt then
    s.paceBefore = 0
    if interval > 0 then s.paceBefore = 1 / interval end
  end
  local shut = now + given
  if shut > s.closedUntil then
    s.shift = s.shift + shut - math.max(now, s.closedUntil)
    s.closedUntil = shut
  end
  s.usedRequests = math.min(s.usedRequests, s.closedUntil - s.shift)
  s.cutAt = s.closedUntil
  s.spanRefused = s.spanRefused + 1
  local since = s.lastSince
  if since == 0 then since = s.spanSince end
  local seen = math.max(1, s.lastAccepted + s.spanWent - s.spanRefused) / math.max(1, s.closedUntil - since) * ${ESTIMATE_PART}
  if s.paceBefore == 0 then s.pace = seen else s.pace = math.max(s.paceBefore / 2, math.min(s.paceBefore, seen)) end
  s.pace = math.max(s.pace, 1 / math.max(given, minute / 60))
  s.paceAt = s.closedUntil
  redis.call('ZREM', KEYS[2], grant)
elseif act == 'finish' then
  redis.call('ZREM', KEYS[2], grant)
  if given >= 0 then
    local more = (given - tokens) * perToken
    s.usedTokens = s.usedTokens + more
    s.lineTokens = s.lineTokens + more
  end
end
s.touchedAt = now
local write = {}
for i, f in ipairs(fields) do
  local text = string.format('%.9g', s[f])
  if s[f] > 1 then text = string.format('%.4f', s[f]) end
  write[2 * i - 1], write[2 * i] = f, text
  result[4 + i] = text
end
redis.call('HSET', KEYS[1], unpack(write))
redis.call('PEXPIRE', KEYS[1], ${REMEMBER_MS})
return result
`;
