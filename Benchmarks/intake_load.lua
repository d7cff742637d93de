-- What wrk sends to measure the intake: batches of the application's own events, each with an identifier of its own.
-- The arguments behind `--` are the number of events in a batch and the number of users.
local size = 100
local users = 100000
local batch = 0
local prefix
local types = {"page_view", "page_view", "page_view", "click", "search", "filter", "download", "apply"}

function init(arguments)
  size = tonumber(arguments[1]) or size
  users = tonumber(arguments[2]) or users
  local random = io.open("/dev/urandom", "rb")
  local seed = 0
  for byte in random:read(6):gmatch(".") do seed = seed * 256 + byte:byte() end
  random:close()
  math.randomseed(seed)
  prefix = string.format("%012x", seed)
  wrk.headers["Content-Type"] = "application/json"
end

function request()
  batch = batch + 1
  local events = {}
  for index = 1, size do
    local user = math.random(users)
    events[index] = string.format(
      '{"event_id":"%s-%d-%d","event_type":"%s","user_id":"user-%d","session_id":"session-%d-%d",' ..
      '"timestamp":"2026-06-%02dT%02d:%02d:%02d.%03dZ","page":"/jobs/%d","deviceType":"desktop",' ..
      '"browserName":"Firefox","osName":"Linux","language":"fr","properties":{"element_id":"e%d"}}',
      prefix, batch, index, types[math.random(#types)], user, user, math.random(20), math.random(28), math.random(0, 23),
      math.random(0, 59), math.random(0, 59), math.random(0, 999), math.random(500), math.random(40))
  end
  local body = '{"events":[' .. table.concat(events, ",") .. ']}'
  return wrk.format("POST", "/api/events/track-batch", nil, body)
end
