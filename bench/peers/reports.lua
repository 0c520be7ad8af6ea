-- The load of `durable intake`, for wrk: phones in turn walk through calls, one report each, all 12 variables.
--
-- Arguments: number of the first report, number of phones.
-- Even phones place their calls, odd ones are called. Phone p begins int(p / 2) mod 9 turns late, so that at any later
-- moment every event of a call is as frequent as the others. Prints what came of it as `key=value`.
local placed = {"off_hook", "idle_to_busy", "outgoing", "established", "hold", "unhold", "terminated", "on_hook", "busy_to_idle"}
local taken = {"incoming", "idle_to_busy", "off_hook", "established", "hold", "unhold", "terminated", "on_hook", "busy_to_idle"}
local format, floor = string.format, math.floor
local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  local number = tonumber(args[1])
  phones = tonumber(args[2])
  issued = number
  is_trial = true
  turn, phone = 0, 0
  for _ = 1, number do advance() end
end

-- Go to the next report: to the next phone that has begun.
function advance()
  repeat
    phone = phone + 1
    if phone == phones then
      phone = 0
      turn = turn + 1
    end
  until turn >= 8 or floor(phone / 2) % 9 <= turn
end

function request()
  if is_trial then -- wrk asks for one that it does not send
    is_trial = false
    return "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
  end
  local p = phone
  local step = turn - floor(p / 2) % 9
  local event, callee, caller
  if p % 2 == 0 then
    event, callee, caller = placed[step % 9 + 1], 30000 + p, 10000 + p
  else
    event, callee, caller = taken[step % 9 + 1], 10000 + p, 30000 + p
  end
  issued = issued + 1
  advance()
  return format(
    "GET /%s.xml?mac=02000f%06x&ip=127.1.%d.%d&model=offhook&firmware=0.1.0&active_url=sip%%3A%d%%40127.0.0.1"
    .. "&active_user=%d&active_host=127.0.0.1&local=sip%%3A%d%%40127.0.0.1&remote=sip%%3A%d%%40127.0.0.1"
    .. "&display_local=Phone%%20%d&display_remote=Phone%%20%d&call_id=c%d-%d%%40127.0.0.1 HTTP/1.1\r\n"
    .. "Host: 127.0.0.1\r\nConnection: close\r\n\r\n",
    event, p, floor(p / 250), p % 250 + 1, 10000 + p, 10000 + p, callee, caller, callee, caller, floor(step / 9), p)
end

function done(summary, latency, requests)
  local errors = summary.errors
  print(format("answered=%d issued=%d us=%d p50=%d p99=%d refused=%d broken=%d late=%d",
    summary.requests, threads[1]:get("issued"), summary.duration, latency:percentile(50), latency:percentile(99),
    errors.status, errors.connect + errors.read + errors.write, errors.timeout))
end
