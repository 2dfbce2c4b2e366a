-- Sends the requests of a file in turn and says what came back, as one line of JSON.
-- {unique} in a request becomes as many hexadecimal digits as its own eight characters.
local requests, at, sent = {}, 0, 0
local unique = false
local statuses, threads = {}, {}

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  requests = dofile(args[1])
  at = tonumber(args[2]) or 0
  unique = requests.unique
  local count = args[3] == "count"
  answers = ""
  tally = {}
  if not count then response = nil end
end

function request()
  at = at % #requests + 1
  if not unique then return requests[at] end
  sent = sent + 1
  return (requests[at]:gsub("{unique}", string.format("%08x", sent)))
end

function response(status, headers, body)
  local kind = tostring(status)
  local to = headers["Location"] or headers["location"]
  if to and to:find(unique and requests.expects or "", 1, true) then kind = kind .. "+" end
  tally[kind] = (tally[kind] or 0) + 1
  answers = ""
  for name, number in pairs(tally) do answers = answers .. string.format('"%s": %d, ', name, number) end
end

function done(summary, latency, _requests)
  local errors = summary.errors
  local found = ""
  for _, thread in ipairs(threads) do found = found .. (thread:get("answers") or "") end
  print(string.format(
    'MEASURED {"requests": %d, "seconds": %.6f, "bytes": %d, "p50": %.3f, "p99": %.3f, "most": %.3f, ' ..
    '"refused": %d, "broken": %d, "answers": {%s}}',
    summary.requests, summary.duration / 1e6, summary.bytes,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, latency.max / 1e3,
    errors.status, errors.connect + errors.read + errors.write + errors.timeout,
    found:gsub(", $", "")))
end
