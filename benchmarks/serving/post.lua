-- wrk posts the bodies of a folder, one after the other, and says what it measured as one line of JSON.
-- Arguments: the folder, how many bodies (named 0, 1, 2 …), the content type, and "last" if time counts until
-- the last answer only: of a few long requests, the one that is cut off at the end would be a large share.

local ffi = require("ffi")
ffi.cdef("typedef struct { long s; long ns; } moment; int clock_gettime(int clock, moment *now);")

local requests, threads = {}, {}
begun = -1 -- wrk asks for a request to look at before it begins

local function now()
  local moment = ffi.new("moment")
  ffi.C.clock_gettime(1, moment)
  return tonumber(moment.s) + tonumber(moment.ns) / 1e9
end

function setup(thread)
  table.insert(threads, thread)
end

function init(arguments)
  local headers = { ["Content-Type"] = arguments[3] }
  for nth = 0, tonumber(arguments[2]) - 1 do
    local file = assert(io.open(arguments[1] .. "/" .. nth, "rb"))
    requests[nth + 1] = wrk.format("POST", nil, headers, file:read("*a"))
    file:close()
  end
  if arguments[4] == "last" then
    function response()
      took = now() - began
    end
  end
end

function request()
  began = began or now()
  begun = begun + 1
  return requests[begun % #requests + 1]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests": %d, "begun": %d, "seconds": %.6f, "p50_ms": %.4f, "p95_ms": %.4f, "p99_ms": %.4f, ' ..
    '"refused": %d, "timeouts": %d, "broken": %d}\n',
    summary.requests, threads[1]:get("begun"), threads[1]:get("took") or summary.duration / 1e6,
    latency:percentile(50) / 1e3, latency:percentile(95) / 1e3, latency:percentile(99) / 1e3,
    errors.status, errors.timeout, errors.connect + errors.read + errors.write))
end
