-- wrk posts the bodies of a folder, one after the other, and says what it measured as one line of JSON.
-- Arguments: the folder, how many bodies (named 0, 1, 2 …), the content type.

local requests, sent = {}, 0

function init(arguments)
  local headers = { ["Content-Type"] = arguments[3] }
  for nth = 0, tonumber(arguments[2]) - 1 do
    local file = assert(io.open(arguments[1] .. "/" .. nth, "rb"))
    requests[nth + 1] = wrk.format("POST", nil, headers, file:read("*a"))
    file:close()
  end
end

function request()
  sent = sent % #requests + 1
  return requests[sent]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests": %d, "seconds": %.6f, "p50_ms": %.4f, "p95_ms": %.4f, "p99_ms": %.4f, ' ..
    '"refused": %d, "timeouts": %d, "broken": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(95) / 1e3,
    latency:percentile(99) / 1e3, errors.status, errors.timeout, errors.connect + errors.read + errors.write))
end
